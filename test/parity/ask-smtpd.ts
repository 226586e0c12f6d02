/** Asks the installed Postfix for the answers to cases, and compares them with ours. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import type { Session, SessionAnswer } from '@postfix-tools/server/analysis/smtp/session';
import { sessionsOf, siteOfCase, worldOf, type Expected, type OracleCase } from '../analysis/smtp/oracle';

/** A session that Postfix and we answer differently. */
export interface Difference {
  readonly case: OracleCase;
  readonly session: Session;
  readonly postfix: Expected & { readonly text?: string };
  readonly ours: SessionAnswer;
}

/** Whether sessions can be tried here: Postfix and its tools are installed, and we are root. */
export function canAskSmtpd(): boolean {
  return (
    process.getuid?.() === 0 &&
    existsSync('/usr/lib/postfix/sbin/smtpd') &&
    spawnSync('unshare', ['--version']).status === 0
  );
}

/** The answers of the installed Postfix, for each case those of its sessions. */
export function askSmtpd(cases: readonly OracleCase[]): (Expected & { text?: string })[][] {
  const script = join(process.cwd(), 'test', 'parity', 'smtpd.py');
  const input = cases
    .map(c => JSON.stringify({ main: c.main, master: c.master, files: c.files, dns: c.dns, sessions: sessionsOf(c) }))
    .join('\n');
  const done = spawnSync(
    'unshare',
    ['--mount', '--net', '--uts', '--fork', '--propagation', 'private', 'python3', script],
    { input, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const lines = done.stdout.split('\n').filter(l => l !== '');
  if (lines.length !== cases.length) throw new Error(`smtpd.py: ${done.stderr}`);
  return lines.map(l => JSON.parse(l) as (Expected & { text?: string })[]);
}

/** What became of a comparison: sessions in all, those left unknown, and those that differ. */
export interface Comparison {
  readonly sessions: number;
  readonly unknown: number;
  readonly differences: readonly Difference[];
}

/** Whether two answers contradict each other; what ours leaves open contradicts nothing. */
function differs(ours: SessionAnswer, postfix: Expected): boolean {
  const parts = ['verdict', 'stage', 'code', 'enhanced'] as const;
  return parts.some(part => ours[part] !== undefined && ours[part] !== (postfix[part] ?? undefined));
}

/** Compares our answers with Postfix's. */
export function compare(cases: readonly OracleCase[]): Comparison {
  const answers = askSmtpd(cases);
  let sessions = 0;
  let unknown = 0;
  const differences: Difference[] = [];
  cases.forEach((given, i) => {
    const site = siteOfCase(given);
    const dead = new Set<string>();
    sessionsOf(given).forEach((session, at) => {
      sessions++;
      const postfix = answers[i]?.[at];
      const ours = trySession(site, session, worldOf(given));
      const service = String(session.service);
      const timedOut = postfix?.verdict === 'timeout' || dead.has(service);
      // Once a process has died, master starts no other one for a while.
      if (postfix?.verdict === 'fatal' && postfix.stage !== 'connect' && postfix.stage !== 'start') dead.add(service);
      if (ours.verdict === 'unknown' || timedOut) unknown++;
      else if (!postfix || differs(ours, postfix)) {
        differences.push({ case: given, session, postfix: postfix ?? { verdict: 'none' }, ours });
      }
    });
  });
  return { sessions, unknown, differences };
}

/** Hand-made odd configurations with what Postfix 3.7 answered to their sessions; the first line holds what they share. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '@postfix-tools/server/analysis/smtp/session';
import type { OracleCase } from '../analysis/smtp/oracle';

interface Shared {
  readonly base: string;
  readonly listeners: string;
  readonly services: string;
  readonly dns: NonNullable<World['dns']>;
}

type Line = Pick<OracleCase, 'id' | 'files' | 'dns' | 'sessions'> & {
  /** What stands behind the shared lines of main.cf, or all of it. */
  readonly main?: string;
  readonly whole?: string;
  readonly listeners?: string;
};

/** The cases of test/fixtures/odd-sessions.jsonl, ready to be asked. */
export function oddCases(): (OracleCase & { readonly master: string })[] {
  const text = readFileSync(join(process.cwd(), 'test', 'fixtures', 'odd-sessions.jsonl'), 'utf8');
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const shared = JSON.parse(first) as Shared;
  return lines.map(line => {
    const { main = '', whole, listeners = shared.listeners, dns, ...rest } = JSON.parse(line) as Line;
    return {
      ...rest,
      main: whole ?? shared.base + main,
      master: listeners + shared.services,
      dns: { ...shared.dns, ...dns },
    };
  });
}

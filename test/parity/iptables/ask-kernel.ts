/** Asks the kernel and the installed iptables what becomes of packets, and holds our answers against theirs. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import type { Packet } from '@postfix-tools/server/analysis/packet/packet';
import type { TableName } from '@postfix-tools/server/syntax/iptables/command';
import { dumped, saved, scripted } from '../../support/firewall';
import { root } from '../../support/shared';
import type { RandomCase } from './random-rules';

interface Fate {
  readonly fate: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly at?: string;
  readonly src?: string;
  readonly dst?: string;
  readonly dport?: number | null;
}

interface Answer {
  readonly statuses: readonly (readonly [number, string])[];
  readonly saved: readonly string[];
  readonly packets: readonly Fate[];
}

/** What was compared: packets in all, those left open, and each difference in a line. */
export interface Compared {
  readonly packets: number;
  readonly unknown: number;
  readonly differences: readonly string[];
}

/** Whether namespaces may be made here and the programs are there. */
export function canAskKernel(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const there = ['iptables', 'ip', 'python3', 'unshare'].every(name =>
    ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some(folder => existsSync(join(folder, name))),
  );
  return there && spawnSync('unshare', ['-n', 'iptables', '-S']).status === 0;
}

const flagBits: Readonly<Record<string, number>> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, NONE: 0 };

function asked(packet: Packet): object {
  const flags = (packet.flags ?? 'SYN').split(',').reduce((bits, name) => bits | (flagBits[name] ?? 0), 0);
  return { ...packet, sport: packet.sport ?? 0, dport: packet.dport ?? 0, flags, uid: Number(packet.user ?? 0) };
}

/** Runs cases for real and with us; what differs is asked once more, with more time, as a busy machine loses packets. */
export function compare(cases: readonly RandomCase[]): Compared {
  const first = compareOnce(cases, 0.05);
  const again = cases.filter((_, i) => (first.differences[i]?.length ?? 0) > 0);
  const second = again.length > 0 ? compareOnce(again, 0.4).differences.flat() : [];
  return { packets: first.packets, unknown: first.unknown, differences: second };
}

function compareOnce(
  cases: readonly RandomCase[],
  wait: number,
): { readonly packets: number; readonly unknown: number; readonly differences: readonly (readonly string[])[] } {
  const input = cases
    .map(({ commands, dump, packets }) => JSON.stringify({ commands, dump, wait, packets: packets.map(asked) }))
    .join('\n');
  const script = join(root, 'test/parity/iptables/kernel.py');
  const ran = spawnSync('python3', [script], { input: `${input}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const answers = ran.stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Answer);
  if (answers.length !== cases.length) throw new Error(`the kernel was not asked: ${ran.stderr}`);
  let packets = 0;
  let unknown = 0;
  const differences = cases.map((given, i) => {
    const answer = answers[i];
    if (!answer) return [];
    const found: string[] = [];
    const firewall =
      given.dump === undefined ? scripted((given.commands ?? []).map(quoted).join('\n')) : dumped(given.dump);
    const told = answer.statuses
      .filter(([status]) => status !== 0)
      .map(([status, text]) => `${status} ${firstLine(text)}`);
    const ours = firewall.errors.map(error => `${error.status} ${error.says}`);
    if (told.join('\n') !== ours.join('\n'))
      found.push(`seed ${given.seed}: refused ${JSON.stringify(told)}, ours ${JSON.stringify(ours)}`);
    const rules = printed(firewall);
    const real = [...answer.saved].sort();
    if (real.join('\n') !== rules.join('\n')) {
      const [lost, own] = [without(real, rules), without(rules, real)].map(list => JSON.stringify(list));
      found.push(`seed ${given.seed}: saved ${lost ?? ''}, ours ${own ?? ''}`);
    }
    for (const [k, packet] of given.packets.entries()) {
      packets++;
      const fate = answer.packets[k];
      const own = tryPacket(firewall.ruleset, packet);
      if (own.verdict === 'unknown') unknown++;
      else if (fate && !agrees(fate, packet, own)) {
        const { verdict, answer: reply, reached, seen_src, seen_dst, seen_dport } = own;
        const told = JSON.stringify({ verdict, reply, reached, seen_src, seen_dst, seen_dport });
        found.push(`seed ${given.seed}: ${JSON.stringify(packet)} kernel ${JSON.stringify(fate)}, ours ${told}`);
      }
    }
    return found;
  });
  return { packets, unknown, differences };
}

/** What a list has more of than another. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter(one => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function agrees(real: Fate, packet: Packet, own: ReturnType<typeof tryPacket>): boolean {
  // An answer that is dropped on its way is silence to the one who waits for it.
  if (own.verdict === 'REJECT')
    return real.fate === 'REJECT' || (real.fate === 'DROP' && (own.answer === 'lost' || own.answer === undefined));
  if (own.verdict !== real.fate) return false;
  if (own.verdict === 'DROP') return true;
  return (
    own.reached === real.at &&
    (own.seen_src ?? packet.src) === real.src &&
    (own.seen_dst ?? packet.dst) === real.dst &&
    (packet.proto === 'icmp' || (own.seen_dport ?? packet.dport) === real.dport)
  );
}

function printed(firewall: ReturnType<typeof scripted>): string[] {
  const tables: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw'];
  const out = tables.flatMap(table =>
    [...(firewall.ruleset.tables[4].get(table)?.chains.keys() ?? [])].flatMap(chain =>
      saved(firewall, chain, table).map(rule => `-A ${chain}${rule === '' ? '' : ` ${rule}`}`),
    ),
  );
  return out.sort();
}

function quoted(words: readonly string[]): string {
  return words.map(word => (/^[\w./:,+-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

function firstLine(text: string): string {
  return text.split('\n').find(line => line.trim() !== '' && !/^\S+ v[\d.]+ \(\w+\): *$/.test(line)) ?? '';
}

/**
 * Loads an iptables-save dump as iptables-restore 1.8.9 (nf_tables) does: each table is taken whole at its COMMIT or not
 * at all, what was committed before stays, and the first thing that is wrong ends it.
 */
import type { Command, Read, Refusal, TableName } from '../../syntax/iptables/command';
import { readDumpLine } from '../../syntax/iptables/dump';
import type { DumpLine } from '../../syntax/iptables/dump';
import type { HostNames } from '../../syntax/iptables/host-names';
import type { Reader } from '../../syntax/iptables/read-command';
import { programLabel, readCommand, refusal } from '../../syntax/iptables/read-command';
import type { Backend } from '../../syntax/iptables/command';
import type { Family } from '../../syntax/iptables/rule';
import type { Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { RulesetBuilder } from './build-ruleset';
import { builtInChains } from './build-ruleset';
import type { Origin } from './ruleset';

/** How a dump is loaded. */
export interface DumpOptions {
  readonly family: Family;
  readonly backend: Backend;
  readonly names: HostNames;
  /** `-n`: what is there stays. */
  readonly keep?: boolean;
  /** `-t`: nothing is committed. */
  readonly test?: boolean;
  /** `-T`: only this table. */
  readonly only?: string;
  /** Whether the dump is loaded at all hangs on these. */
  readonly hangsOn?: readonly Message[];
  /** Leaves refused lines out and goes on, to see what else is wrong. */
  readonly lenient?: boolean;
}

/** What iptables-restore says when it fails, and the line it blames (from 0). */
export interface DumpFailure {
  readonly refusal: Refusal;
  readonly line: number;
  readonly span: Span;
}

/** A part of a source text: a whole file, or the here-document that a script feeds to iptables-restore. */
export interface DumpText {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

interface Pending {
  readonly command: Command | undefined;
  readonly refused: Refusal | undefined;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** What each line reads as, remembered by its text: an edit of a long dump reads one line anew. */
const readings = new WeakMap<HostNames, Map<string, Read>>();
const mostReadings = 60_000;

function readLine(text: string, parsed: Extract<DumpLine, { kind: 'command' }>, reader: Reader): Read {
  let known = readings.get(reader.names);
  if (!known) readings.set(reader.names, (known = new Map()));
  const key = `${reader.family}${reader.backend}${reader.restoring ?? ''}\n${text}`;
  const hit = known.get(key);
  if (hit) return hit;
  if (known.size > mostReadings) known.clear();
  const read = readCommand(parsed.words, reader);
  known.set(key, read);
  return read;
}

/** Loads a dump into the tables of a builder. Gives the failure that ends it, or all of them where it is lenient. */
export function loadDump(text: DumpText, builder: RulesetBuilder, options: DumpOptions): DumpFailure[] {
  const { family, backend, names } = options;
  const { source } = text;
  const program = `${family === 4 ? 'iptables' : 'ip6tables'}-restore`;
  const label = programLabel({ family, backend }, true);
  const failures: DumpFailure[] = [];
  let table: TableName | undefined;
  let skipping = false;
  let pending: Pending[] = [];
  let line = 0;
  const fail = (r: Refusal, at: number, start: number, end: number): boolean => {
    const inner = r.span ? span(start + r.span.start, start + r.span.end) : span(start, end);
    failures.push({ refusal: r, line: at, span: inner });
    return options.lenient !== true;
  };
  const wrong = (what: string) => refusal(2, `${label}: ${program}: line ${line + 1} ${what}\n`);
  let next = text.start;
  for (let start = text.start; start < text.end; start = next, line++) {
    const newline = source.text.indexOf('\n', start);
    const end = newline < 0 || newline >= text.end ? text.end : newline;
    next = end + 1;
    const raw = source.text.slice(start, end);
    const parsed = readDumpLine(raw, table !== undefined);
    if (parsed.kind === 'nothing') continue;
    if (parsed.kind === 'table') {
      if (parsed.name === undefined || !(parsed.name in builtInChains)) {
        const text = parsed.name === undefined ? 'table name invalid' : `table name '${parsed.name}' invalid`;
        const legacy = refusal(2, `${label}: ${program}: unable to initialize table '${parsed.name ?? ''}'\n`);
        if (fail(backend === 'nft' || parsed.name === undefined ? wrong(text) : legacy, line, start, end))
          return failures;
        // What follows would stand in no table; for a lenient look it is taken as that of the nearest name.
        table = (parsed.name?.trim() ?? '') in builtInChains ? (parsed.name?.trim() as TableName) : undefined;
      } else table = parsed.name as TableName;
      skipping = options.only !== undefined && parsed.name !== options.only;
      pending = [];
      continue;
    }
    if (table === undefined) {
      if (fail(refusal(1, `${program}: line ${line + 1} failed`), line, start, end)) return failures;
      continue;
    }
    if (skipping) {
      if (parsed.kind === 'commit') table = undefined;
      continue;
    }
    if (parsed.kind === 'commit') {
      if (options.test !== true) {
        const commitLine = { line, start, end };
        const stop = commit(table, pending, commitLine, builder, options, text, fail);
        if (stop) return failures;
      }
      table = undefined;
      continue;
    }
    if (parsed.kind === 'chain') {
      const refused = chainRefused(parsed, family, backend, wrong, label);
      if (refused && fail(refused, line, start, end)) return failures;
      if (!refused)
        pending.push({ command: chainCommand(parsed, table, family, backend), refused: undefined, line, start, end });
      continue;
    }
    if (parsed.bad !== undefined) {
      if (fail(refusal(2, `${label}: Bad line ${line + 1}: ${parsed.bad}\n`), line, start, end)) return failures;
      continue;
    }
    const read = readLine(raw, parsed, { family, backend, names, restoring: table });
    if (read.kind === 'refused') {
      if (fail(read, line, start, end)) return failures;
    } else if (read.kind === 'command') {
      const { command } = read;
      const early = backend === 'nft' && 'needs' in command ? command.needs.handOver : undefined;
      if (early !== undefined) {
        if (fail(refusal(2, `${label}: ${early}`), line, start, end)) return failures;
      } else pending.push({ command, refused: undefined, line, start, end });
    } else builder.unknown(read.why);
  }
  if (table !== undefined) {
    fail(
      refusal(1, `${program}: COMMIT expected at line ${line + 1}`),
      line,
      Math.max(text.start, text.end - 1),
      text.end,
    );
    if (options.lenient === true)
      commit(table, pending, { line, start: text.end, end: text.end }, builder, options, text, () => false);
  }
  return failures;
}

function chainRefused(
  parsed: Extract<DumpLine, { kind: 'chain' }>,
  family: Family,
  backend: Backend,
  wrong: (what: string) => Refusal,
  label: string,
): Refusal | undefined {
  const { chain, policy } = parsed;
  if (chain === undefined) return wrong('chain name invalid');
  if (/^[-!]/.test(chain)) return refusal(2, `${label}: chain name not allowed to start with \`${chain[0] ?? ''}'\n`);
  if (chain === '' || ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'].includes(chain))
    return refusal(2, `${label}: chain name may not clash with target name\n`);
  if (new TextEncoder().encode(chain).length >= 29)
    return refusal(2, `${label}: chain name \`${chain}' too long (must be under 29 chars)`);
  return policy === undefined ? wrong('policy invalid') : undefined;
}

function chainCommand(
  parsed: Extract<DumpLine, { kind: 'chain' }>,
  table: TableName,
  family: Family,
  backend: Backend,
): Command {
  const common = { table, family, backend, warnings: [], chain: parsed.chain ?? '' };
  return builtInChains[table].includes(common.chain)
    ? { ...common, do: 'policy', policy: parsed.policy ?? '' }
    : { ...common, do: 'new-chain' };
}

/** Carries out what a table's lines ask for. Whether loading stops here. */
function commit(
  table: TableName,
  pending: readonly Pending[],
  at: { line: number; start: number; end: number },
  builder: RulesetBuilder,
  options: DumpOptions,
  text: DumpText,
  fail: (r: Refusal, line: number, start: number, end: number) => boolean,
): boolean {
  const { family, backend } = options;
  const hangsOn = options.hangsOn ?? [];
  const undo = builder.save(family, table);
  if (options.keep !== true && hangsOn.length === 0) builder.reset(family, table);
  const program = `${family === 4 ? 'iptables' : 'ip6tables'}-restore`;
  for (const { command, line, start, end } of pending) {
    if (!command) continue;
    const origin: Origin = {
      source: text.source,
      span: span(start, end),
      text: text.source.text.slice(start, end).trimEnd(),
      hangsOn,
    };
    const isChainLine = command.do === 'new-chain' && text.source.text[start] === ':';
    if (isChainLine && builder.has(family, table, command.chain)) {
      builder.run({ ...command, do: 'flush' }, origin);
      continue;
    }
    const outcome = builder.attempt(command, origin);
    if (!('says' in outcome)) continue;
    const { blamed, says } = inRestore(outcome, line, at.line, program, backend);
    if (fail(says, blamed, blamed === line ? start : at.start, blamed === line ? end : at.end)) {
      undo();
      return true;
    }
  }
  return false;
}

/** How iptables-restore words a refusal that a table's lines meet at its COMMIT, and which line it blames. */
function inRestore(
  r: Refusal,
  line: number,
  commitLine: number,
  program: string,
  backend: Backend,
): { blamed: number; says: Refusal } {
  if (backend === 'legacy') {
    const named = r.status === 2;
    return {
      blamed: line,
      says: named
        ? { ...r, says: r.says.replace(/^ip6?tables v/, `${program} v`) }
        : refusal(1, `${program}: line ${line + 1} failed`),
    };
  }
  if (r.status === 4) return { blamed: line, says: refusal(4, `line ${line + 1}: ${r.says.replace(/^.*?:  /, '')}`) };
  if (r.status === 1) {
    const why = r.says.replace(/^ip6?tables: /, '').replace(/ Run `dmesg' for more information\.$/, '');
    return { blamed: line, says: refusal(1, `${program}: line ${line + 1} failed: ${why}`) };
  }
  return { blamed: commitLine, says: { ...r, says: r.says.replace(/^ip6?tables v/, `${program} v`) } };
}

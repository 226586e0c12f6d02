/**
 * Loads an iptables-save dump as iptables-restore 1.8.9 (nf_tables) does: each table is taken whole at its COMMIT or not
 * at all, what was committed before stays, and the first thing that is wrong ends it.
 */
import type { Backend, Command, Read, Refusal, TableName } from '../../syntax/iptables/command';
import { readDumpLine } from '../../syntax/iptables/dump';
import type { DumpLine } from '../../syntax/iptables/dump';
import { programLabel, refusal } from '../../syntax/iptables/read-command';
import type { Family } from '../../syntax/iptables/rule';
import type { Unknown, Word } from '../../syntax/iptables/word';
import { wordText } from '../../syntax/iptables/word';
import type { Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { RulesetBuilder } from './build-ruleset';
import { builtInChains } from './build-ruleset';
import type { CommandReadings, Readings } from './command-readings';
import type { DumpSourceLine, DumpText } from './dump-lines';
import { LineOfFile } from './dump-lines';
import type { Origin } from './ruleset';
import { TablePlan } from './table-plan';

/** How a dump is loaded. */
export interface DumpOptions {
  readonly family: Family;
  readonly backend: Backend;
  readonly readings: CommandReadings;
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
  readonly source: SourceText;
  readonly span: Span;
}

/** Stand-ins for unknown parts while a line is taken apart: private characters, one for each part. */
const firstStandIn = 0xe000;

function standIns(pieces: readonly (string | Unknown)[]): string {
  return pieces.map((piece, i) => (typeof piece === 'string' ? piece : String.fromCharCode(firstStandIn + i))).join('');
}

/** Puts the unknown parts back into the words of a line. */
function restored(words: readonly Word[], pieces: readonly (string | Unknown)[]): Word[] {
  const standIn = new RegExp(`([\\u${firstStandIn.toString(16)}-\\u${(firstStandIn + pieces.length).toString(16)}])`);
  return words.map(word => {
    const text = wordText(word) ?? '';
    const parts = text.split(standIn).filter(part => part !== '');
    return {
      ...word,
      pieces:
        parts.length === 0
          ? ['']
          : parts.map(part => (standIn.test(part) ? (pieces[part.charCodeAt(0) - firstStandIn] ?? part) : part)),
      splits: true,
    };
  });
}

/** A line that a table's COMMIT carries out; of a line of a file the same object each time it reads the same. */
class Taken {
  constructor(
    /** The readings of the table and host that it is for. */
    readonly by: Readings | undefined,
    readonly command: Command,
    readonly chainLine: boolean,
  ) {}
}

/** What became of loading a dump. */
export interface Loaded {
  /** The failure that ends it, or all of them where it is lenient. */
  readonly failures: readonly DumpFailure[];
  /** A line begins with this: it may be many lines, so what is loaded from there on is not known, nor whether it fails. */
  readonly unknown?: Unknown;
}

/** Loads a dump into the tables of a builder. */
export function loadDump(text: DumpText, builder: RulesetBuilder, options: DumpOptions): Loaded {
  return new Loader(text, builder, options).load();
}

/** By the lineage of a file, family and table. */
const planned = new WeakMap<object, Map<string, TablePlan>>();

const none: readonly Message[] = [];

/** Leaves the loader where a dump ends before its end. */
class Stopped extends Error {}

class Loader {
  private readonly failures: DumpFailure[] = [];
  private readonly program: string;
  private readonly label: string;
  private table: TableName | undefined;
  private skipping = false;
  /** What there is to carry out, by line. */
  private readonly taken: (Taken | undefined)[] = [];
  /** The line that opened the table. */
  private opened = 0;
  /** Lines of the table that stands open, as they were read before. */
  private known: Readings | undefined;
  private doubt: Unknown | undefined;

  constructor(
    private readonly text: DumpText,
    private readonly builder: RulesetBuilder,
    private readonly options: DumpOptions,
  ) {
    this.program = `${options.family === 4 ? 'iptables' : 'ip6tables'}-restore`;
    this.label = programLabel(options, true);
  }

  /** The line at hand, from 0. */
  private get line(): number {
    return this.taken.length;
  }

  load(): Loaded {
    const { lines } = this.text;
    try {
      for (const at of lines) {
        const [first] = at.pieces;
        if (typeof first === 'object') this.doubt ??= first;
        if (this.doubt && this.table === undefined) break;
        this.taken.push(typeof first === 'object' ? undefined : this.take(at));
      }
      const last = lines[lines.length - 1];
      if (this.table === undefined || !last) return this.loaded();
      this.fail(refusal(1, `${this.program}: COMMIT expected at line ${this.line + 1}`), last, this.line);
      this.commit(this.table);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    return this.loaded();
  }

  private loaded(): Loaded {
    const { failures, doubt } = this;
    return { failures, ...(doubt && { unknown: doubt }) };
  }

  private fail(r: Refusal, at: DumpSourceLine, line = this.line): void {
    if (this.doubt) throw new Stopped();
    const inner = r.span && at.verbatim ? span(at.span.start + r.span.start, at.span.start + r.span.end) : at.span;
    this.failures.push({ refusal: r, line, source: at.source, span: inner });
    if (this.options.lenient !== true) throw new Stopped();
  }

  private wrong(what: string): Refusal {
    return refusal(2, `${this.label}: ${this.program}: line ${this.line + 1} ${what}\n`);
  }

  private take(at: DumpSourceLine): Taken | undefined {
    const reading = this.table !== undefined && !this.skipping;
    const note = at instanceof LineOfFile ? at.line.note : undefined;
    if (reading && note instanceof Taken && note.by === this.known) return note;
    const [only] = at.pieces;
    const known = at.pieces.length === 1 && typeof only === 'string' ? only : undefined;
    if (reading && known !== undefined) {
      const read = this.known?.get(known);
      if (read) return this.accept(read, at, true);
    }
    const raw = known ?? standIns(at.pieces);
    const parsed = readDumpLine(raw, this.table !== undefined);
    if (parsed.kind === 'nothing') return undefined;
    if (parsed.kind === 'table') {
      this.open(parsed.name, at);
      return undefined;
    }
    const { table } = this;
    if (table === undefined) {
      this.fail(refusal(1, `${this.program}: line ${this.line + 1} failed`), at);
      return undefined;
    }
    if (parsed.kind === 'commit') {
      if (!this.skipping) this.commit(table);
      this.table = undefined;
      return undefined;
    }
    if (this.skipping) return undefined;
    return parsed.kind === 'chain' ? this.chainLine(parsed, table, at) : this.commandLine(parsed, table, known, at);
  }

  private open(name: string | undefined, at: DumpSourceLine): void {
    this.opened = this.line;
    this.skipping = this.options.only !== undefined && name !== this.options.only;
    if (name !== undefined && name in builtInChains) {
      this.enter(name as TableName);
      return;
    }
    // For a lenient look, a name with blanks or a carriage return around it is taken for what it looks like.
    const near = name?.trim() ?? '';
    if (name === undefined) this.fail(this.wrong('table name invalid'), at);
    else if (this.options.backend === 'nft') this.fail(this.wrong(`table name '${name}' invalid`), at);
    else this.fail(refusal(2, `${this.label}: ${this.program}: unable to initialize table '${name}'\n`), at);
    if (near in builtInChains) this.enter(near as TableName);
  }

  private enter(table: TableName): void {
    const { family, backend, readings } = this.options;
    this.table = table;
    this.known = readings.ofLines(`${family} ${backend} ${table}`);
  }

  private chainLine(
    parsed: Extract<DumpLine, { kind: 'chain' }>,
    table: TableName,
    at: DumpSourceLine,
  ): Taken | undefined {
    const chain = parsed.chain ?? '';
    const tooLong = new TextEncoder().encode(chain).length >= 29;
    const clash = chain === '' || ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'].includes(chain);
    if (parsed.chain === undefined) this.fail(this.wrong('chain name invalid'), at);
    else if (/^[-!]/.test(chain))
      this.fail(refusal(2, `${this.label}: chain name not allowed to start with \`${chain[0] ?? ''}'\n`), at);
    else if (clash) this.fail(refusal(2, `${this.label}: chain name may not clash with target name\n`), at);
    else if (tooLong)
      this.fail(refusal(2, `${this.label}: chain name \`${chain}' too long (must be under 29 chars)`), at);
    else if (parsed.policy === undefined) this.fail(this.wrong('policy invalid'), at);
    else {
      const { family, backend } = this.options;
      const common = { table, family, backend, warnings: [], chain };
      const command: Command = builtInChains[table].includes(chain)
        ? { ...common, do: 'policy', policy: parsed.policy }
        : { ...common, do: 'new-chain' };
      return this.accept({ kind: 'command', command }, at, true, true);
    }
    return undefined;
  }

  private commandLine(
    parsed: Extract<DumpLine, { kind: 'command' }>,
    table: TableName,
    known: string | undefined,
    at: DumpSourceLine,
  ): Taken | undefined {
    if (parsed.bad !== undefined) {
      this.fail(refusal(2, `${this.label}: Bad line ${this.line + 1}: ${parsed.bad}\n`), at);
      return undefined;
    }
    const { family, backend, readings } = this.options;
    const words = known === undefined ? restored(parsed.words, at.pieces) : parsed.words;
    let kept = false;
    const read = readings.read(words, { family, backend, restoring: table }, fixed => {
      kept = known !== undefined;
      if (known !== undefined) this.known?.set(known, fixed);
    });
    return this.accept(read, at, kept);
  }

  /** Takes what a line reads as. `kept`: it reads the same the next time. */
  private accept(read: Read, at: DumpSourceLine, kept: boolean, chainLine = false): Taken | undefined {
    if (read.kind === 'unknown') this.builder.unknown(read.why);
    if (read.kind === 'refused') this.fail(read, at);
    if (read.kind !== 'command') return undefined;
    const { command } = read;
    const early = this.options.backend === 'nft' && 'needs' in command ? command.needs.handOver : undefined;
    if (early !== undefined) {
      this.fail(refusal(2, `${this.label}: ${early}`), at);
      return undefined;
    }
    const taken = new Taken(this.known, command, chainLine);
    if (kept && at instanceof LineOfFile) at.line.note = taken;
    return taken;
  }

  /** Carries out what a table's lines ask for, or puts back what was there. */
  private commit(table: TableName): void {
    if (this.options.test === true) return;
    const { family } = this.options;
    const hangsOn = this.options.hangsOn ?? [];
    const fresh = this.options.keep !== true && hangsOn.length === 0;
    if (fresh && this.carriedOutAgain(table)) return;
    const undo = this.builder.save(family, table);
    if (fresh) this.builder.reset(family, table);
    try {
      for (let line = this.opened; line < this.line; line++) {
        const taken = this.taken[line];
        const at = this.text.lines[line];
        if (taken && at) this.carryOut(taken, line, at, table, hangsOn);
      }
    } catch (error) {
      undo();
      throw error;
    }
    if (fresh && this.failures.length === 0) this.plan(table);
  }

  /** Puts the rules of the table where they were put before an edit, if it left all else alone. */
  private carriedOutAgain(table: TableName): boolean {
    const { opened, text } = this;
    const lines = this.taken.slice(opened);
    const plan = this.plans()?.get(`${this.options.family} ${table}`);
    if (!plan?.fits(lines)) return false;
    const originAt = (i: number): Origin => {
      const at = text.lines[opened + i];
      if (!at) throw new RangeError('a line of a plan');
      return originOf(at, none);
    };
    this.builder.put(this.options.family, table, plan.carriedOut(lines, originAt));
    return true;
  }

  private plan(table: TableName): void {
    const { family } = this.options;
    const plans = this.text.lines[this.opened]?.source.trial === true ? undefined : this.plans();
    const plan = plans && TablePlan.of(this.taken.slice(this.opened), this.builder.peek(family, table));
    if (plan) plans.set(`${family} ${table}`, plan);
  }

  /** What was planned for the file that the dump stands in; undefined for text that a script pipes. */
  private plans(): Map<string, TablePlan> | undefined {
    const first = this.text.lines[this.opened];
    if (!(first instanceof LineOfFile) || this.options.lenient === true) return undefined;
    const { lineage } = first.source;
    let found = planned.get(lineage);
    if (!found) planned.set(lineage, (found = new Map<string, TablePlan>()));
    return found;
  }

  private carryOut(
    { command, chainLine }: Taken,
    line: number,
    at: DumpSourceLine,
    table: TableName,
    hangsOn: readonly Message[],
  ): void {
    const origin = originOf(at, hangsOn);
    if (chainLine && command.do === 'new-chain' && this.builder.has(this.options.family, table, command.chain)) {
      this.builder.attempt({ ...command, do: 'flush' }, origin);
      return;
    }
    const outcome = this.builder.attempt(command, origin);
    if ('says' in outcome) this.failLate(outcome, line, at);
  }

  /** How iptables-restore words a refusal that a table's lines meet at its COMMIT, and which line it blames. */
  private failLate(r: Refusal, line: number, at: DumpSourceLine): void {
    const named = { ...r, says: r.says.replace(/^ip6?tables v/, `${this.program} v`) };
    const failed = `${this.program}: line ${line + 1} failed`;
    if (this.options.backend === 'legacy') this.fail(r.status === 2 ? named : refusal(1, failed), at, line);
    else if (r.status === 4) this.fail(refusal(4, `line ${line + 1}: ${r.says.replace(/^.*?: {2}/, '')}`), at, line);
    else if (r.status === 1) {
      const why = r.says.replace(/^ip6?tables: /, '').replace(/ Run `dmesg' for more information\.$/, '');
      this.fail(refusal(1, `${failed}: ${why}`), at, line);
    } else this.fail(named, at, this.line);
  }
}

function originOf(at: DumpSourceLine, hangsOn: readonly Message[]): Origin {
  if (at instanceof LineOfFile && hangsOn.length === 0) return at;
  const text = at.verbatim
    ? at.source.slice(at.span)
    : at.pieces.map(piece => (typeof piece === 'string' ? piece : piece.name)).join('');
  return { source: at.source, span: at.span, text: text.trimEnd(), hangsOn };
}

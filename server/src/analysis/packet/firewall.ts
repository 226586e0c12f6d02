/** From files to a firewall: scripts are read, dumps loaded, and every iptables command carried out in order. */
import type { Backend, Command, Read, Refusal } from '../../syntax/iptables/command';
import type { HostNames } from '../../syntax/iptables/host-names';
import { anyHost } from '../../syntax/iptables/host-names';
import { refusal } from '../../syntax/iptables/read-command';
import { readRestoreOptions } from '../../syntax/iptables/restore-options';
import type { Family } from '../../syntax/iptables/rule';
import { wordLabel } from '../../syntax/iptables/word';
import type { Dialect } from '../../syntax/shell/nodes';
import type { Files } from '../../text/files';
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { Include, IptablesCall, ScriptReading, Status } from '../firewall/calls';
import { hangsOn } from '../firewall/firewall-call';
import { LineCall } from '../firewall/plain-lines';
import { readScript } from '../firewall/read-script';
import { RulesetBuilder } from './build-ruleset';
import { CommandReadings } from './command-readings';
import { IpSets } from './ip-sets';
import type { DumpText } from './dump-lines';
import { dumpOf } from './dump-lines';
import type { DumpFailure, Loaded } from './load-dump';
import { loadDump } from './load-dump';
import type { Origin, RefusedCommand, Ruleset } from './ruleset';

/** A file of a firewall, and what it is. */
export interface FirewallFile {
  readonly kind: 'shell' | 'iptables-save';
  readonly source: SourceText;
  /** How this file alone is called; what it leaves out is as for all. */
  readonly how?: Pick<FirewallOptions, 'args' | 'env' | 'shell' | 'family'>;
}

export interface FirewallOptions {
  /** The script's arguments; absent: those it is usually called with. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For files that a script sources or reads. */
  readonly files?: Files;
  readonly shell?: Dialect;
  /** Of a dump; scripts say it by the program they call. */
  readonly family?: Family;
  /** Where a script's program does not say which of the two it is. Default nft, as on Debian since 10. */
  readonly backend?: Backend;
  /** What names stand for. Default: a host of which nothing is known. */
  readonly names?: HostNames;
}

/** A line that fails when the firewall is set up, as whoever runs it sees it. */
export interface SetupError {
  readonly source: SourceText;
  /** The command; its first physical line is the one that is told. */
  readonly span: Span;
  /** The physical line from 1 that is told. */
  readonly line: number;
  readonly status: number;
  /** The first line on stderr. */
  readonly says: string;
  /** Empty where it certainly happens. */
  readonly hangsOn: readonly Message[];
}

/** A firewall as its files make it. */
export interface Firewall {
  readonly files: readonly FirewallFile[];
  readonly ruleset: Ruleset;
  /** Every call that fails, in order, then what the shell itself complains about. */
  readonly errors: readonly SetupError[];
  /**
   * Every line that iptables refuses, at its own place: in dumps also those behind the first, which alone is told, as
   * the first one keeps the whole table from being loaded.
   */
  readonly refused: readonly RefusedCommand[];
  /** How the scripts were read. */
  readonly readings: readonly ScriptReading[];
}

const known = new WeakMap<
  SourceText,
  {
    readonly key: string;
    readonly options: FirewallOptions;
    readonly files: readonly FirewallFile[];
    readonly firewall: Firewall;
  }[]
>();
const remembered = 8;

/**
 * Sets a firewall up from its files, in order. Pure, bounded, takes any text. Remembered by its texts: asking again with
 * the same files and options gives the same object as long as no file that a script read has changed.
 */
export function loadFirewall(files: readonly FirewallFile[], options: FirewallOptions = {}): Firewall {
  const [first] = files;
  if (!first) return new Setup(options).firewall([]);
  const key = JSON.stringify([
    files.map(f => f.how),
    options.args,
    options.env,
    options.shell,
    options.family,
    options.backend,
  ]);
  const entries = known.get(first.source) ?? [];
  const hit = entries.find(
    entry =>
      entry.key === key &&
      (entry.options.names ?? anyHost) === (options.names ?? anyHost) &&
      entry.files.length === files.length &&
      entry.files.every((file, i) => file.source === files[i]?.source && file.kind === files[i].kind) &&
      sameIncludes(entry.firewall, entry.options.files, options.files),
  );
  if (hit) return hit.firewall;
  const firewall = new Setup(options).firewall(files);
  known.set(first.source, [{ key, options, files, firewall }, ...entries].slice(0, remembered));
  return firewall;
}

/** Whether the files that the scripts read are the same ones for both views. */
function sameIncludes(firewall: Firewall, before: Files | undefined, now: Files | undefined): boolean {
  if (before === now) return true;
  const look = (files: Files | undefined, include: Include) => {
    const state = files?.read(include.path);
    return state?.kind === 'text' ? state.source : state?.kind;
  };
  return firewall.readings.every(reading =>
    reading.includes.every(include => look(before, include) === look(now, include)),
  );
}

class Setup {
  private readonly builder = new RulesetBuilder();
  private readonly errors: SetupError[] = [];
  private readonly refused: RefusedCommand[] = [];
  private readonly readings: ScriptReading[] = [];
  private readonly commands: CommandReadings;
  private readonly sets: IpSets;

  constructor(private readonly options: FirewallOptions) {
    const host = options.names ?? anyHost;
    this.sets = new IpSets(host);
    this.commands = new CommandReadings(host, name => this.sets.find(name));
  }

  firewall(files: readonly FirewallFile[]): Firewall {
    const [first] = files;
    for (const file of files) {
      const how = { ...this.options, ...file.how };
      if (file.kind === 'shell') this.script(file.source, how);
      else this.dump(file.source, how);
    }
    return {
      files,
      ruleset: { ...this.builder.ruleset(name => this.sets.content(name)), ...(first && { source: first.source }) },
      errors: this.errors,
      refused: this.refused,
      readings: this.readings,
    };
  }

  private script(source: SourceText, { args, env, files, shell }: FirewallOptions): void {
    const reading = readScript(source, {
      ...(args ? { args } : {}),
      ...(env ? { env } : {}),
      ...(files ? { files } : {}),
      ...(shell ? { shell } : {}),
      onCall: call => this.call(call),
      onIpset: call => this.sets.call(call, name => this.builder.usesSet(name)),
    });
    this.readings.push(reading);
    for (const error of reading.shellErrors) {
      this.errors.push({
        source: error.source,
        span: error.span,
        line: error.line,
        status: error.rc,
        says: error.says,
        hangsOn: error.conditional.map(condition => condition.why),
      });
    }
    if (reading.cut) {
      const why = say(
        'the script goes on for too long to be read to its end',
        'o script é longo demais para ser lido até o fim',
      );
      this.builder.unknown([why]);
    }
  }

  private call(call: IptablesCall): Status {
    const origin = originOf(call);
    if (call.program === 'iptables-restore' || call.program === 'ip6tables-restore') return this.restore(call, origin);
    const family: Family = call.program === 'ip6tables' ? 6 : 4;
    const backend = call.backend ?? this.options.backend ?? 'nft';
    const appending = call.shared && this.commands.appending(call.shared, family, backend);
    if (appending && this.builder.append(family, appending, origin)) return 0;
    this.sets.forgetMissed();
    const read = call.shared
      ? placed(this.commands.call(call.shared, family, backend), call.span.start - call.shared.at)
      : this.commands.read(call.argv, { family, backend });
    if (read.kind === 'unknown') {
      this.builder.unknown([...read.why, ...origin.hangsOn]);
      return 'unknown';
    }
    if (read.kind === 'command' && makesRules(read.command)) this.sets.notePremature();
    const outcome =
      read.kind === 'command' ? this.builder.run(read.command, origin) : this.builder.refuse(read, origin);
    if (!('says' in outcome)) return 0;
    this.fail(outcome, origin);
    return outcome.status;
  }

  private fail(what: Refusal, origin: Origin): void {
    this.errors.push({ ...this.place(origin), status: what.status, says: what.says, hangsOn: origin.hangsOn });
    this.refused.push({ origin, refusal: what });
  }

  private place({ source, span: at }: { source: SourceText; span: Span }): {
    source: SourceText;
    span: Span;
    line: number;
  } {
    return { source, span: at, line: source.positionAt(at.start).line + 1 };
  }

  private restore(call: IptablesCall, origin: Origin): Status {
    const family: Family = call.program === 'ip6tables-restore' ? 6 : 4;
    const { input } = call;
    const { wrong, given, only } = readRestoreOptions(call.argv, call.program);
    if (wrong !== undefined) {
      this.fail(this.builder.refuse(refusal(1, wrong), origin), origin);
      return 1;
    }
    if (given.has('h')) return 0;
    if (!input || input.unknown) {
      if (input?.missing === true) {
        const missing = refusal(1, `Can't open ${input.unknown?.name ?? ''}: No such file or directory`);
        this.fail(this.builder.refuse(missing, origin), origin);
        return 1;
      }
      const why =
        input?.unknown?.why ??
        say('what iptables-restore reads is not known', 'o que o iptables-restore lê não é conhecido');
      this.builder.unknown([why]);
      return 'unknown';
    }
    const { failures, unknown } = this.load(
      input,
      {
        family,
        backend: call.backend ?? this.options.backend ?? 'nft',
        keep: given.has('n'),
        test: given.has('t'),
        ...(only === undefined ? {} : { only }),
      },
      origin.hangsOn,
    );
    const [first] = failures;
    if (!first) return unknown ? 'unknown' : 0;
    this.errors.push({
      ...this.place(origin),
      status: first.refusal.status,
      says: first.refusal.says,
      hangsOn: origin.hangsOn,
    });
    return first.refusal.status;
  }

  private dump(source: SourceText, { family, backend }: FirewallOptions): void {
    const { failures } = this.load(dumpOf(source), { family: family ?? 4, backend: backend ?? 'nft' }, []);
    const [first] = failures;
    if (!first) return;
    const line = /line:? (\d+)/.exec(first.refusal.says);
    this.errors.push({
      source,
      span: first.span,
      line: line ? Number(line[1]) : first.line + 1,
      status: first.refusal.status,
      says: first.refusal.says,
      hangsOn: [],
    });
  }

  /** Loads a dump; where it fails, looks for all else that is wrong in it as well. */
  private load(
    text: DumpText,
    how: { family: Family; backend: Backend; keep?: boolean; test?: boolean; only?: string },
    hangsOn: readonly Message[],
  ): Loaded {
    const all = { ...how, readings: this.commands, hangsOn };
    this.sets.forgetMissed();
    const loaded = loadDump(text, this.builder, all);
    this.sets.notePremature();
    if (loaded.unknown) this.builder.unknown([loaded.unknown.why]);
    if (loaded.failures.length === 0) return loaded;
    const { failures: others } = loadDump(text, new RulesetBuilder(), { ...all, lenient: true });
    for (const failure of others) {
      // The word to blame is at the failure's place already.
      const { status, says, cause } = failure.refusal;
      const refused: Refusal = { kind: 'refused', status, says, ...(cause && { cause }) };
      const origin: Origin = { source: failure.source, span: failure.span, text: lineOf(failure), hangsOn };
      this.refused.push({ origin, refusal: refused });
      this.builder.refuse(refused, origin);
    }
    return loaded;
  }
}

/** What a line reads as, with the word to blame where it stands in the file. */
function placed(read: Read, start: number): Read {
  if (read.kind !== 'refused' || !read.span || start === 0) return read;
  return { ...read, span: span(read.span.start + start, read.span.end + start) };
}

function lineOf(failure: DumpFailure): string {
  const { source, span: at } = failure;
  const start = source.text.lastIndexOf('\n', at.start - 1) + 1;
  const end = source.text.indexOf('\n', at.start);
  return source.slice(span(start, end < 0 ? source.text.length : end)).trimEnd();
}

/** Where what a call does comes from. */
function originOf(call: IptablesCall): Origin {
  if (call instanceof LineCall) return call;
  const text = [call.program, ...call.argv.map(wordLabel)].join(' ');
  return { source: call.source, span: call.span, text, hangsOn: hangsOn(call) };
}

function makesRules({ do: what }: Command): boolean {
  return what === 'append' || what === 'insert' || what === 'replace';
}

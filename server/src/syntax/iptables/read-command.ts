/**
 * Reads the arguments of iptables or ip6tables as version 1.8.9 does, in its order: the first thing that is wrong is
 * what it says. Source: the order of checks in xshared.c (do_parse, command_default), measured against the program.
 */
import { say } from '../../text/message';
import type { Message } from '../../text/message';
import { protocolName } from '../../facts/protocols';
import { masked, prefixMask, readInetAton, readIPv6, readMask, readShortIPv4, readUnsigned } from './address';
import type { Backend, Command, Read, Refusal, TableName } from './command';
import type { Context, ExtensionSpec, Yield } from './extension';
import { checkTogether, readOption, readProtocol, Refused, undecided, unknownValue } from './extension';
import { findExtension, warnedTargets } from './extensions/index';
import type { HostNames } from './host-names';
import type { Loaded, What } from './command-options';
import { forbidden, globals, letters, negatable, ruleOptions } from './command-options';
import type { Blocks, RuleParts } from './make-rules';
import { isTarget, makeRules, needsOf } from './make-rules';
import type { LongOption } from './options';
import { OptionReader } from './options';
import type { AddressBlock, Condition, Family } from './rule';
import type { Word } from './word';
import { knownWord, wordLabel, wordText } from './word';

/** Which program reads the words, and on which host. */
export interface Reader {
  readonly family: Family;
  readonly backend: Backend;
  readonly names: HostNames;
  /** In a dump: the table that its `*name` line named. `-t` is refused there. */
  readonly restoring?: TableName;
}

const tables: readonly string[] = ['filter', 'nat', 'mangle', 'raw', 'security'];

/** Name and version as the program puts them before what it says. */
export function programLabel(reader: Pick<Reader, 'family' | 'backend'>, restore = false): string {
  const name = `${reader.family === 4 ? 'iptables' : 'ip6tables'}${restore ? '-restore' : ''}`;
  return `${name} v1.8.9 (${reader.backend === 'nft' ? 'nf_tables' : 'legacy'})`;
}

/** A refusal whose text is what stderr shows; `says` is its first line that says something. */
export function refusal(status: number, stderr: string): Refusal {
  const lines = stderr.split(/[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/);
  const says = lines.find(line => line.trim() !== '' && !/^\S+ v[\d.]+ \(\w+\): *$/.test(line)) ?? stderr.trim();
  return { kind: 'refused', status, says };
}

/** No rule of a person's or a program's is longer: what is would only keep the reader busy. Linux itself ends at 131,072 a word. */
const mostWords = 2_000;
const longestWord = 100_000;
const tooLong = say('the command is too long to be read', 'o comando é longo demais para ser lido');

/** Reads a command's arguments, the program's name not among them. Never throws; one that is too long is unknown. */
export function readCommand(argv: readonly Word[], reader: Reader): Read {
  if (argv.length > mostWords || argv.some(w => wordLabel(w).length > longestWord))
    return { kind: 'unknown', why: [tooLong] };
  const parser = new Parser(argv, reader);
  try {
    return parser.run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return parser.refuse(error);
  }
}

class Parser {
  private readonly words: OptionReader<What>;
  private readonly loaded: Loaded[] = [];
  private target: Loaded | undefined;
  private options = globals;
  private readonly given = new Map<string, boolean>();
  private readonly warnings: string[] = [];
  private command: string | undefined;
  private chain = '';
  private second: string | undefined;
  private number: number | undefined;
  private table = 'filter';
  private protocolWord: Word | undefined;
  private protocol: Context['protocol'] = {
    number: undefined,
    not: false,
    unknown: false,
  };
  private protocolUsed = false;
  private readonly places = new Map<'s' | 'd' | 'i' | 'o', Word>();
  private jump: Word | undefined;
  private goes = false;
  private negated = false;
  private waits = false;
  private readonly open: Message[] = [];
  private tableGiven = false;

  constructor(
    argv: readonly Word[],
    private readonly reader: Reader,
  ) {
    this.words = new OptionReader<What>(argv, letters);
    if (reader.restoring) this.table = reader.restoring;
  }

  run(): Read {
    for (;;) {
      const next = this.words.next(this.options);
      if (next.kind === 'end') break;
      if (next.kind === 'word') {
        if (next.text === '!') {
          if (this.negated) this.fail('multiple consecutive ! not allowed');
          this.negated = true;
          continue;
        }
        throw new Refused(`Bad argument \`${next.text}'`, 2, false);
      }
      if (next.kind === 'unknown') {
        this.open.push(...unknownValue(next.word));
        this.negated = false;
        continue;
      }
      if (next.kind === 'letter') {
        const read = this.base(next.letter, next.value);
        if (read) return read;
      } else if (next.kind === 'option' && typeof next.what === 'string') {
        const read = this.base(next.what, next.value);
        if (read) return read;
      } else if (next.kind === 'option' && typeof next.what !== 'string') {
        const { loaded, option } = next.what;
        if (loaded.completed) this.unknownOption('bad');
        else
          loaded.seen.set(
            option.key,
            readOption(loaded.spec, option, next.value, this.negated, loaded.seen, this.context),
          );
      } else if (next.kind === 'bad' || next.kind === 'missing') {
        if (this.loadProtocol()) continue;
        this.unknownOption(next.kind);
      }
      this.negated = false;
    }
    return this.finish();
  }

  /** What comes of a refusal: nothing certain where the options were not all known. */
  refuse(error: Refused): Read {
    if (this.open.length > 0) return { kind: 'unknown', why: this.open };
    const head = error.named ? `${programLabel(this.reader, this.reader.restoring !== undefined)}: ` : '';
    const stderr = [
      ...this.warnings,
      head + error.text,
      ...(error.text === '' ? [`Try \`${this.name} -h' or '${this.name} --help' for more information.`] : []),
    ];
    const span = this.words.last?.span;
    const cause = this.warnings.length > 0 && error.text !== '' ? { cause: stderr[this.warnings.length] ?? '' } : {};
    return {
      ...refusal(error.status, stderr.join('\n')),
      ...cause,
      ...(span ? { span } : {}),
    };
  }

  private get name(): string {
    return `${this.reader.family === 4 ? 'iptables' : 'ip6tables'}${this.reader.restoring ? '-restore' : ''}`;
  }

  private fail(text: string): never {
    throw new Refused(text, 2, true);
  }

  private get context(): Context {
    return {
      family: this.reader.family,
      names: this.reader.names,
      protocol: this.protocol,
      fail: text => this.fail(text),
      warn: text => this.warnings.push(text),
      next: () => {
        if (!this.words.hasArgument) return undefined;
        const word = this.words.words[this.words.index];
        this.words.index++;
        return word;
      },
    };
  }

  private unknownOption(kind: 'bad' | 'missing'): never {
    const word = this.words.last;
    const label = word ? wordLabel(word) : this.name;
    // It may be one of a target or protocol that is not known.
    for (const named of [this.jump, this.protocolWord]) if (named) this.open.push(...unknownValue(named));
    return this.fail(kind === 'bad' ? `unknown option "${label}"` : `option "${label}" requires an argument`);
  }

  /** Loads the match of the protocol once an option is met that nobody knows. Whether the word is to be read again. */
  private loadProtocol(): boolean {
    const guess = this.protocol.unknown || this.open.length > 0;
    if (!this.protocolWord && !guess) return false;
    const text = this.protocolWord ? wordText(this.protocolWord) : undefined;
    const name = this.protocol.unknown || text === undefined ? (guess ? 'tcp' : undefined) : this.matchOfProtocol(text);
    if (name === undefined) return false;
    const spec = findExtension('match', name, this.reader.family);
    if (!spec) return false;
    if (this.loaded.some(m => m.spec === spec) && this.protocolUsed) return false;
    this.protocolUsed = true;
    this.load(spec);
    this.words.back();
    return true;
  }

  private matchOfProtocol(text: string): string {
    const number = readUnsigned(text, 0, 255);
    return number === undefined ? text.toLowerCase() : protocolName(number);
  }

  private load(spec: ExtensionSpec): Loaded {
    const loaded: Loaded = { spec, seen: new Map(), completed: false };
    const sequence = this.loaded.length;
    const own = spec.options.map((option): LongOption<What> => ({
      name: option.name,
      value: option.type === 'none' ? 'none' : 'must',
      identity: `${spec.kind} ${spec.name} ${sequence} ${option.key}`,
      what: { loaded, option },
    }));
    this.options = [...globals, ...own, ...this.options.slice(globals.length)];
    if (spec.kind === 'match') {
      for (const other of this.loaded) if (other.spec === spec) other.completed = true;
      this.loaded.push(loaded);
    } else this.target = loaded;
    return loaded;
  }

  private set(letter: string): void {
    if (this.given.has(letter)) this.fail(`multiple -${letter} flags not allowed`);
    if (this.negated && !negatable.includes(letter)) this.fail(`cannot have ! before -${letter}`);
    this.given.set(letter, this.negated);
  }

  private setCommand(letter: string): void {
    if (this.negated) this.fail("unexpected '!' flag");
    const both =
      (letter === 'Z' && (this.command === 'L' || this.command === 'S')) ||
      (this.command === 'Z' && (letter === 'L' || letter === 'S'));
    if (this.command !== undefined && !both) this.fail(`Cannot use -${letter} with -${this.command}\n`);
    if (!both || letter !== 'Z') this.command = letter;
  }

  /** The next word's text, for what stands without an option of its own. */
  private take(): string {
    const word = this.words.words[this.words.index];
    this.words.index++;
    return word ? this.text(word) : '';
  }

  /** A word's text; where it is unknown the command cannot be read any further. */
  private text(word: Word): string {
    const text = wordText(word);
    if (text !== undefined) return text;
    this.open.push(...unknownValue(word));
    throw new Refused('', 2, true);
  }

  private ruleNumber(): number {
    const word = this.words.words[this.words.index];
    this.words.index++;
    const text = word ? this.text(word) : '';
    return readUnsigned(text, 1, 2147483647) ?? this.fail(`Invalid rule number \`${text}'`);
  }

  /** An option of iptables itself. Gives an answer where the program stops at once. */
  private base(letter: string, value: Word | undefined): Read | undefined {
    // For some options iptables takes the word before optind, not what getopt gives it: `-ptcp` is a protocol called `-ptcp`.
    const last = this.words.last ?? knownWord('', { start: 0, end: 0 });
    switch (letter) {
      case 'A':
      case 'C':
        this.setCommand(letter);
        this.chain = this.text(value ?? last);
        return undefined;
      case 'D':
      case 'I':
        this.setCommand(letter);
        this.chain = this.text(value ?? last);
        if (this.words.hasArgument) this.number = this.ruleNumber();
        return undefined;
      case 'R':
        this.setCommand(letter);
        this.chain = this.text(value ?? last);
        if (!this.words.hasArgument) this.fail('-R requires a rule number');
        this.number = this.ruleNumber();
        return undefined;
      case 'L':
      case 'S':
      case 'Z':
      case 'F':
      case 'X':
        this.setCommand(letter);
        if (value) this.chain = this.text(value);
        else if (this.words.hasArgument) this.chain = this.take();
        if ((letter === 'L' || letter === 'S' || letter === 'Z') && this.words.hasArgument)
          this.number = this.ruleNumber();
        return undefined;
      case 'N': {
        this.setCommand(letter);
        const chain = this.text(value ?? last);
        if (/^[-!]/.test(chain)) this.fail(`chain name not allowed to start with \`${chain[0] ?? ''}'\n`);
        if (chain === '' || isTarget(chain, this.reader.family))
          this.fail('chain name may not clash with target name\n');
        if (new TextEncoder().encode(chain).length >= 29)
          this.fail(`chain name \`${chain}' too long (must be under 29 chars)`);
        if (/[ \t\n\v\f\r]/.test(chain)) this.fail(`Invalid chain name \`${chain}'`);
        this.chain = chain;
        return undefined;
      }
      case 'E':
      case 'P': {
        this.setCommand(letter);
        this.chain = this.text(value ?? last);
        if (!this.words.hasArgument) {
          this.fail(
            letter === 'E' ? '-E requires old-chain-name and new-chain-name' : '-P requires a chain and a policy',
          );
        }
        this.second = this.take();
        return undefined;
      }
      case 'h':
        return { kind: 'command', command: this.done({ do: 'nothing' }) };
      case 'V':
        return { kind: 'command', command: this.done({ do: 'nothing' }) };
      case 'p':
        this.set('p');
        this.readProtocol(last);
        return undefined;
      case 's':
      case 'd':
        this.set(letter);
        this.places.set(letter, last);
        return undefined;
      case 'i':
      case 'o': {
        this.set(letter);
        const name = wordText(last);
        if (name === '') this.fail('Empty interface is likely to be undesired');
        if (name !== undefined && new TextEncoder().encode(name).length + 1 > 16) {
          this.fail(`interface name \`${name}' must be shorter than IFNAMSIZ (15)`);
        }
        if (name !== undefined && name !== '+' && /[/ ]/.test(name)) {
          this.warnings.push(
            `Warning: weird character in interface \`${name}' ('/' and ' ' are not allowed by the kernel).`,
          );
        }
        this.places.set(letter, last);
        return undefined;
      }
      case 'j': {
        this.set('j');
        this.jumpTo(last);
        return undefined;
      }
      case 'g': {
        this.set('j');
        this.goes = true;
        this.jump = last;
        const name = wordText(last);
        if (name !== undefined) this.targetName(name);
        return undefined;
      }
      case 'f':
        if (this.reader.family === 6) this.fail("`-f' is not supported in IPv6, use -m frag instead");
        this.set('f');
        return undefined;
      case 'm': {
        if (this.negated) this.fail('unexpected ! flag before --match');
        const name = value ? wordText(value) : undefined;
        if (name === undefined) {
          this.open.push(...(value ? unknownValue(value) : []));
          return undefined;
        }
        const spec = findExtension('match', name, this.reader.family);
        const shown = name === 'icmpv6' || name === 'ipv6-icmp' ? 'icmp6' : name;
        if (!spec) this.fail(`Couldn't load match \`${shown}':No such file or directory\n`);
        this.load(spec);
        return undefined;
      }
      case 'c':
        this.set('c');
        this.counters(value ?? last);
        return undefined;
      case 't': {
        if (this.negated) this.fail('unexpected ! flag before --table');
        if (this.reader.restoring && !this.tableGiven)
          this.fail('The -t option cannot be used in ' + this.name + '.\n');
        this.table = this.text(value ?? last);
        return undefined;
      }
      case 'v':
        if (!this.given.has('v')) this.set('v');
        return undefined;
      case 'n':
      case 'x':
      case '0':
        this.set(letter);
        return undefined;
      case 'w':
      case 'W':
        this.wait(letter, value);
        return undefined;
      case '4':
      case '6':
        if (String(this.reader.family) === letter) return undefined;
        if (this.reader.restoring) return { kind: 'command', command: this.done({ do: 'nothing' }) };
        throw new Refused('', 2, false);
      case 'M':
        return undefined;
      default:
        return this.unknownOption('bad');
    }
  }

  private readProtocol(word: Word): void {
    this.protocolWord = word;
    const text = wordText(word);
    if (text === undefined) {
      this.protocol = { number: undefined, not: this.negated, unknown: true };
      return;
    }
    const lower = text.replace(/[A-Z]/g, c => c.toLowerCase());
    const number = readProtocol(text);
    if (number === undefined) this.fail(`unknown protocol "${lower}" specified`);
    this.protocol = { number, not: this.negated, unknown: false };
    if (number === 0 && this.negated) this.fail('rule would never match protocol');
    if (this.reader.family === 6 && !this.negated && [60, 44, 43, 0].includes(number) && number !== 0) {
      this.warnings.push(`Warning: never matched protocol: ${lower}. use extension match instead.`);
    }
  }

  private targetName(name: string): void {
    if (name === '') this.fail('Invalid target name (too short)');
    if (new TextEncoder().encode(name).length >= 29) this.fail(`Invalid target name \`${name}' (28 chars max)`);
    if (/[ \t\n\v\f\r]/.test(name)) this.fail(`Invalid target name \`${name}'`);
  }

  private jumpTo(word: Word): void {
    this.jump = word;
    const name = wordText(word);
    if (name === undefined) return;
    this.targetName(name);
    const spec = findExtension('target', name, this.reader.family);
    if (!spec) return;
    if (warnedTargets.has(name))
      this.warnings.push(`Warning: Extension ${name} revision 0 not supported, missing kernel module?`);
    this.load(spec);
  }

  private counters(word: Word): void {
    const text = wordText(word);
    let bytes: string | undefined;
    if (text !== undefined && text.includes(',')) bytes = text.slice(text.indexOf(',') + 1);
    if (bytes === undefined && this.words.hasArgument) {
      const next = this.words.words[this.words.index];
      this.words.index++;
      bytes = next ? (wordText(next) ?? '0') : '0';
    }
    if (bytes === undefined) this.fail('-c requires packet and byte counter');
    if (text !== undefined && !/^[ \t]*[+-]?\d/.test(text)) this.fail('-c packet counter not numeric');
    if (!/^[ \t]*[+-]?\d/.test(bytes)) this.fail('-c byte counter not numeric');
  }

  private wait(letter: 'w' | 'W', value: Word | undefined): void {
    if (this.reader.restoring) this.fail(`You cannot use \`-${letter}' from ${this.name}`);
    if (letter === 'w') this.waits = true;
    let word = value;
    if (!word && this.words.hasArgument) {
      word = this.words.words[this.words.index];
      this.words.index++;
    }
    if (letter === 'W' && !word) this.fail('wait interval value required');
    const text = word ? wordText(word) : undefined;
    if (letter === 'w') {
      if (text !== undefined && !/^[ \t]*[+-]?\d+$/.test(text)) this.fail('wait seconds not numeric');
      return;
    }
    if (text !== undefined && !/^[ \t]*[+-]?\d+$/.test(text)) this.fail('wait interval not numeric');
    this.warnings.push('Ignoring deprecated --wait-interval option.');
    this.given.set('W', false);
  }

  private finish(): Read {
    const jumpName = this.jump ? wordText(this.jump) : undefined;
    if (this.table === 'nat' && ((this.command === 'P' && this.second === 'DROP') || jumpName === 'DROP')) {
      this.fail('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n');
    }
    const yields = this.loaded.map(m => ({
      loaded: m,
      yield: this.finishExtension(m),
    }));
    const target = this.target ? this.finishExtension(this.target) : undefined;
    if (this.given.has('W') && !this.waits) this.fail('--wait-interval only makes sense with --wait\n');
    if (this.words.index < this.words.words.length) this.fail('unknown arguments found on commandline');
    if (this.command === undefined) {
      if (this.open.length > 0) return { kind: 'unknown', why: this.open };
      this.fail('no command specified');
    }
    if (this.negated) this.fail('nothing appropriate following !');
    const source = this.blocks('s');
    const destination = this.blocks('d');
    if ((source.blocks.length > 1 || destination.blocks.length > 1) && (this.given.get('s') || this.given.get('d'))) {
      this.fail('! not allowed with multiple source or destination IP addresses');
    }
    if (this.command === 'R' && (source.blocks.length !== 1 || destination.blocks.length !== 1)) {
      this.fail('Replacement rule does not specify a unique address');
    }
    const row = this.number !== undefined && (this.command === 'D' || this.command === 'Z') ? 'number' : this.command;
    for (const letter of ruleOptions) {
      if (this.given.has(letter) && (forbidden[row] ?? '').includes(letter))
        this.fail(`Illegal option \`-${letter}' with this command\n`);
    }
    if (new TextEncoder().encode(this.chain).length >= 29)
      this.fail(`chain name \`${this.chain}' too long (must be under 29 chars)`);
    const aboutRule = 'ADCIR'.includes(this.command) && row !== 'number';
    if (aboutRule) {
      if ((this.chain === 'PREROUTING' || this.chain === 'INPUT') && this.given.has('o'))
        this.fail(`Can't use -o with ${this.chain}\n`);
      if ((this.chain === 'POSTROUTING' || this.chain === 'OUTPUT') && this.given.has('i'))
        this.fail(`Can't use -i with ${this.chain}\n`);
    }
    if (!tables.includes(this.table)) {
      const what =
        this.reader.backend === 'nft'
          ? `table '${this.table}' does not exist`
          : `can't initialize iptables table \`${this.table}': Table does not exist (do you need to insmod?)`;
      throw new Refused(
        `${what}\nPerhaps ${this.reader.family === 4 ? 'iptables' : 'ip6tables'} or your kernel needs to be upgraded.`,
        3,
        true,
      );
    }
    if (!aboutRule) return { kind: 'command', command: this.chainCommand(this.command) };
    const parts: RuleParts = {
      family: this.reader.family,
      backend: this.reader.backend,
      given: this.given,
      places: this.places,
      protocol: this.protocol,
      protocolWord: this.protocolWord,
      jump: this.jump,
      goes: this.goes,
      loaded: yields,
      target: this.target && target ? { loaded: this.target, yield: target } : undefined,
      source,
      destination,
      open: this.open,
    };
    return { kind: 'command', command: this.ruleCommand(parts) };
  }

  private finishExtension(loaded: Loaded): Yield {
    const result = loaded.spec.finish(loaded.seen, this.context);
    checkTogether(loaded.spec, loaded.seen, this.context);
    return result;
  }

  private done<T extends object>(what: T): T & Pick<Command, 'table' | 'family' | 'backend' | 'warnings'> {
    return {
      table: this.table as TableName,
      family: this.reader.family,
      backend: this.reader.backend,
      warnings: this.warnings,
      ...what,
    };
  }

  private chainCommand(command: string): Command {
    const chain = this.chain === '' ? {} : { chain: this.chain };
    const number = this.number === undefined ? {} : { number: this.number };
    switch (command) {
      case 'D':
        return this.done({
          do: 'delete-number' as const,
          chain: this.chain,
          number: this.number ?? 1,
        });
      case 'L':
      case 'S':
        return this.done({ do: 'list' as const, ...chain });
      case 'F':
        return this.done({ do: 'flush' as const, ...chain });
      case 'Z':
        return this.done({ do: 'zero' as const, ...chain, ...number });
      case 'X':
        return this.done({ do: 'delete-chain' as const, ...chain });
      case 'N':
        return this.done({ do: 'new-chain' as const, chain: this.chain });
      case 'E':
        return this.done({
          do: 'rename' as const,
          chain: this.chain,
          to: this.second ?? '',
        });
      default:
        return this.done({
          do: 'policy' as const,
          chain: this.chain,
          policy: this.second ?? '',
        });
    }
  }

  /** The blocks of `-s` or `-d`: `undefined` stands for any address. */
  private blocks(side: 's' | 'd'): Blocks {
    const word = this.places.get(side);
    if (!word) return { blocks: [undefined], conditions: [] };
    const text = wordText(word);
    if (text === undefined) {
      return {
        blocks: [undefined],
        conditions: unknownValue(word).map(why => undecided(`-${side} ${wordLabel(word)}`, why)),
      };
    }
    const blocks: (AddressBlock | undefined)[] = [];
    const conditions: Condition[] = [];
    for (const part of text.split(',')) {
      const entry = part.replace(/^[ \t\n\v\f\r]+/, '');
      const slash = entry.lastIndexOf('/');
      const name = slash < 0 ? entry : entry.slice(0, slash);
      const { family } = this.reader;
      const mask = slash < 0 ? prefixMask(family === 4 ? 32 : 128, family) : readMask(entry.slice(slash + 1), family);
      if (!mask) this.fail(`invalid mask \`${entry.slice(slash + 1)}' specified`);
      const zero = mask.every(bits => bits === 0);
      // With a mask of 0 the name is not even looked at.
      const addresses = zero && slash >= 0 ? [mask] : this.addresses(name);
      if (addresses === 'unknown') {
        blocks.push(undefined);
        conditions.push(undecided(`-${side} ${entry}`, nameUnknown(name)));
      } else for (const address of addresses) blocks.push(masked(address, mask));
    }
    return { blocks, conditions };
  }

  private addresses(name: string) {
    const { family, names } = this.reader;
    const address = family === 4 ? (readShortIPv4(name) ?? readInetAton(name)) : readIPv6(name);
    if (address) return [address];
    // What can be no host name is not asked for.
    const found = /^[A-Za-z0-9._-]+$/.test(name) && /[A-Za-z]/.test(name) ? names.host(name, family) : undefined;
    return found ?? this.fail(`host/network \`${name}' not found`);
  }

  private ruleCommand(parts: RuleParts): Command {
    const common = {
      chain: this.chain,
      rules: makeRules(parts),
      needs: needsOf(parts),
    };
    switch (this.command) {
      case 'I':
        return this.done({
          do: 'insert' as const,
          number: this.number ?? 1,
          ...common,
        });
      case 'R':
        return this.done({
          do: 'replace' as const,
          number: this.number ?? 1,
          ...common,
        });
      case 'D':
        return this.done({ do: 'delete' as const, ...common });
      case 'C':
        return this.done({ do: 'check' as const, ...common });
      default:
        return this.done({ do: 'append' as const, ...common });
    }
  }
}

function nameUnknown(name: string): Message {
  return say('the address of {name} is not known (DNS)', 'o endereço de {name} não é conhecido (DNS)', { name });
}

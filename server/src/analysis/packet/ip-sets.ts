/**
 * The ipsets that scripts make, command by command (ipset(8); refusals measured with ipset 7.17). A set whose content is
 * not known to the last element is kept as unknown, and stays it until it is flushed.
 */
import type { HostNames, Named } from '../../syntax/iptables/host-names';
import type { Family } from '../../syntax/iptables/rule';
import type { SetContent, SetElement } from '../../syntax/iptables/set-content';
import { Budget } from '../../text/budget';
import type { IpsetCall, Status } from '../firewall/calls';
import type { Dimension } from './set-element';
import { countOf, overlap, readPart, setTypes } from './set-element';

interface KnownSet {
  readonly type: string;
  readonly family: Family;
  /** Undefined: of a kind, or with an option, that is not followed. A list of sets has none. */
  readonly dimensions: readonly Dimension[] | undefined;
  readonly most: number;
  /** Of a bitmap: what it can hold. */
  readonly range: SetElement | undefined;
  /** By {@link keyOf}. */
  readonly elements: Map<string, SetElement>;
  /** How many entries the elements come to. */
  size: number;
  /** Some element is a range, and may share entries with others that are not the same. */
  ranged: boolean;
  members: string[];
  /** What is in it is not known. */
  vague: boolean;
  /** It may not be there at all. */
  doubtful: boolean;
}

const commands: Readonly<Record<string, string>> = {
  n: 'create',
  N: 'create',
  a: 'add',
  A: 'add',
  d: 'del',
  D: 'del',
  f: 'flush',
  F: 'flush',
  x: 'destroy',
  X: 'destroy',
  destroy: 'destroy',
  create: 'create',
  add: 'add',
  del: 'del',
  flush: 'flush',
  e: 'rename',
  E: 'rename',
  rename: 'rename',
  w: 'swap',
  W: 'swap',
  swap: 'swap',
  l: 'list',
  L: 'list',
  list: 'list',
  s: 'save',
  S: 'save',
  save: 'save',
  t: 'test',
  T: 'test',
  test: 'test',
  r: 'restore',
  R: 'restore',
  restore: 'restore',
  h: 'help',
  H: 'help',
  help: 'help',
  v: 'version',
  V: 'version',
  version: 'version',
};

const valued = /^(?:family|hashsize|maxelem|timeout|bucketsize|initval|range|size)$/;
const plain = /^(?:counters|comment|skbinfo)$/;
/** What an element may carry that does not change what it matches. */
const elementValued = /^(?:timeout|packets|bytes|comment|skbmark|skbprio|skbqueue|before|after)$/;

export class IpSets {
  /** Sets that were asked for and are not known to be there, since this was last emptied. */
  private readonly missed = new Set<string>();
  private readonly sets = new Map<string, KnownSet>();
  private readonly gone = new Set<string>();
  private readonly premature = new Set<string>();
  /** Something was done that nobody knows to which set. */
  private lost = false;
  /** One step for each line restored and each element compared. */
  private readonly budget = new Budget(2_000_000);

  constructor(private readonly names: HostNames) {}

  /** Whether a set is there now; as the host says where no script has made or destroyed it. */
  find(name: string): Named<true | Family> {
    const set = this.sets.get(name);
    if (set && !set.doubtful) return set.dimensions && set.dimensions[0] !== 'bare-port' ? set.family : true;
    if (!set && !this.lost && this.gone.has(name)) return undefined;
    this.missed.add(name);
    return set || this.lost ? 'unknown' : this.names.set(name);
  }

  /** Before a command that may ask sets. */
  forgetMissed(): void {
    if (this.missed.size > 0) this.missed.clear();
  }

  /** Notes that a rule was made about the sets last missed: what is made later under such a name is not what it asks. */
  notePremature(): void {
    for (const name of this.missed) this.premature.add(name);
  }

  /** What is in a set, where all of it is known. */
  content(name: string): SetContent | undefined {
    const set = this.sets.get(name);
    if (!set || set.vague || set.doubtful || this.lost || this.premature.has(name)) return undefined;
    if (set.type === 'list:set') {
      const members = set.members.map(member => this.content(member));
      const known = members.filter(member => member !== undefined);
      return known.length === members.length ? { kind: 'list', members: known } : undefined;
    }
    if (!set.dimensions) return undefined;
    const elements = [...set.elements.values()];
    const takesOut = elements.some(element => element.nomatch);
    if (takesOut && elements.some(element => prefixOf(element) === undefined)) return undefined;
    return {
      kind: 'elements',
      ...(set.dimensions[0] !== 'bare-port' && { family: set.family }),
      dimensions: set.dimensions.length,
      elements: elements.sort((a, b) => (prefixOf(a) ?? 0) - (prefixOf(b) ?? 0)),
    };
  }

  /** Carries out a call. `used`: whether a rule names a set. */
  call(call: IpsetCall, used: (name: string) => boolean): Status {
    const sure = call.conditional.length === 0 && !call.repeated;
    const words = call.argv.map(word => word.value);
    const { rest, exist } = options(words);
    const command = commandOf(rest[0]);
    if (command !== 'restore') {
      const status = this.run(rest, exist, sure, used);
      return this.lost ? 'unknown' : status;
    }
    if (!call.input || call.input.unknown) {
      if (call.input?.missing === true) return 1;
      this.lost = true;
      return 'unknown';
    }
    for (const line of call.input.lines) {
      if (line.value === undefined || !this.budget.step()) {
        this.lost = true;
        return 'unknown';
      }
      const parts = line.value.split(/\s+/).filter(part => part !== '');
      if (parts.length === 0 || parts[0]?.startsWith('#') === true || parts[0] === 'COMMIT') continue;
      const one = options(parts);
      const status = this.run(one.rest, exist || one.exist, sure, used);
      if (status !== 0) {
        // Nobody knows whether the lines behind it are still read.
        if (status === 'unknown' && sure) this.lost = true;
        if (status !== 'unknown') return status;
      }
    }
    return sure && !this.lost ? 0 : 'unknown';
  }

  private run(
    [verb, name, ...rest]: readonly (string | undefined)[],
    exist: boolean,
    sure: boolean,
    used: (name: string) => boolean,
  ): Status {
    const command = commandOf(verb);
    if (command === 'help' || command === 'version' || command === 'save') return 0;
    if (command === 'list' || command === 'test') {
      const found = name === undefined ? 'unknown' : this.find(name);
      return command === 'test' || found === 'unknown' ? 'unknown' : found ? 0 : 1;
    }
    const all = name === undefined && rest.length === 0 && (command === 'flush' || command === 'destroy');
    if (command === undefined || command === 'restore' || (name === undefined && (!all || verb === undefined))) {
      this.lost = true;
      return 'unknown';
    }
    if (all || name === undefined) return this.toAll(command, sure, used);
    if (!sure) {
      this.doubt(name, command);
      const other = rest[0];
      if ((command === 'rename' || command === 'swap') && other !== undefined) this.doubt(other, command);
      return 'unknown';
    }
    if (command === 'create') return this.create(name, rest, exist);
    const set = this.sets.get(name);
    if (!set || set.doubtful) {
      const absent = this.find(name) === undefined;
      if (command === 'destroy' && set) this.sets.delete(name);
      if (!absent && (command === 'rename' || command === 'swap')) this.lost = true;
      return absent ? 1 : 'unknown';
    }
    switch (command) {
      case 'add':
        return set.type === 'list:set' ? this.enlist(set, rest[0], exist) : this.add(set, rest, exist);
      case 'del':
        return set.type === 'list:set' ? this.delist(set, rest[0], exist) : this.remove(set, rest[0], exist);
      case 'flush':
        empty(set);
        return 0;
      case 'destroy':
        if (used(name) || this.isMember(name)) return 1;
        this.sets.delete(name);
        this.gone.add(name);
        return 0;
      default:
        return this.exchange(command, name, set, rest[0], used);
    }
  }

  private toAll(command: string, sure: boolean, used: (name: string) => boolean): Status {
    if (!sure) {
      for (const set of this.sets.values()) {
        set.vague = true;
        if (command === 'destroy') set.doubtful = true;
      }
      return 'unknown';
    }
    if (command === 'flush') {
      for (const set of this.sets.values()) empty(set);
      return 0;
    }
    if ([...this.sets.keys()].some(used)) return 1;
    for (const name of this.sets.keys()) this.gone.add(name);
    this.sets.clear();
    return 0;
  }

  /** Something may have been done to a set. */
  private doubt(name: string, command: string): void {
    const set = this.sets.get(name);
    if (set) {
      set.vague = true;
      if (command === 'destroy' || command === 'rename') set.doubtful = true;
    } else if (command === 'create' || command === 'rename') {
      this.sets.set(name, {
        type: '',
        family: 4,
        dimensions: undefined,
        most: 0,
        range: undefined,
        elements: new Map(),
        size: 0,
        ranged: false,
        members: [],
        vague: true,
        doubtful: true,
      });
    }
  }

  private create(name: string, [type, ...rest]: readonly (string | undefined)[], exist: boolean): Status {
    const before = this.sets.get(name);
    if (before) {
      if (!before.doubtful) return exist ? 'unknown' : 1;
      return 'unknown';
    }
    const given = new Map<string, string>();
    let followed = type !== undefined;
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i]?.replace(/^--/, '');
      if (word === undefined) followed = false;
      else if (valued.test(word)) given.set(word, rest[++i] ?? '?');
      else if (!plain.test(word)) followed = false;
    }
    const family = { inet: 4, '': 4, inet6: 6 }[given.get('family') ?? ''] as Family | undefined;
    const dimensions = type !== undefined && Object.hasOwn(setTypes, type) ? setTypes[type] : undefined;
    const bitmap = type !== undefined && /^(?:bitmap:|ipmap|portmap)/.test(type);
    const range =
      bitmap && dimensions?.[0] ? readPart(given.get('range') ?? '', dimensions[0], 4, this.names) : undefined;
    if (bitmap && (typeof range !== 'object' || family === 6)) followed = false;
    if (bitmap !== given.has('range') || family === undefined) followed = false;
    const known = followed && (dimensions !== undefined || type === 'list:set');
    const most = Number(given.get('maxelem') ?? 65536);
    this.gone.delete(name);
    this.sets.set(name, {
      type: type ?? '',
      family: family ?? 4,
      dimensions: followed ? dimensions : undefined,
      most: Number.isInteger(most) ? most : 0,
      range: typeof range === 'object' ? { parts: [range], nomatch: false } : undefined,
      elements: new Map(),
      size: 0,
      ranged: false,
      members: [],
      vague: !known,
      doubtful: !known,
    });
    return known ? 0 : 'unknown';
  }

  /** Reads an element; undefined where it is not known what it is. */
  private element(set: KnownSet, rest: readonly (string | undefined)[]): SetElement | 'refused' | undefined {
    const [text, ...more] = rest;
    if (!set.dimensions || text === undefined) return undefined;
    let nomatch = false;
    for (let i = 0; i < more.length; i++) {
      const word = more[i]?.replace(/^--/, '');
      if (word === 'nomatch') nomatch = true;
      else if (word === undefined || !elementValued.test(word)) return undefined;
      // A comment in quotes, in the lines of a restore, may have blanks.
      else if (word === 'comment' && more[i + 1]?.startsWith('"') === true) break;
      else i++;
    }
    if (nomatch && !set.dimensions.includes('net')) return undefined;
    const words = text.split(',');
    if (words.length !== set.dimensions.length) return undefined;
    const parts = set.dimensions.map((dimension, i) => readPart(words[i] ?? '', dimension, set.family, this.names));
    if (parts.includes(undefined)) return undefined;
    const read = parts.filter(part => typeof part === 'object');
    return read.length === parts.length ? { parts: read, nomatch } : 'refused';
  }

  private add(set: KnownSet, rest: readonly (string | undefined)[], exist: boolean): Status {
    const element = this.element(set, rest);
    if (element === 'refused') return 1;
    if (!element || set.vague) return vague(set);
    if (set.range && !liesIn(element, set.range)) return single(element) ? 1 : vague(set);
    const key = keyOf(element);
    if (set.elements.has(key)) {
      if (!exist && (single(element) || isBlock(element, set))) return 1;
      if (!exist) return vague(set);
      set.elements.set(key, element);
      return 0;
    }
    // Of the networks that a range was cut into, the one at hand need not be one.
    if (!exist && this.meets(element, key, set))
      return single(element) && set.dimensions?.includes('net') !== true ? 1 : vague(set);
    set.elements.set(key, element);
    set.size += entriesOf(element, set);
    set.ranged ||= !isPlain(element, set);
    // Bitmaps have room for all of their range.
    return set.range || set.size <= set.most ? 0 : vague(set);
  }

  private remove(set: KnownSet, text: string | undefined, exist: boolean): Status {
    const element = this.element(set, [text]);
    if (element === 'refused') return 1;
    if (!element || set.vague) return vague(set);
    if (set.range && !liesIn(element, set.range)) return single(element) ? 1 : vague(set);
    const key = keyOf(element);
    if (this.meets(element, key, set)) return vague(set);
    if (!set.elements.delete(key)) return exist ? 0 : 1;
    set.size -= entriesOf(element, set);
    return 0;
  }

  /** Whether an element shares an entry with another one of a set. Where the steps are used up, no set is known any more. */
  private meets(element: SetElement, key: string, set: KnownSet): boolean {
    if (!set.ranged && isPlain(element, set)) return false;
    for (const [otherKey, other] of set.elements) {
      if (!this.budget.step()) {
        this.lost = true;
        return false;
      }
      if (otherKey !== key && meet(element, other, set)) return true;
    }
    return false;
  }

  private enlist(set: KnownSet, member: string | undefined, exist: boolean): Status {
    const found = member === undefined ? undefined : this.sets.get(member);
    if (member === undefined || !found || found.doubtful || set.vague) return vague(set);
    if (found.type === 'list:set') return 1;
    if (set.members.includes(member)) return exist ? 0 : 1;
    set.members.push(member);
    return 0;
  }

  private delist(set: KnownSet, member: string | undefined, exist: boolean): Status {
    const found = member === undefined ? undefined : this.sets.get(member);
    if (member === undefined || !found || found.doubtful || set.vague) return vague(set);
    if (found.type === 'list:set') return 1;
    if (!set.members.includes(member)) return exist ? 0 : 1;
    set.members = set.members.filter(name => name !== member);
    return 0;
  }

  private isMember(name: string): boolean {
    return [...this.sets.values()].some(set => set.members.includes(name));
  }

  private exchange(
    command: string,
    name: string,
    set: KnownSet,
    to: string | undefined,
    used: (name: string) => boolean,
  ): Status {
    const other = to === undefined ? undefined : this.sets.get(to);
    if (to === undefined || other?.doubtful === true) {
      this.lost = true;
      return 'unknown';
    }
    if (command === 'rename') {
      if (other || used(name) || this.isMember(name)) return 1;
      this.sets.delete(name);
      this.gone.add(name);
    } else if (command === 'swap') {
      if (!other) return this.find(to) === undefined ? 1 : vague(set);
      if (featuresOf(other) !== featuresOf(set) || other.family !== set.family) return 1;
      this.sets.set(name, other);
    }
    this.gone.delete(to);
    this.sets.set(to, set);
    return 0;
  }
}

/** The options that may stand anywhere, and the words without them. */
function options(words: readonly (string | undefined)[]): { rest: (string | undefined)[]; exist: boolean } {
  const rest: (string | undefined)[] = [];
  let exist = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '-!' || word === '-exist' || word === '--exist') exist = true;
    else if (word !== undefined && /^-(?:f|o|-?file|-?output)$/.test(word)) i++;
    else if (word === undefined || !/^-(?:q|-?quiet|n|-?name|t|-?terse|s|-?sorted|r|-?resolve)$/.test(word))
      rest.push(word);
  }
  return { rest, exist };
}

function commandOf(word: string | undefined): string | undefined {
  const name = word?.replace(/^--?/, '');
  return name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
}

function vague(set: KnownSet): Status {
  set.vague = true;
  return 'unknown';
}

function empty(set: KnownSet): void {
  set.elements.clear();
  set.size = 0;
  set.ranged = false;
  set.members = [];
  set.vague = !set.dimensions && set.type !== 'list:set';
}

/** The prefix length of an element's network, where it has one part that is none but a single network. */
function prefixOf({ parts }: SetElement): number | undefined {
  const nets = parts.filter(part => part.kind === 'addresses');
  const last = nets[nets.length - 1];
  return last ? last.prefix : 0;
}

/** What the kernel compares before it swaps two sets: what they hold, not how they hold it. */
function featuresOf({ type, dimensions }: KnownSet): string {
  if (!dimensions) return type;
  const held = dimensions.map(dimension => (dimension === 'net' ? 'ip' : dimension.replace('bare-', '')));
  return `${held.join()} ${String(dimensions.includes('net'))}`;
}

function single({ parts }: SetElement): boolean {
  return parts.every(part =>
    part.kind === 'ports' ? part.range.from === part.range.to : part.from.every((word, i) => word === part.to[i]),
  );
}

/** One entry of the set: a network where the set keeps networks, else a single value. */
function isBlock(element: SetElement, set: KnownSet): boolean {
  return entriesOf(element, set) === 1;
}

/** How many entries of the set an element comes to. */
function entriesOf({ parts }: SetElement, { dimensions = [] }: KnownSet): number {
  return parts.reduce((n, part, i) => n * countOf(part, dimensions[i] ?? 'ip'), 1);
}

/** One entry, written in the one way that it can be: it shares something with none but its like. */
function isPlain(element: SetElement, set: KnownSet): boolean {
  return isBlock(element, set) && element.parts.every(part => part.kind === 'ports' || part.prefix !== undefined);
}

/** The same for elements of the same entries, with `nomatch` or without. */
function keyOf({ parts }: SetElement): string {
  return JSON.stringify(parts);
}

/** Whether two different elements share an entry: networks of their own right do not, also where one lies in the other. */
function meet(a: SetElement, b: SetElement, set: KnownSet): boolean {
  const { dimensions = [] } = set;
  return a.parts.every((part, i) => {
    const other = b.parts[i];
    if (!other || !overlap(part, other)) return false;
    const blocks = [part, other].every(one => one.kind === 'addresses' && one.prefix !== undefined);
    return dimensions[i] !== 'net' || !blocks || JSON.stringify(part) === JSON.stringify(other);
  });
}

function liesIn(element: SetElement, range: SetElement): boolean {
  const [part] = element.parts;
  const [all] = range.parts;
  if (part?.kind === 'ports' && all?.kind === 'ports')
    return all.range.from <= part.range.from && part.range.to <= all.range.to;
  if (part?.kind !== 'addresses' || all?.kind !== 'addresses') return false;
  const [from, to, first, last] = [part.from[0], part.to[0], all.from[0], all.to[0]];
  return (first ?? 0) <= (from ?? 0) && (to ?? 0) <= (last ?? 0);
}

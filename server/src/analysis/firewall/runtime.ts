/** The machine under the reading of a script: state, output, places, files, and what gets reported. */
import type { Budget } from '../../text/budget';
import type { Files } from '../../text/files';
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import { dirname, isAbsolute, join as joinPath } from '../../text/path';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { Dialect } from '../../syntax/shell/nodes';
import type { Include, IpsetCall, IptablesCall, Place, ShellError, Status, Unknown } from './calls';
import { join, State } from './state';
import type { Doubt, Frame, InputOrigin } from './state';
import { concat, label, longestValue } from './value';
import type { Value } from './value';

/** The steps are used up: what follows in the script is not looked at. */
export class Spent extends Error {}

/** The shell gives up: the whole script (or subshell), or with `line` only the commands read together. */
export class Abandoned extends Error {
  constructor(
    readonly status: number,
    readonly line = false,
  ) {
    super('abandoned');
  }
}

/** What a command has printed, as far as it is known. */
export class Sink {
  value: Value = '';
  origin: InputOrigin | undefined;

  write(value: Value, origin?: InputOrigin): void {
    this.origin = this.value === '' ? origin : undefined;
    this.value = concat(this.value, value);
  }
}

/** Where `break`, `continue`, `return` and `exit` go. */
export interface Exits {
  readonly loops: { breaks: State[]; continues: State[] }[];
  readonly returns: State[] | undefined;
  readonly exits: State[];
}

export interface RuntimeOptions {
  readonly files: Files | undefined;
  readonly shell: Dialect;
  readonly name: string;
  readonly budget: Budget;
  readonly onCall: ((call: IptablesCall) => Status) | undefined;
  readonly onIpset: ((call: IpsetCall) => Status) | undefined;
}

/** The working directory where its absolute path is not known: Linux's own name for it. */
export const here = '/proc/self/cwd';

/** Folders of every Linux system: what lies there on the server, the files at hand do not tell. */
const systemFolder = /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/|$)/;

export class Runtime {
  s = new State();
  live = true;
  out: Sink | undefined;
  frame: Frame;
  exits: Exits = { loops: [], returns: undefined, exits: [] };
  via: Place[] = [];
  /** The standard error output goes elsewhere: complaints are not seen. */
  silenced = false;
  /** Above 0: `set -e` is off, because somebody looks at the status. */
  watched = 0;
  /** Above 0: looking what a loop changes; nothing is reported. */
  muted = 0;
  /** Above 0: in a loop with an unknown number of rounds. */
  repeated = 0;
  /** Grows with everything that happens: a loop in which nothing does never ends. */
  happened = 0;
  /** Names written to while somebody asks. */
  changes: Set<string> | undefined;
  readonly calls: IptablesCall[] = [];
  readonly errors: ShellError[] = [];
  readonly unknown: Unknown[] = [];
  readonly includes: Include[] = [];
  private readonly ids = new WeakMap<Unknown, number>();
  private readonly named = new Map<string, Unknown>();
  private counter = 0;

  constructor(
    readonly script: SourceText,
    readonly options: RuntimeOptions,
  ) {
    this.frame = { source: script };
    this.s.cwd = dirname(script.path);
  }

  get bash(): boolean {
    return this.options.shell === 'bash';
  }

  /** One step of execution. */
  step(n = 1): void {
    if (!this.options.budget.step(n)) throw new Spent();
  }

  place(span: Span): Place {
    return this.frame.fixed ?? { source: this.frame.source, span };
  }

  sourceOf(span: Span): string {
    return this.frame.source.slice(span);
  }

  unknownAt(place: Place, name: string, why: Message): Unknown {
    const unknown: Unknown = { kind: 'unknown', name, why, source: place.source, span: place.span };
    this.ids.set(unknown, ++this.counter);
    if (this.muted === 0) this.unknown.push(unknown);
    return unknown;
  }

  /** The same unknown each time its name is asked for: an environment variable, an argument. */
  unknownNamed(place: Place, name: string, why: Message): Unknown {
    const found = this.named.get(name);
    if (found) return found;
    const unknown = this.unknownAt(place, name, why);
    this.named.set(name, unknown);
    return unknown;
  }

  /** A value as a key: the same text around the same unknowns gives the same. */
  keyOf(value: Value): string {
    if (typeof value === 'string') return value;
    return value.map(p => (typeof p === 'string' ? p : `\0${this.ids.get(p) ?? 0}\0`)).join('');
  }

  doubtAt(place: Place, text: string, why: Message, key?: string): Doubt {
    return { ...place, text, why, holds: true, guard: false, id: ++this.counter, ...(key !== undefined && { key }) };
  }

  decided(status: Status): void {
    this.s.status = status;
    this.s.doubt = undefined;
  }

  undecided(doubt: Doubt): void {
    const same = doubt.key === undefined ? undefined : this.s.conditions.find(c => c.key === doubt.key);
    if (same) return this.decided(same.holds === doubt.holds ? 0 : 1);
    this.s.status = 'unknown';
    this.s.doubt = doubt;
  }

  blur(place: Place) {
    return (name: string): Unknown =>
      this.unknownAt(
        place,
        name,
        say(
          '{name} depends on a condition that the files do not decide.',
          '{name} depende de uma condição que os arquivos não decidem.',
          { name },
        ),
      );
  }

  /** Goes on with what the given ways have in common. */
  continueWith(states: readonly (State | undefined)[], place: Place): void {
    const joined = join(
      states.filter(s => s !== undefined),
      this.blur(place),
    );
    this.live = joined !== undefined;
    if (joined) this.s = joined;
  }

  /** The shell's own complaint. The line is that of `lineAt`, or of the place. */
  complain(
    place: Place,
    says: string,
    message: Message,
    lineAt = place.span.start,
    more: Pick<ShellError, 'quotesLine' | 'misspelt'> = {},
  ): void {
    if (this.muted > 0 || this.silenced) return;
    this.errors.push({
      source: place.source,
      span: place.span,
      line: place.source.positionAt(this.frame.fixed ? place.span.start : lineAt).line + 1,
      rc: kindOf(says),
      says,
      ...more,
      message,
      conditional: this.s.conditions,
    });
  }

  write(value: Value, origin?: InputOrigin): void {
    if (!this.out) return;
    this.out.write(value, origin);
    if (typeof this.out.value === 'string' ? this.out.value.length > longestValue : this.out.value.length > 10_000)
      throw new Spent();
  }

  /** A path as the files know it; undefined where the working directory is not known. */
  resolve(path: string): string | undefined {
    if (path === here || path.startsWith(`${here}/`))
      return joinPath(dirname(this.script.path), path.slice(here.length + 1) || '.');
    if (isAbsolute(path)) return joinPath('/', path);
    return this.s.cwd === undefined ? undefined : joinPath(this.s.cwd, path);
  }

  /** Whether what the files say of a path is so on the server too: beside the script, or where no system has anything. */
  decides(path: string): boolean {
    const folder = dirname(this.script.path);
    if (!isAbsolute(path) || (folder !== '' && folder !== '/' && path.startsWith(`${folder}/`))) return true;
    return path !== '/' && !systemFolder.test(path);
  }

  /** The text at a path. `missing`: certainly not there; otherwise unknown why. */
  readFile(
    path: string,
    how: Include['how'],
    place: Place,
  ): { value: Value; origin?: InputOrigin; source?: SourceText } | 'missing' | 'unknown' {
    const full = this.resolve(path);
    if (full === undefined) return 'unknown';
    const written = this.s.written.get(full);
    if (written) return written;
    if (full === '/dev/null') return { value: '' };
    const state = this.options.files?.read(full);
    const found = state?.kind === 'text';
    if (this.muted === 0 && !/^\/(?:proc|sys|dev)\//.test(full))
      this.includes.push({ ...place, path: full, how, found });
    if (found) {
      const source = state.source;
      return {
        value: source.text,
        origin: { source, span: { start: 0, end: source.text.length }, verbatim: true },
        source,
      };
    }
    return state?.kind === 'missing' && this.decides(full) ? 'missing' : 'unknown';
  }

  unknownFile(place: Place, path: string): Unknown {
    return this.unknownAt(
      place,
      path,
      say(
        'What is in {path} is not known: the file is not here.',
        'O conteúdo de {path} não é conhecido: o arquivo não está aqui.',
        { path },
      ),
    );
  }

  unknownOutput(place: Place, name: string): Unknown {
    return this.unknownAt(
      place,
      name,
      say(
        'What {name} prints is known only when the script runs.',
        'O que {name} imprime só se sabe quando o script roda.',
        { name: shorten(name) },
      ),
    );
  }

  /** A value that cannot be worked out because of the unknowns in it: one unknown of the same name. */
  hangingOn(place: Place, name: string, value: Value): Unknown {
    const cause = typeof value === 'string' ? undefined : value.find(p => typeof p !== 'string');
    const why =
      cause?.why ??
      say('{name} is known only when the script runs.', '{name} só se sabe quando o script roda.', {
        name: shorten(name),
      });
    return this.unknownAt(cause ?? place, name === '' ? label(value) : name, why);
  }
}

/** A command's text for a message: one line of it. */
export function shorten(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length < text.length || line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

function kindOf(says: string): ShellError['rc'] {
  if (says.includes('not found')) return 127;
  if (/Permission|directory/.test(says)) return 126;
  return /syntax|unexpected/.test(says) ? 2 : 1;
}

/** Expands words (POSIX XCU 2.6, bash manual "Shell Expansions"): braces, `~`, `$…`, splitting, file names. */
import { say } from '../../text/message';
import type { Span } from '../../text/span';
import type { List, ParameterPart, Part, Word } from '../../syntax/shell/nodes';
import { evaluate } from './arithmetic';
import { expandBraces } from './braces';
import type { Place, Unknown } from './calls';
import { globCharacter, matches, quotePattern, readPattern, unquotePattern } from './glob';
import { Abandoned, Runtime, Spent } from './runtime';
import { joined, ParameterReader } from './parameters';
import type { ParameterValue } from './parameters';
import { concat, known, valueOf, withoutNewlines } from './value';
import type { Value } from './value';

/** One argument after expansion. */
export interface Field extends Place {
  readonly value: Value;
  /** Has an unknown outside quotes: may be none or several arguments. */
  readonly splits: boolean;
  readonly verbatim: boolean;
}

/** A piece of a word on its way: still to be split or not, or a boundary between the words of `"$@"`. */
type Segment =
  | { readonly kind: 'text'; readonly value: Value; readonly quoted: boolean; readonly expanded: boolean }
  | { readonly kind: 'boundary'; readonly quoted: boolean }
  | { readonly kind: 'nothing' };

export abstract class Expander extends Runtime {
  private readonly parameters = new ParameterReader(this);

  /** Runs commands in a subshell and gives what they print. */
  abstract capture(list: List, span: Span): Value;
  /** Makes the file of `<(…)` and gives its name. */
  abstract openProcess(list: List, direction: '<' | '>', span: Span): Value;

  /** The arguments that words become. */
  expandWords(words: readonly Word[]): Field[] {
    const out: Field[] = [];
    for (const word of words) this.expandWord(word, out);
    return out;
  }

  private expandWord(word: Word, out: Field[]): void {
    const only = word.parts[0];
    if (word.parts.length === 1 && only?.kind === 'text' && !/[{~*?[]/.test(only.value)) {
      const place = this.place(word.span);
      out.push({ value: only.value, splits: false, ...place, verbatim: !this.frame.fixed });
      return;
    }
    const alternatives = this.bash ? expandBraces(word.parts) : [word.parts];
    if (!alternatives) throw new Spent();
    for (const parts of alternatives) {
      this.step();
      this.split(this.segments(parts, false, true), word.span, out);
    }
  }

  /** A word as one value, without splitting and file names: an assignment's value, a redirection's target. */
  expandValue(word: Word): Value {
    const only = word.parts[0];
    if (word.parts.length === 0) return '';
    if (
      word.parts.length === 1 &&
      only &&
      (only.kind === 'quoted' || (only.kind === 'text' && !only.value.startsWith('~')))
    )
      return only.value;
    return this.joinSegments(this.segments(word.parts, false, true));
  }

  expandParts(parts: readonly Part[], quoted: boolean): Value {
    return this.joinSegments(this.segments(parts, quoted, false));
  }

  private joinSegments(segments: readonly Segment[]): Value {
    const out: Value[] = [];
    for (const segment of segments) {
      if (segment.kind === 'text') out.push(segment.value);
      else if (segment.kind === 'boundary') out.push(' ');
    }
    return concat(...out);
  }

  /** A word as a pattern: quoted characters lose their meaning. Undefined where it is not known. */
  expandPattern(word: Word): string | undefined {
    return this.patternAndValue(word).pattern;
  }

  /** A word as a pattern and as the value that the pattern hangs on, expanded once: commands within it run once. */
  patternAndValue(word: Word, quote = quotePattern): { readonly pattern: string | undefined; readonly value: Value } {
    const segments = this.segments(word.parts, false, true);
    let pattern: string | undefined = '';
    for (const segment of segments) {
      if (segment.kind !== 'text') continue;
      const text = known(segment.value);
      if (text === undefined || pattern === undefined) pattern = undefined;
      else pattern += segment.quoted ? quote(text) : text;
    }
    return { pattern, value: this.joinSegments(segments) };
  }

  private segments(parts: readonly Part[], quoted: boolean, atStart: boolean): Segment[] {
    const out: Segment[] = [];
    parts.forEach((part, i) => {
      this.segment(part, quoted, atStart && i === 0, out);
    });
    return out;
  }

  private segment(part: Part, quoted: boolean, first: boolean, out: Segment[]): void {
    const add = (value: Value, expanded: boolean, isQuoted = quoted) =>
      out.push({ kind: 'text', value, quoted: isQuoted, expanded });
    switch (part.kind) {
      case 'text':
        if (first && !quoted && part.value.startsWith('~')) add(this.tilde(part.value, part.span), false);
        else add(part.value, false);
        return;
      case 'quoted':
        add(part.value, false, true);
        return;
      case 'double': {
        const inner = this.segments(part.parts, true, false);
        if (inner.length === 0) add('', false, true);
        out.push(...inner);
        return;
      }
      case 'parameter':
        this.spread(this.parameters.read(part, quoted), quoted, out);
        return;
      case 'command':
        this.step();
        add(withoutNewlines(this.capture(part.list, part.span)), true);
        return;
      case 'arithmetic':
        add(this.arithmetic(part.parts, part.span), true);
        return;
      case 'process':
        add(this.openProcess(part.list, part.direction, part.span), false, true);
    }
  }

  private spread(value: ParameterValue, quoted: boolean, out: Segment[]): void {
    if (value.kind === 'one') {
      out.push({ kind: 'text', value: value.value, quoted, expanded: true });
      return;
    }
    if (value.kind === 'word') {
      for (const segment of this.segments(value.parts, quoted, false)) {
        out.push(segment.kind === 'text' && !segment.quoted ? { ...segment, expanded: true } : segment);
      }
      return;
    }
    if (value.kind === 'unknown-list') {
      out.push({ kind: 'text', value: [value.unknown], quoted: false, expanded: true });
      return;
    }
    if (value.star && quoted) {
      out.push({ kind: 'text', value: joined(value.values, this.ifs()?.[0] ?? ''), quoted, expanded: true });
      return;
    }
    if (value.values.length === 0) out.push({ kind: 'nothing' });
    value.values.forEach((one, i) => {
      if (i > 0) out.push({ kind: 'boundary', quoted });
      out.push({ kind: 'text', value: one, quoted, expanded: true });
    });
  }

  /** The characters that words are split at; undefined where they are not known. */
  ifs(): string | undefined {
    const variable = this.s.find('IFS');
    return variable?.value === undefined ? ' \t\n' : known(variable.value);
  }

  private tilde(text: string, span: Span): Value {
    const [user = '', ...rest] = text.split('/');
    if (user !== '~' && !/^~[a-z_][\w-]*$/.test(user)) return text;
    const home = this.s.find('HOME')?.value;
    const tail = rest.length > 0 ? `/${rest.join('/')}` : '';
    if (user === '~' && home !== undefined) return concat(home, tail);
    return valueOf([this.environment(this.place(span), user), tail]);
  }

  environment(place: Place, name: string): Unknown {
    return this.unknownNamed(
      place,
      name,
      say(
        '{name} comes from the environment in which the script runs.',
        '{name} vem do ambiente em que o script roda.',
        { name },
      ),
    );
  }

  /** Cuts segments into words at IFS and expands file names. */
  private split(segments: readonly Segment[], span: Span, out: Field[]): void {
    const place = this.place(span);
    const ifs = this.ifs() ?? ' \t\n';
    let text: (string | Unknown)[] = [];
    let pattern = '';
    let globbing = false;
    let begun = false;
    let splits = false;
    const flush = () => {
      if (begun) {
        const value = valueOf(text);
        if (globbing && !this.s.options.noglob) this.fileNames(pattern, value, place, splits, out);
        else out.push({ value, splits, ...place, verbatim: this.isVerbatim(value, span) });
        this.step();
      }
      text = [];
      pattern = '';
      globbing = begun = splits = false;
    };
    const add = (piece: string | Unknown, quoted: boolean) => {
      text.push(piece);
      begun = true;
      if (typeof piece !== 'string') return;
      if (!quoted && globCharacter.test(piece)) globbing = true;
      pattern += quoted ? quotePattern(piece) : piece;
    };
    for (const segment of segments) {
      if (segment.kind === 'nothing') continue;
      if (segment.kind === 'boundary') {
        flush();
        if (segment.quoted) begun = true;
        continue;
      }
      if (segment.quoted || !segment.expanded) {
        for (const piece of typeof segment.value === 'string' ? [segment.value] : segment.value)
          add(piece, segment.quoted);
        if (segment.value !== '' || segment.quoted) begun = true;
        continue;
      }
      for (const piece of typeof segment.value === 'string' ? [segment.value] : segment.value) {
        if (typeof piece !== 'string') {
          add(piece, false);
          splits = true;
        } else splitText(piece, ifs, () => begun, add, flush);
      }
    }
    flush();
  }

  private isVerbatim(value: Value, span: Span): boolean {
    return typeof value === 'string' && !this.frame.fixed && this.sourceOf(span) === value;
  }

  /** File names for a pattern: where the folder can be seen they are taken from it, else nobody knows. */
  private fileNames(pattern: string, value: Value, place: Place, splits: boolean, out: Field[]): void {
    const text = known(value);
    const plain = () =>
      out.push({ value: text === undefined ? value : unquotePattern(text), splits, ...place, verbatim: false });
    if (text === undefined || !/[*?]|\[[^\]]+\]/.test(pattern)) {
      plain();
      return;
    }
    const slash = pattern.lastIndexOf('/');
    const folder = slash < 0 ? '.' : unquotePattern(pattern.slice(0, slash)) || '/';
    const full = globCharacter.test(pattern.slice(0, Math.max(slash, 0))) ? undefined : this.resolve(folder);
    const names =
      full === undefined || !this.decides(full) ? undefined : this.options.files?.list(full === '' ? '.' : full);
    if (!names) {
      if (!/[*?]/.test(pattern)) plain();
      else out.push({ value: [this.unknownNames(place, text)], splits: true, ...place, verbatim: false });
      return;
    }
    const wanted = readPattern(pattern.slice(slash + 1));
    const head = slash < 0 ? '' : `${unquotePattern(pattern.slice(0, slash))}/`;
    const found = names.filter(n => (!n.startsWith('.') || pattern[slash + 1] === '.') && matches(wanted, n)).sort();
    if (found.length === 0) out.push({ value: text, splits, ...place, verbatim: this.isVerbatim(text, place.span) });
    for (const name of found) out.push({ value: head + name, splits, ...place, verbatim: false });
  }

  private unknownNames(place: Place, pattern: string): Unknown {
    return this.unknownAt(
      place,
      pattern,
      say(
        'Which files {pattern} names is known only on the server.',
        'Só no servidor se sabe que arquivos {pattern} nomeia.',
        { pattern },
      ),
    );
  }

  /** The value of an arithmetic expression; a fault of it ends the line (bash) or the script (dash). */
  arithmetic(parts: readonly Part[], span: Span): Value {
    const expression = this.expandParts(parts, true);
    const value = this.arithmeticValue(expression, span);
    return value === undefined ? [this.hangingOn(this.place(span), this.sourceOf(span), expression)] : String(value);
  }

  arithmeticValue(expression: Value, span: Span): bigint | undefined {
    const text = known(expression);
    if (text === undefined) return undefined;
    const result = evaluate(text, {
      plain: !this.bash,
      get: (name, subscript) => this.parameters.forArithmetic(name, subscript, span),
      set: (name, value, subscript) => {
        const text_ = value === undefined ? [this.hangingOn(this.place(span), `$${name}`, '')] : String(value);
        this.parameters.assign(name, subscript, text_, false, span);
      },
    });
    if ('value' in result) return result.value;
    const message = say('The shell cannot compute this: {says}', 'O shell não consegue calcular isto: {says}', {
      says: result.error,
    });
    this.complain(this.place(span), result.error, message);
    throw new Abandoned(this.bash ? 1 : 2, this.bash);
  }

  assign(name: string, subscript: string | undefined, value: Value, append: boolean, span: Span): void {
    this.parameters.assign(name, subscript, value, append, span);
  }

  parameter(part: ParameterPart, quoted: boolean): ParameterValue {
    return this.parameters.read(part, quoted);
  }

  variable(name: string, span: Span): Value | undefined {
    return this.parameters.plain(name, span);
  }
}

/** Cuts unquoted text at IFS: blanks of IFS come in runs, every other character of it ends a word. */
function splitText(
  text: string,
  ifs: string,
  begun: () => boolean,
  add: (piece: string, quoted: boolean) => void,
  flush: () => void,
): void {
  let start = 0;
  let afterDelimiter = false;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c !== undefined && !ifs.includes(c)) {
      afterDelimiter = false;
      continue;
    }
    if (i > start) add(text.slice(start, i), false);
    start = i + 1;
    if (c === undefined) break;
    if (' \t\n'.includes(c)) {
      if (begun()) {
        flush();
        afterDelimiter = true;
      }
      continue;
    }
    if (!afterDelimiter && !begun()) add('', true);
    if (afterDelimiter && !begun()) {
      afterDelimiter = false;
      continue;
    }
    flush();
    afterDelimiter = false;
  }
}

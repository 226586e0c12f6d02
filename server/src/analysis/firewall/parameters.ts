/** `$name` and `${…}` (bash manual "Shell Parameter Expansion"), and assignments to what they read. */
import { say } from '../../text/message';
import { basename } from '../../text/path';
import type { Span } from '../../text/span';
import type { ParameterPart, Part, Word } from '../../syntax/shell/nodes';
import type { Unknown } from './calls';
import type { Expander } from './expand';
import { matches, readPattern, replace, trim } from './glob';
import { Abandoned, here } from './runtime';
import type { Variable } from './state';
import { concat, known, label, sameValue, surelyNotEmpty } from './value';
import type { Value } from './value';

/** What an expansion gives: one value, several (`"$@"`, `${a[*]}`), or nobody knows how many. */
export type ParameterValue =
  | { readonly kind: 'one'; readonly value: Value }
  | { readonly kind: 'list'; readonly values: readonly Value[]; readonly star: boolean }
  | { readonly kind: 'unknown-list'; readonly unknown: Unknown }
  /** The word of `${x:-word}`, with quotes of its own. */
  | { readonly kind: 'word'; readonly parts: readonly Part[] };

/** Set in every login or by the shell itself, to what the files do not tell. */
const fromOutside = new Set([
  'HOME',
  'PATH',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
  'LANG',
  'OLDPWD',
  'MAIL',
  'SSH_CLIENT',
  'SSH_CONNECTION',
  'SSH_TTY',
  'SUDO_USER',
  'DISPLAY',
  'PPID',
]);
const fromBash = new Set([
  'HOSTNAME',
  'RANDOM',
  'SECONDS',
  'BASH_VERSION',
  'BASHPID',
  'MACHTYPE',
  'HOSTTYPE',
  'EPOCHSECONDS',
  'SRANDOM',
  'BASH',
  'SHLVL',
  'COLUMNS',
  'LINES',
]);

/** Longer texts are not taken apart by patterns: the work grows with the square of the length. */
const longestForPatterns = 4_000;

/** Values with something between them. */
export function joined(values: readonly Value[], between: string): Value {
  return concat(...values.flatMap((v, i) => (i === 0 ? [v] : [between, v])));
}

type Base =
  | { readonly value: Value | undefined }
  | { readonly values: readonly Value[]; readonly star: boolean }
  | { readonly unknown: Unknown };

export class ParameterReader {
  constructor(private readonly shell: Expander) {}

  read(part: ParameterPart, quoted: boolean): ParameterValue {
    const { shell } = this;
    if (part.bad) this.badSubstitution(part);
    if (part.prefix === '!*' || part.prefix === '!@') return this.names(part);
    let subject = part;
    if (part.prefix === '!' && !isAll(part.subscript)) {
      const name = this.scalar(this.base(part));
      const target = name === undefined ? undefined : known(name);
      if (name !== undefined && target === undefined)
        return one([shell.hangingOn(shell.place(part.span), shell.sourceOf(part.span), name)]);
      const found = /^(\w+|[@*#?$!-])(?:\[([@*]|\w+)\])?$/.exec(target ?? '');
      if (!found) return this.unset(part) ?? one('');
      const { prefix: _p, subscript: _s, ...rest } = part;
      const subscript: Word | undefined =
        found[2] === undefined
          ? undefined
          : { span: part.span, parts: [{ kind: 'text', value: found[2], span: part.span }] };
      subject = { ...rest, name: found[1] ?? '', ...(subscript && { subscript }) };
    } else if (part.prefix === '!') return this.keys(part);
    const base = this.base(subject);
    if (part.prefix === '#') return this.length(part, base);
    if (subject.operator !== undefined) return this.apply(subject, base, quoted);
    if ('values' in base) return { kind: 'list', values: base.values, star: base.star };
    if ('unknown' in base) return { kind: 'unknown-list', unknown: base.unknown };
    if (base.value === undefined) return this.unset(part) ?? one('');
    return one(base.value);
  }

  private badSubstitution(part: ParameterPart): never {
    const { shell } = this;
    const text = shell.sourceOf(part.span);
    shell.complain(
      shell.place(part.span),
      shell.bash ? `${text}: bad substitution` : 'Bad substitution',
      say('{text} is no expansion that this shell knows.', '{text} não é uma expansão que este shell conheça.', {
        text,
      }),
    );
    throw new Abandoned(shell.bash ? 1 : 2, shell.bash);
  }

  /** Under `set -u` an unset parameter ends the script. */
  private unset(part: ParameterPart): undefined {
    const { shell } = this;
    if (!shell.s.options.nounset || '@*'.includes(part.name)) return undefined;
    shell.complain(
      shell.place(part.span),
      shell.bash ? `${part.name}: unbound variable` : `${part.name}: parameter not set`,
      say(
        '{name} is not set, and under set -u that ends the script here.',
        '{name} não está definida, e com set -u o script termina aqui.',
        { name: part.name },
      ),
    );
    throw new Abandoned(shell.bash ? 1 : 2);
  }

  private base(part: ParameterPart): Base {
    const { s } = this.shell;
    if (part.name === '@' || part.name === '*') {
      if (!s.positional) return { unknown: this.argument(part, `$${part.name}`) };
      return { values: s.positional, star: part.name === '*' };
    }
    if (part.subscript === undefined) return { value: this.plain(part.name, part.span) };
    const variable = this.follow(part.name);
    if (variable?.unknownArray)
      return isAll(part.subscript) ? { unknown: variable.unknownArray } : { value: [variable.unknownArray] };
    if (isAll(part.subscript)) {
      const star = part.subscript.parts[0]?.kind === 'text' && part.subscript.parts[0].value === '*';
      return { values: this.elements(variable), star };
    }
    const key = this.key(variable, part.subscript);
    if (key === undefined)
      return { value: [this.shell.hangingOn(this.shell.place(part.span), this.shell.sourceOf(part.span), '')] };
    return { value: this.element(variable, key) };
  }

  private element(variable: Variable | undefined, key: string): Value | undefined {
    if (variable?.array) return variable.array.get(variable.associative ? key : fromEnd(variable.array, key));
    return key === '0' ? variable?.value : undefined;
  }

  private elements(variable: Variable | undefined): readonly Value[] {
    if (variable?.array) return sortedKeys(variable).map(k => variable.array?.get(k) ?? '');
    return variable?.value === undefined ? [] : [variable.value];
  }

  /** The subscript's text: as it is for `declare -A`, computed otherwise. Undefined: unknown. */
  private key(variable: Variable | undefined, subscript: Word): string | undefined {
    if (variable?.associative) return known(this.shell.expandValue(subscript));
    const value = this.shell.arithmeticValue(this.shell.expandParts(subscript.parts, true), subscript.span);
    return value === undefined ? undefined : String(value);
  }

  private follow(name: string): Variable | undefined {
    let variable = this.shell.s.find(name);
    for (let i = 0; variable?.refersTo !== undefined && i < 10; i++) variable = this.shell.s.find(variable.refersTo);
    return variable;
  }

  private argument(part: { span: Span }, name: string): Unknown {
    return this.shell.unknownNamed(
      this.shell.place(part.span),
      name,
      say(
        '{name} is an argument that the script is called with.',
        '{name} é um argumento com que o script é chamado.',
        { name },
      ),
    );
  }

  /** A parameter without anything around it; undefined where it is unset. */
  plain(name: string, span: Span): Value | undefined {
    const { shell } = this;
    const { s } = shell;
    if (/^\d+$/.test(name)) {
      if (name === '0')
        return s.name ?? (shell.script.path.startsWith('/') ? shell.script.path : basename(shell.script.path));
      return s.positional ? s.positional[Number(name) - 1] : [this.argument({ span }, `$${name}`)];
    }
    if (name === '#') return s.positional ? String(s.positional.length) : [this.argument({ span }, '$#')];
    if (name === '?')
      return s.status === 'unknown'
        ? [shell.unknownAt(shell.place(span), '$?', s.doubt?.why ?? unknownStatus)]
        : String(s.status);
    if (name === '-') return 'hB';
    if (name === '$' || name === '!') return [shell.environment(shell.place(span), `$${name}`)];
    if (name === '@' || name === '*')
      return s.positional ? joined(s.positional, ' ') : [this.argument({ span }, `$${name}`)];
    const variable = this.follow(name);
    if (variable) {
      if (variable.unknownArray) return [variable.unknownArray];
      return variable.array ? variable.array.get('0') : variable.value;
    }
    const value = this.builtIn(name, span);
    if (value !== undefined || !s.sourced) return value;
    const file = s.sourced;
    return [
      shell.unknownNamed(
        file,
        `$${name}`,
        say(
          '{name} may be set in {file}, which is not here.',
          '{name} pode ser definida em {file}, que não está aqui.',
          { name: `$${name}`, file: file.name },
        ),
      ),
    ];
  }

  private builtIn(name: string, span: Span): Value | undefined {
    const { shell } = this;
    if (name === 'PWD')
      return shell.s.cwd === undefined ? [shell.environment(shell.place(span), '$PWD')] : absolute(shell.s.cwd);
    if (name === 'OPTIND') return '1';
    if (name === 'LINENO') return String(shell.frame.source.positionAt(span.start).line + 1);
    if (shell.bash && (name === 'UID' || name === 'EUID')) return '0';
    if (shell.bash && name === 'OSTYPE') return 'linux-gnu';
    if (shell.bash && name === 'BASH_SOURCE')
      return shell.frame.source === shell.script ? this.plain('0', span) : shell.frame.source.path;
    if (fromOutside.has(name) || (shell.bash && fromBash.has(name)))
      return [shell.environment(shell.place(span), `$${name}`)];
    return undefined;
  }

  private scalar(base: Base): Value | undefined {
    if ('unknown' in base) return [base.unknown];
    return 'values' in base ? (base.values.length === 0 ? undefined : joined(base.values, ' ')) : base.value;
  }

  private length(part: ParameterPart, base: Base): ParameterValue {
    if ('unknown' in base) return one([base.unknown]);
    if ('values' in base) return one(String(base.values.length));
    if (base.value === undefined) this.unset(part);
    const text = known(base.value ?? '');
    if (text !== undefined) return one(String([...text].length));
    return one([this.shell.hangingOn(this.shell.place(part.span), this.shell.sourceOf(part.span), base.value ?? '')]);
  }

  private keys(part: ParameterPart): ParameterValue {
    const variable = this.follow(part.name);
    if (variable?.unknownArray) return { kind: 'unknown-list', unknown: variable.unknownArray };
    const keys = variable?.array ? sortedKeys(variable) : variable?.value === undefined ? [] : ['0'];
    return { kind: 'list', values: keys, star: false };
  }

  private names(part: ParameterPart): ParameterValue {
    const names = new Set(this.shell.s.scopes.flatMap(scope => [...scope.keys()]));
    return { kind: 'list', values: [...names].filter(n => n.startsWith(part.name)).sort(), star: part.prefix === '!*' };
  }

  private apply(part: ParameterPart, base: Base, quoted: boolean): ParameterValue {
    const operator = part.operator ?? '';
    if (/^:?[-=?+]$/.test(operator)) return this.applyDefault(part, operator, base, quoted);
    if ('unknown' in base) return { kind: 'unknown-list', unknown: base.unknown };
    if (operator === ':') return this.slice(part, base);
    const args = part.args.map(a => this.shell.expandPattern(a));
    const replacement = part.args[1] && this.shell.expandValue(part.args[1]);
    const change = (value: Value): Value => this.change(part, operator, args[0], replacement, value);
    if ('values' in base) return { kind: 'list', values: base.values.map(change), star: base.star };
    if (base.value === undefined) return this.unset(part) ?? one('');
    return one(change(base.value));
  }

  private change(
    part: ParameterPart,
    operator: string,
    pattern: string | undefined,
    replacement: Value | undefined,
    value: Value,
  ): Value {
    const text = known(value);
    const by = replacement === undefined ? '' : known(replacement);
    if (text === undefined || pattern === undefined || by === undefined || text.length > longestForPatterns) {
      if (value === '') return value;
      return [
        this.shell.hangingOn(
          this.shell.place(part.span),
          this.shell.sourceOf(part.span),
          text === undefined ? value : (replacement ?? value),
        ),
      ];
    }
    if (operator.startsWith('#') || operator.startsWith('%')) return trim(text, readPattern(pattern), operator);
    if (operator.startsWith('/')) return replace(text, readPattern(pattern), by, operator);
    if (operator.startsWith('^') || operator.startsWith(',')) return changeCase(text, operator, pattern);
    if (operator === '@U') return text.toUpperCase();
    if (operator === '@L') return text.toLowerCase();
    if (operator === '@Q') return `'${text.replaceAll("'", "'\\''")}'`;
    return text;
  }

  private applyDefault(part: ParameterPart, operator: string, base: Base, quoted: boolean): ParameterValue {
    const { shell } = this;
    const [word] = part.args;
    const colon = operator.startsWith(':');
    const kind = operator.slice(-1);
    const value = this.scalar(base);
    const self: ParameterValue =
      'values' in base
        ? { kind: 'list', values: base.values, star: base.star }
        : 'unknown' in base
          ? { kind: 'unknown-list', unknown: base.unknown }
          : one(base.value ?? '');
    const other = (): ParameterValue => (word ? { kind: 'word', parts: word.parts } : one(''));
    const set =
      value === undefined
        ? false
        : !colon || surelyNotEmpty(value)
          ? true
          : typeof value === 'string'
            ? false
            : undefined;
    if (set === undefined) {
      if (kind === '?' || kind === '=') return self;
      return one([shell.hangingOn(shell.place(part.span), shell.sourceOf(part.span), value ?? '')]);
    }
    if (kind === '+') return set ? other() : one('');
    if (set) return self;
    if (kind === '?') {
      const text = word ? shell.expandValue(word) : '';
      const says = text === '' ? `parameter ${colon ? 'null or ' : ''}not set` : label(text);
      shell.complain(
        shell.place(part.span),
        `${part.name}: ${says}`,
        say(
          '{name} is not set, and the script stops here for that.',
          '{name} não está definida, e o script para aqui por isso.',
          { name: part.name },
        ),
      );
      throw new Abandoned(shell.bash ? 1 : 2);
    }
    if (kind === '-') return other();
    const chosen = word ? shell.expandParts(word.parts, quoted) : '';
    this.assign(part.name, undefined, chosen, false, part.span);
    return one(chosen);
  }

  private slice(part: ParameterPart, base: Exclude<Base, { unknown: Unknown }>): ParameterValue {
    const { shell } = this;
    const numbers = part.args.map(a => shell.arithmeticValue(shell.expandParts(a.parts, true), a.span));
    const [offset, length] = numbers.map(n => (n === undefined ? undefined : Number(n)));
    const spoilt = numbers.includes(undefined);
    const unknown = (value: Value) => one([shell.hangingOn(shell.place(part.span), shell.sourceOf(part.span), value)]);
    if ('values' in base) {
      if (spoilt || offset === undefined) return unknown('');
      const all = '@*'.includes(part.name) ? [this.plain('0', part.span) ?? '', ...base.values] : base.values;
      const start = offset < 0 ? all.length + offset : offset;
      const from = '@*'.includes(part.name) && start === 0 && offset === 0 ? all : all.slice(Math.max(0, start));
      return {
        kind: 'list',
        values: length === undefined ? from : from.slice(0, Math.max(0, length)),
        star: base.star,
      };
    }
    if (base.value === undefined) return this.unset(part) ?? one('');
    const text = known(base.value);
    if (text === undefined || spoilt || offset === undefined) return unknown(base.value);
    const chars = [...text];
    const start = offset < 0 ? chars.length + offset : offset;
    if (start < 0) return one('');
    const end = length === undefined ? chars.length : length < 0 ? chars.length + length : start + length;
    return one(chars.slice(start, Math.max(start, end)).join(''));
  }

  /** The text of a variable for arithmetic; undefined where unknown. */
  forArithmetic(name: string, subscript: string | undefined, span: Span): string | undefined {
    if (subscript === undefined) {
      const value = this.plain(name, span);
      if (value === undefined) this.unset({ kind: 'parameter', name, nameSpan: span, args: [], span });
      return known(value ?? '');
    }
    const variable = this.follow(name);
    if (variable?.unknownArray) return undefined;
    const key = variable?.associative ? subscript : this.shell.arithmeticValue(subscript, span);
    return key === undefined ? undefined : known(this.element(variable, String(key)) ?? '');
  }

  /**
   * Gives a variable or an element a value. `subscript` has been expanded; it is computed here where the array wants
   * numbers. A variable that may not be changed ends the line (bash) or the script (dash).
   */
  assign(name: string, subscript: string | undefined, given: Value, append: boolean, span: Span): void {
    const { shell } = this;
    const { s } = shell;
    let target = name;
    let old = s.find(name);
    for (let i = 0; old?.refersTo !== undefined && i < 10; i++) {
      target = old.refersTo;
      old = s.find(target);
    }
    if (old?.readonly) {
      shell.complain(
        shell.place(span),
        shell.bash ? `${target}: readonly variable` : `${target}: is read only`,
        say('{name} is read-only: the value stays as it was.', '{name} é somente leitura: o valor fica como estava.', {
          name: target,
        }),
      );
      throw new Abandoned(shell.bash ? 1 : 2, shell.bash);
    }
    shell.changes?.add(target);
    let value = given;
    if (old?.integer) {
      const sum = append ? concat(old.value ?? '0', '+(', given, ')') : given;
      const number = shell.arithmeticValue(sum, span);
      value = number === undefined ? [shell.hangingOn(shell.place(span), `$${target}`, given)] : String(number);
    }
    const text = known(value);
    if (text !== undefined && (old?.lower || old?.upper)) value = old.lower ? text.toLowerCase() : text.toUpperCase();
    const joinOld = append && !old?.integer;
    if (subscript === undefined && !old?.array) {
      const next = joinOld ? concat(old?.value ?? '', value) : value;
      const same = old?.value !== undefined && sameValue(old.value, next);
      if (!same) shell.happened++;
      const { unknownArray: _u, ...rest } = old ?? {};
      s.put(target, { ...rest, value: next });
      return;
    }
    shell.happened++;
    if (old?.unknownArray) return;
    const key = subscript === undefined ? '0' : old?.associative ? subscript : shell.arithmeticValue(subscript, span);
    const { value: scalar, ...flags } = old ?? {};
    if (key === undefined) {
      s.put(target, { ...flags, unknownArray: shell.hangingOn(shell.place(span), `\${${target}[@]}`, '') });
      return;
    }
    const array = new Map(old?.array ?? (scalar === undefined ? [] : [['0', scalar] as const]));
    const at = old?.associative ? String(key) : fromEnd(array, String(key));
    array.set(at, joinOld ? concat(array.get(at) ?? '', value) : value);
    s.put(target, { ...flags, array });
  }
}

const unknownStatus = say(
  'The exit status is known only when the script runs.',
  'O status de saída só se sabe quando o script roda.',
);

function one(value: Value): ParameterValue {
  return { kind: 'one', value };
}

/** `@` or `*` as a subscript. */
function isAll(subscript: Word | undefined): subscript is Word {
  const part = subscript?.parts[0];
  return subscript?.parts.length === 1 && part?.kind === 'text' && (part.value === '@' || part.value === '*');
}

function sortedKeys(variable: Variable): string[] {
  const keys = [...(variable.array?.keys() ?? [])];
  return variable.associative ? keys : keys.sort((a, b) => Number(a) - Number(b));
}

function fromEnd(array: ReadonlyMap<string, Value>, key: string): string {
  if (!key.startsWith('-')) return key;
  const top = Math.max(-1, ...[...array.keys()].map(Number));
  return String(top + 1 + Number(key));
}

/** A working directory as the script sees it. */
export function absolute(cwd: string): string {
  if (cwd.startsWith('/')) return cwd;
  return cwd === '' || cwd === '.' ? here : `${here}/${cwd}`;
}

/** `${x^p}`, `${x^^p}`, `${x,p}`, `${x,,p}`: the first or all characters that the pattern fits; without one, any. */
function changeCase(text: string, operator: string, pattern: string): string {
  const wanted = pattern === '' ? undefined : readPattern(pattern);
  const change = (c: string) => {
    if (wanted && !matches(wanted, c)) return c;
    return operator.startsWith('^') ? c.toUpperCase() : c.toLowerCase();
  };
  return operator.length === 2 ? [...text].map(change).join('') : change(text.slice(0, 1)) + text.slice(1);
}

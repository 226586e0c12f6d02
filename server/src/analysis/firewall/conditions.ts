/** `test`, `[` and `[[` (POSIX XCU test; bash manual "Bash Conditional Expressions"): true, false, unknown, or a complaint. */
import { say } from '../../text/message';
import type { Condition, ConditionCommand, Word } from '../../syntax/shell/nodes';
import { isQuoted } from '../../syntax/shell/words';
import { posixDefaults } from '../../syntax/pattern/tree';
import { compiledPattern } from '../checks/compiled-pattern';
import type { Place } from './calls';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { matches, readPattern } from './glob';
import { findInLine, readLinePattern } from './line-pattern';
import { isFirewallProgram } from './programs';
import { known, label, surelyNotEmpty } from './value';
import type { Value } from './value';

/** `undefined` is unknown; `key` then tells the same question when it is asked again. */
interface Answer {
  readonly holds: boolean | undefined;
  readonly key: string;
  /** What an unknown answer hangs on. */
  readonly on: Value;
}

class Complaint extends Error {}

const unaryOperator = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const binaryOperator = /^(?:==?|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

/** Runs `[[ … ]]`. */
export function evaluateCondition(shell: Interpreter, command: ConditionCommand): void {
  const place = shell.place(command.span);
  try {
    settle(shell, place, shell.sourceOf(command.span), condition(shell, command.test));
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    complain(shell, place, `[[: ${error.message}`);
    shell.decided(1);
  }
}

/** Runs `test …` or `[ … ]`; `args` are the words between. */
export function evaluateTest(
  shell: Interpreter,
  name: string,
  args: readonly Field[],
  place: Place,
  text: string,
): void {
  const splits = args.find(f => f.splits);
  if (splits && (args.length !== 3 || !surelyNotEmpty(splits.value)) && args.length !== 2 && args.length !== 3) {
    settle(shell, place, text, {
      holds: undefined,
      key: `${name} ${args.map(a => shell.keyOf(a.value)).join(' ')}`,
      on: splits.value,
    });
    return;
  }
  try {
    settle(
      shell,
      place,
      text,
      new Test(
        shell,
        args.map(a => a.value),
      ).run(),
    );
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    complain(shell, place, `${name}: ${error.message}`);
    shell.decided(2);
  }
}

function complain(shell: Interpreter, place: Place, says: string): void {
  shell.complain(
    place,
    says,
    say(
      'The condition cannot be evaluated and counts as false: {says}',
      'A condição não pode ser avaliada e conta como falsa: {says}',
      { says },
    ),
  );
}

function settle(shell: Interpreter, place: Place, text: string, answer: Answer): void {
  if (answer.holds !== undefined) {
    shell.decided(answer.holds ? 0 : 1);
    return;
  }
  const why =
    answer.on === ''
      ? say('{text} depends on the system it runs on.', '{text} depende do sistema em que roda.', { text })
      : shell.hangingOn(place, label(answer.on), answer.on).why;
  shell.undecided(shell.doubtAt(place, text, why, answer.key));
}

function condition(shell: Interpreter, test: Condition): Answer {
  switch (test.kind) {
    case 'not':
      return negate(condition(shell, test.operand));
    case 'and':
    case 'or': {
      const left = condition(shell, test.left);
      if (left.holds === (test.kind === 'or')) return left;
      return both(left, condition(shell, test.right), test.kind);
    }
    case 'unary':
      return unary(shell, test.operator, shell.expandValue(test.operand));
    case 'binary': {
      const left = shell.expandValue(test.left);
      if (test.operator === '=~') return regular(shell, left, test.right);
      if (!/^(?:==?|!=)$/.test(test.operator)) {
        const right = shell.expandValue(test.right);
        if (/^-[a-z][a-z]$/.test(test.operator) && !/^-[no]t$|^-ef$/.test(test.operator))
          return numbers(shell, test.operator, left, right, value => shell.arithmeticValue(value, test.left.span));
        return binary(shell, test.operator, left, right);
      }
      const { pattern, value } = shell.patternAndValue(test.right);
      const text = known(left);
      const key = `[[ ${shell.keyOf(left)} = ${pattern ?? shell.sourceOf(test.right.span)}`;
      const equal =
        pattern === undefined || text === undefined
          ? pattern === '' && surelyNotEmpty(left)
            ? false
            : undefined
          : matches(readPattern(pattern), text);
      const answer = { holds: equal, key, on: text === undefined ? left : value };
      return test.operator === '!=' ? negate(answer) : answer;
    }
  }
}

function negate(answer: Answer): Answer {
  return { ...answer, key: `! ${answer.key}`, holds: answer.holds === undefined ? undefined : !answer.holds };
}

function both(left: Answer, right: Answer, kind: 'and' | 'or'): Answer {
  const decisive = kind === 'or';
  const holds =
    left.holds === decisive || right.holds === decisive
      ? decisive
      : left.holds === undefined || right.holds === undefined
        ? undefined
        : !decisive;
  if (left.holds !== undefined) return { ...right, holds };
  if (right.holds !== undefined) return { ...left, holds };
  return { holds, key: `${left.key} ${kind} ${right.key}`, on: left.on === '' ? right.on : left.on };
}

const regularFlags = { ...posixDefaults, caseless: false };
const mostRegularSteps = 5000;

/**
 * An extended regular expression; what it and its groups match is left in BASH_REMATCH. Not decided: quoted characters in brackets, and
 * what regcomp() refuses.
 */
function regular(shell: Interpreter, left: Value, word: Word): Answer {
  const text = known(left);
  const { pattern, value } = shell.patternAndValue(word, quoted => quoted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const answer = {
    key: `=~ ${shell.keyOf(left)} ${pattern ?? shell.sourceOf(word.span)}`,
    on: text === undefined ? left : pattern === undefined ? value : '',
  };
  const ascii = /^[\x01-\x7f]*$/.test(`${text ?? ''}${pattern ?? ''}`);
  const decidable = text !== undefined && pattern !== undefined && !(isQuoted(word) && /\[[^\]]*\\/.test(pattern));
  const found = decidable && ascii ? matchRegular(shell, pattern, text) : undefined;
  const place = shell.place(word.span);
  shell.s.put(
    'BASH_REMATCH',
    found
      ? { array: new Map(found.map((group, i) => [String(i), group])) }
      : { unknownArray: shell.hangingOn(place, '${BASH_REMATCH[@]}', answer.on) },
  );
  shell.changes?.add('BASH_REMATCH');
  if (found || !decidable || ascii) return { ...answer, holds: found && found.length > 0 };
  const simple = readLinePattern(pattern, true);
  return { ...answer, holds: simple && findInLine(simple, text) !== undefined };
}

/** The match and its groups, none where there is no match; undefined where that is not decided. */
function matchRegular(shell: Interpreter, pattern: string, text: string): string[] | undefined {
  const compiled = compiledPattern(pattern, 'ere', regularFlags);
  const { parsed } = compiled;
  if (!parsed.ok) return undefined;
  const count = parsed.pattern.groups + 1;
  const found = compiled.match(text, count, mostRegularSteps);
  shell.step(1 + Math.floor(found.spent / 10));
  if (found.kind === 'no match') return [];
  if (found.kind !== 'match') return undefined;
  return Array.from({ length: count }, (_, i) =>
    text.slice(found.groups[2 * i], Math.max(0, found.groups[2 * i + 1] ?? 0)),
  );
}

function unary(shell: Interpreter, operator: string, operand: Value): Answer {
  const key = `${operator} ${shell.keyOf(operand)}`;
  const text = known(operand);
  const unknown = { holds: undefined, key, on: text === undefined ? operand : '' };
  if (operator === '-n' || operator === '-z') {
    const filled = surelyNotEmpty(operand) ? true : text === '' ? false : undefined;
    const nonEmpty: Answer = { holds: filled, key: `-n ${shell.keyOf(operand)}`, on: operand };
    return operator === '-n' ? nonEmpty : negate(nonEmpty);
  }
  if (operator === '-v')
    return text === undefined
      ? unknown
      : { holds: shell.variable(text, { start: 0, end: 0 }) !== undefined, key, on: '' };
  if (operator === '-o' || operator === '-R' || operator === '-N') return unknown;
  if (text === undefined) return unknown;
  if (text === '') return { holds: false, key, on: '' };
  if (operator === '-t') return unknown;
  return fileTest(shell, operator, text, key);
}

function fileTest(shell: Interpreter, operator: string, path: string, key: string): Answer {
  const decided = (holds: boolean | undefined): Answer => ({ holds, key, on: '' });
  if ('-e -f -x -r'.includes(operator) && isFirewallProgram(path)) return decided(true);
  const full = shell.resolve(path);
  if (full === undefined) return decided(undefined);
  if (full === '/dev/null') return decided('-e -r -w -c'.includes(operator));
  const written = shell.s.written.get(full);
  const state = written || !shell.decides(full) ? undefined : shell.options.files?.read(full);
  const text = written ? known(written.value) : state?.kind === 'text' ? state.source.text : undefined;
  if (written || state?.kind === 'text') {
    if ('-e -a -f -r -w -O -G'.includes(operator)) return decided(true);
    if (operator === '-s') return decided(text === undefined ? undefined : text !== '');
    return decided('-d -L -h -p -S -b -c'.includes(operator) ? false : undefined);
  }
  if (state?.kind === 'folder')
    return decided(
      '-e -a -d -r -w -x -O -G -s'.includes(operator)
        ? true
        : '-f -L -h -p -S -b -c'.includes(operator)
          ? false
          : undefined,
    );
  return decided(state?.kind === 'missing' ? false : undefined);
}

function binary(shell: Interpreter, operator: string, left: Value, right: Value): Answer {
  const a = known(left);
  const b = known(right);
  const key = `${shell.keyOf(left)} ${operator === '==' || operator === '!=' ? '=' : operator} ${shell.keyOf(right)}`;
  const on = a === undefined ? left : right;
  if (operator === '-nt' || operator === '-ot' || operator === '-ef') return { holds: undefined, key, on: '' };
  if (operator === '=' || operator === '==' || operator === '!=') {
    const apart = (a === '' && surelyNotEmpty(right)) || (b === '' && surelyNotEmpty(left));
    const equal =
      a !== undefined && b !== undefined
        ? a === b
        : shell.keyOf(left) === shell.keyOf(right)
          ? true
          : apart
            ? false
            : undefined;
    const empty = a === '' || b === '';
    const answer: Answer =
      empty && equal === undefined
        ? negate({ holds: undefined, key: `-n ${shell.keyOf(a === '' ? right : left)}`, on })
        : { holds: equal, key, on };
    return operator === '!=' ? negate(answer) : answer;
  }
  return { holds: a === undefined || b === undefined ? undefined : operator === '<' ? a < b : a > b, key, on };
}

function numbers(
  shell: Interpreter,
  operator: string,
  left: Value,
  right: Value,
  read: (value: Value) => bigint | undefined,
): Answer {
  const a = read(left);
  const b = read(right);
  const key = `${shell.keyOf(left)} ${operator} ${shell.keyOf(right)}`;
  if (a === undefined || b === undefined)
    return { holds: undefined, key, on: known(left) === undefined ? left : right };
  const results: Readonly<Record<string, boolean>> = {
    '-eq': a === b,
    '-ne': a !== b,
    '-lt': a < b,
    '-le': a <= b,
    '-gt': a > b,
    '-ge': a >= b,
  };
  return { holds: results[operator], key, on: '' };
}

/** The grammar of `test` by the number of its words (POSIX), then with `-a`, `-o` and brackets (bash, dash). */
class Test {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly shell: Interpreter,
    private readonly words: readonly Value[],
  ) {}

  run(): Answer {
    const { words } = this;
    const [a = '', b = '', c = ''] = words;
    if (words.length === 0) return { holds: false, key: '', on: '' };
    if (words.length === 1) return unary(this.shell, '-n', a);
    if (words.length === 3 && this.isBinary(b)) return this.compare(a, known(b) ?? '', c);
    if (this.shell.bash) {
      if (words.length === 2) return this.two(a, b);
      if (words.length === 3) return this.three(a, b, c);
      if (words.length === 4 && known(a) === '!') return negate(this.three(b, c, words[3] ?? ''));
    }
    const answer = this.or();
    if (this.at < words.length) {
      const last = this.text(words[this.at - 1] ?? '');
      throw this.fault('too many arguments', `${last === '' ? '' : `${last}: `}unexpected operator`);
    }
    return answer;
  }

  private text(value: Value): string {
    return label(value);
  }

  private fault(bash: string, dash: string): Complaint {
    return new Complaint(this.shell.bash ? bash : dash);
  }

  private isBinary(value: Value): boolean {
    const text = known(value);
    return text !== undefined && binaryOperator.test(text) && (this.shell.bash || text !== '==');
  }

  private two(a: Value, b: Value): Answer {
    const operator = known(a);
    if (operator === '!') return negate(unary(this.shell, '-n', b));
    if (operator !== undefined && unaryOperator.test(operator)) return unary(this.shell, operator, b);
    if (operator === undefined)
      return { holds: undefined, key: `${this.shell.keyOf(a)} ${this.shell.keyOf(b)}`, on: a };
    throw new Complaint(`${operator}: unary operator expected`);
  }

  private three(a: Value, b: Value, c: Value): Answer {
    if (this.isBinary(b)) return this.compare(a, known(b) ?? '', c);
    const middle = known(b);
    if (middle === '-a' || middle === '-o')
      return both(unary(this.shell, '-n', a), unary(this.shell, '-n', c), middle === '-a' ? 'and' : 'or');
    if (known(a) === '!') return negate(this.two(b, c));
    if (known(a) === '(' && known(c) === ')') return unary(this.shell, '-n', b);
    if (middle === undefined)
      return { holds: undefined, key: [a, b, c].map(v => this.shell.keyOf(v)).join(' '), on: b };
    throw new Complaint(`${middle}: binary operator expected`);
  }

  private compare(a: Value, operator: string, c: Value): Answer {
    if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) return binary(this.shell, operator, a, c);
    return numbers(this.shell, operator, a, c, value => {
      const text = known(value);
      if (text === undefined) return undefined;
      if (!/^\s*[-+]?\d+\s*$/.test(text))
        throw this.fault(`${text}: integer expression expected`, `Illegal number: ${text}`);
      return BigInt(text.trim().replace(/^\+/, ''));
    });
  }

  private or(): Answer {
    let left = this.and();
    while (this.take('-o')) left = both(left, this.and(), 'or');
    return left;
  }

  private and(): Answer {
    let left = this.term();
    while (this.take('-a')) left = both(left, this.term(), 'and');
    return left;
  }

  private take(text: string): boolean {
    if (this.at >= this.words.length || known(this.words[this.at] ?? '') !== text) return false;
    this.at++;
    return true;
  }

  private term(): Answer {
    const left = this.words[this.at];
    if (left === undefined) throw this.fault('argument expected', 'argument expected');
    if (++this.depth > 100) throw this.fault('too many arguments', 'too many arguments');
    const next = this.words[this.at + 1];
    if (next !== undefined && this.isBinary(next) && !this.shell.bash && this.at + 2 >= this.words.length) {
      throw new Complaint(`${known(next) ?? ''}: argument expected`);
    }
    if (next !== undefined && this.at + 2 < this.words.length && this.isBinary(next)) {
      this.at += 3;
      return this.compare(left, known(next) ?? '', this.words[this.at - 1] ?? '');
    }
    if (this.take('!')) return negate(this.term());
    if (this.take('(')) {
      const inner = this.or();
      if (!this.take(')')) throw this.fault("`)' expected", 'closing paren expected');
      return inner;
    }
    const operator = known(left);
    if (operator !== undefined && unaryOperator.test(operator) && next !== undefined) {
      this.at += 2;
      return unary(this.shell, operator, next);
    }
    this.at++;
    return unary(this.shell, '-n', left);
  }
}

/** Shell arithmetic (bash manual "Shell Arithmetic"): 64-bit integers with C's operators. */

/** What evaluation needs of the script: variables by name, an array's element by its subscript's text. */
export interface ArithmeticWorld {
  /** The text of a variable, '' where unset; undefined where it is not known. */
  get(name: string, subscript?: string): string | undefined;
  set(name: string, value: bigint | undefined, subscript?: string): void;
  /** dash has neither `++` nor `**` nor the comma. */
  readonly plain: boolean;
}

/** `undefined` as value: it hangs on something unknown. `error`: what the shell complains about. */
export type ArithmeticResult = { readonly value: bigint | undefined } | { readonly error: string };

class Fault extends Error {}

const token =
  /\s*(?:(0[xX][0-9A-Fa-f]+|\d+#[0-9A-Za-z@_]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:,()[\]]))/y;
const binary: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

type Token = { readonly kind: 'number' | 'name' | 'operator'; readonly text: string; readonly at: number };

/** Evaluates an expression that has been expanded already. An empty one is 0. */
export function evaluate(expression: string, world: ArithmeticWorld, depth = 0): ArithmeticResult {
  try {
    return { value: new Evaluation(expression, world, depth).run() };
  } catch (error) {
    if (error instanceof Fault) return { error: error.message };
    throw error;
  }
}

class Evaluation {
  private readonly tokens: Token[] = [];
  private at = 0;
  /** Above 0: in a branch that is not taken; nothing is assigned. */
  private skipping = 0;
  private nesting = 0;

  constructor(
    private readonly text: string,
    private readonly world: ArithmeticWorld,
    private readonly depth: number,
  ) {
    let pos = 0;
    while (/\S/.test(text.slice(pos))) {
      token.lastIndex = pos;
      const found = token.exec(text);
      if (!found) throw this.fault('syntax error: invalid arithmetic operator');
      pos = token.lastIndex;
      const kind = found[1] !== undefined ? 'number' : found[2] !== undefined ? 'name' : 'operator';
      const word = found[1] ?? found[2] ?? found[3] ?? '';
      this.tokens.push({ kind, text: word, at: pos - word.length });
    }
  }

  run(): bigint | undefined {
    if (this.tokens.length === 0) return 0n;
    const value = this.comma();
    if (this.at < this.tokens.length) throw this.fault('syntax error in expression');
    return value;
  }

  private fault(what: string): Fault {
    if (this.world.plain) return new Fault(`arithmetic expression: expecting primary: "${this.text}"`);
    const from = this.tokens[Math.max(0, this.at - 1)]?.at ?? 0;
    return new Fault(`${this.text}: ${what} (error token is "${this.text.slice(from)}")`);
  }

  private peek(...operators: readonly string[]): string | undefined {
    const next = this.tokens[this.at];
    return next?.kind === 'operator' && operators.includes(next.text) ? next.text : undefined;
  }

  private take(...operators: readonly string[]): string | undefined {
    const found = this.peek(...operators);
    if (found !== undefined) this.at++;
    return found;
  }

  private comma(): bigint | undefined {
    let value = this.assignment();
    while (!this.world.plain && this.take(',')) value = this.assignment();
    return value;
  }

  private assignment(): bigint | undefined {
    const start = this.at;
    const name = this.tokens[this.at];
    if (name?.kind === 'name') {
      this.at++;
      const subscript = this.subscript();
      const operator = this.take('=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=');
      if (operator !== undefined) {
        const right = this.assignment();
        const value =
          operator === '=' ? right : this.apply(operator.slice(0, -1), this.read(name.text, subscript), right);
        this.write(name.text, value, subscript);
        return value;
      }
      this.at = start;
    }
    return this.ternary();
  }

  private ternary(): bigint | undefined {
    const condition = this.level(0);
    if (!this.take('?')) return condition;
    const yes = this.guarded(condition === 0n, () => this.comma());
    if (!this.take(':')) throw this.fault("`:' expected for conditional expression");
    const no = this.guarded(condition !== undefined && condition !== 0n, () => this.assignment());
    return condition === undefined ? (yes === no ? yes : undefined) : condition !== 0n ? yes : no;
  }

  private guarded(skip: boolean, read: () => bigint | undefined): bigint | undefined {
    if (skip) this.skipping++;
    const value = read();
    if (skip) this.skipping--;
    return value;
  }

  private level(n: number): bigint | undefined {
    const operators = binary[n];
    if (!operators) return this.power();
    let left = this.level(n + 1);
    for (let operator = this.take(...operators); operator !== undefined; operator = this.take(...operators)) {
      const decided = (operator === '&&' && left === 0n) || (operator === '||' && left !== undefined && left !== 0n);
      const right = this.guarded(decided, () => this.level(n + 1));
      left = decided ? BigInt(operator === '||') : this.apply(operator, left, right);
    }
    return left;
  }

  private power(): bigint | undefined {
    const base = this.unary();
    if (this.world.plain || !this.take('**')) return base;
    return this.apply('**', base, this.power());
  }

  private unary(): bigint | undefined {
    if (++this.nesting > 200) throw this.fault('expression recursion level exceeded');
    const operator = this.take('+', '-', '!', '~', '++', '--');
    let value: bigint | undefined;
    if (operator === '++' || operator === '--') {
      const name = this.tokens[this.at];
      if (name?.kind === 'name' && !this.world.plain) {
        this.at++;
        const subscript = this.subscript();
        value = this.apply(operator === '++' ? '+' : '-', this.read(name.text, subscript), 1n);
        this.write(name.text, value, subscript);
      } else value = this.unary();
    } else if (operator !== undefined) {
      const inner = this.unary();
      if (inner !== undefined)
        value =
          operator === '-'
            ? BigInt.asIntN(64, -inner)
            : operator === '!'
              ? BigInt(inner === 0n)
              : operator === '~'
                ? ~inner
                : inner;
    } else value = this.primary();
    this.nesting--;
    return value;
  }

  private primary(): bigint | undefined {
    const next = this.tokens[this.at];
    if (!next) throw this.fault('syntax error: operand expected');
    this.at++;
    if (next.kind === 'number') return this.number(next.text);
    if (next.kind === 'name') {
      const subscript = this.subscript();
      const value = this.read(next.text, subscript);
      const step = this.world.plain ? undefined : this.take('++', '--');
      if (step !== undefined) this.write(next.text, this.apply(step === '++' ? '+' : '-', value, 1n), subscript);
      else if (this.world.plain && this.peek('++', '--')) throw this.fault('');
      return value;
    }
    if (next.text !== '(') throw this.fault('syntax error: operand expected');
    const value = this.comma();
    if (!this.take(')')) throw this.fault("missing `)'");
    return value;
  }

  private subscript(): string | undefined {
    if (!this.take('[')) return undefined;
    const start = this.at;
    for (let depth = 0; ; this.at++) {
      const next = this.tokens[this.at];
      if (!next) throw this.fault('bad array subscript');
      if (next.text === '[') depth++;
      if (next.text === ']' && depth-- === 0) break;
    }
    const text = this.tokens
      .slice(start, this.at++)
      .map(t => t.text)
      .join('');
    return text;
  }

  private number(text: string): bigint {
    const based = /^(\d+)#(.*)$/.exec(text);
    if (based) return BigInt.asIntN(64, inBase(based[2] ?? '', Number(based[1])) ?? this.invalid(text));
    if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
    if (/^0\d/.test(text)) throw this.fault('value too great for base');
    return BigInt.asIntN(64, BigInt(text));
  }

  private invalid(text: string): never {
    throw this.fault(`${text}: invalid number`);
  }

  private read(name: string, subscript: string | undefined): bigint | undefined {
    const text = this.world.get(name, subscript);
    if (text === undefined) return undefined;
    const plain = text.trim();
    if (plain === '') return 0n;
    if (/^-?[1-9]\d{0,17}$|^0$/.test(plain)) return BigInt(plain);
    if (this.depth > 20) throw this.fault('expression recursion level exceeded');
    if (this.world.plain && !/^[-+]?(?:0[xX][0-9A-Fa-f]+|\d+)$/.test(plain)) throw new Fault(`Illegal number: ${text}`);
    const inner = evaluate(plain, this.world, this.depth + 1);
    if ('error' in inner) throw new Fault(inner.error);
    return inner.value;
  }

  private write(name: string, value: bigint | undefined, subscript: string | undefined): void {
    if (this.skipping === 0) this.world.set(name, value, subscript);
  }

  private apply(operator: string, a: bigint | undefined, b: bigint | undefined): bigint | undefined {
    if ((operator === '/' || operator === '%') && b === 0n && this.skipping === 0) {
      throw this.world.plain
        ? new Fault(`arithmetic expression: division by zero: "${this.text}"`)
        : this.fault('division by 0');
    }
    if (a === undefined || b === undefined) return undefined;
    return BigInt.asIntN(64, operate(operator, a, b));
  }
}

function operate(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? 0n : a / b;
    case '%':
      return b === 0n ? 0n : a % b;
    case '**':
      return b < 0n || b > 64n ? 0n : a ** b;
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&&':
      return BigInt(a !== 0n && b !== 0n);
    case '||':
      return BigInt(a !== 0n || b !== 0n);
    case '<':
      return BigInt(a < b);
    case '>':
      return BigInt(a > b);
    case '<=':
      return BigInt(a <= b);
    case '>=':
      return BigInt(a >= b);
    case '==':
      return BigInt(a === b);
    default:
      return BigInt(a !== b);
  }
}

function inBase(digits: string, base: number): bigint | undefined {
  if (base < 2 || base > 64) return undefined;
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
  let out = 0n;
  for (const c of base <= 36 ? digits.toLowerCase() : digits) {
    const digit = alphabet.indexOf(c);
    if (digit < 0 || digit >= base) return undefined;
    out = out * BigInt(base) + BigInt(digit);
  }
  return out;
}

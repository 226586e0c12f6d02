/** Reads what stands between `[[` and `]]` (bash manual "Conditional Constructs"). */
import type { Unreadable } from './cursor';
import type { Condition, Word } from './nodes';
import { literal } from './words';

/** What the reader of commands lends to this one. */
export interface ConditionSource {
  skip(): boolean;
  take(operator: string): boolean;
  ending(): boolean;
  operator(): string | undefined;
  raw(): string | undefined;
  word(regex: boolean): Word | undefined;
  unexpected(says?: (token: string) => string): Unreadable;
  deeper<T>(read: () => T): T;
}

const unaryOperator = /^-[abcdefghkLnNoprstuvwxzGORS]$/;
const binaryOperator = /^(?:==?|!=|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

/** Reads up to `]]`, which is left for the caller. */
export function readCondition(from: ConditionSource): Condition {
  from.skip();
  let left = readAnd(from);
  while (from.take('||')) {
    from.skip();
    left = { kind: 'or', left, right: readAnd(from) };
  }
  from.skip();
  return left;
}

function readAnd(from: ConditionSource): Condition {
  let left = readTerm(from);
  from.skip();
  while (from.take('&&')) {
    from.skip();
    left = { kind: 'and', left, right: readTerm(from) };
    from.skip();
  }
  return left;
}

function readTerm(from: ConditionSource): Condition {
  from.skip();
  if (from.raw() === '!') {
    from.word(false);
    return { kind: 'not', operand: from.deeper(() => readTerm(from)) };
  }
  if (from.take('(')) {
    const inner = from.deeper(() => readCondition(from));
    if (!from.take(')')) throw from.unexpected();
    return inner;
  }
  if (from.ending()) throw from.unexpected();
  const first = from.word(false);
  if (!first) throw from.unexpected();
  const text = first.parts.length === 1 && first.parts[0]?.kind === 'text' ? literal(first) : undefined;
  if (text !== undefined && unaryOperator.test(text) && !binaryOperator.test(from.raw() ?? '')) {
    const operand = from.word(false);
    if (!operand) throw from.unexpected();
    return { kind: 'unary', operator: text, operand };
  }
  const comparison = from.operator();
  if ((comparison === '<' || comparison === '>') && from.take(comparison)) {
    const right = from.word(false);
    if (!right) throw from.unexpected();
    return { kind: 'binary', operator: comparison, left: first, right };
  }
  const operator = from.raw();
  if (operator !== undefined && binaryOperator.test(operator) && !from.ending()) {
    from.word(false);
    const right = from.ending() ? undefined : from.word(operator === '=~');
    if (!right) throw from.unexpected(token => `unexpected argument \`${token}' to conditional binary operator`);
    return { kind: 'binary', operator, left: first, right };
  }
  const next = from.operator();
  if (!from.ending() && next !== '&&' && next !== '||' && next !== ')') {
    throw from.unexpected(token =>
      next === undefined
        ? 'conditional binary operator expected'
        : `unexpected token \`${token}', conditional binary operator expected`,
    );
  }
  return { kind: 'unary', operator: '-n', operand: first };
}

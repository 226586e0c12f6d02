/** Reads what an opening parenthesis of a PCRE pattern starts: groups, look-arounds, flags, calls, conditions, verbs. */
import { maxGroup } from './pcre-escape';
import type { Lexer } from './pcre-lexer';
import type { Opening } from './pcre-tokens';
import type { VerbNode } from './tree';

/** `(*word:`: the look-around or group it stands for. */
const words: ReadonlyMap<
  string,
  { behind?: boolean; negative?: boolean; nonAtomic?: boolean; as?: 'atomic' | 'script-run' | 'atomic-script-run' }
> = new Map([
  ['pla', {}],
  ['positive_lookahead', {}],
  ['plb', { behind: true }],
  ['positive_lookbehind', { behind: true }],
  ['nla', { negative: true }],
  ['negative_lookahead', { negative: true }],
  ['nlb', { negative: true, behind: true }],
  ['negative_lookbehind', { negative: true, behind: true }],
  ['napla', { nonAtomic: true }],
  ['non_atomic_positive_lookahead', { nonAtomic: true }],
  ['naplb', { nonAtomic: true, behind: true }],
  ['non_atomic_positive_lookbehind', { nonAtomic: true, behind: true }],
  ['atomic', { as: 'atomic' as const }],
  ['sr', { as: 'script-run' as const }],
  ['script_run', { as: 'script-run' as const }],
  ['asr', { as: 'atomic-script-run' as const }],
  ['atomic_script_run', { as: 'atomic-script-run' as const }],
]);

const verbs: Readonly<Record<string, VerbNode['verb']>> = {
  MARK: 'mark',
  '': 'mark',
  ACCEPT: 'accept',
  F: 'fail',
  FAIL: 'fail',
  COMMIT: 'commit',
  PRUNE: 'prune',
  SKIP: 'skip',
  THEN: 'then',
};

/** Reads on behind a `(`; `expected` is above 0 where only an assertion may stand. */
export function readAfterParenthesis(lexer: Lexer, start: number, expected: number): void {
  const { cursor } = lexer;
  if (cursor.at >= cursor.end) cursor.fail(14);
  const c = cursor.peek();
  if (c !== '?' && c !== '*') {
    lexer.depth++;
    if (lexer.switches.noAutoCapture) return open(lexer, start, { as: 'plain' });
    return open(lexer, start, { as: 'capture', number: nextGroup(lexer) });
  }
  if (c === '*') {
    const next = cursor.peek(1);
    if (next === '' || next === ')') return;
    if (/[a-z]/.test(next)) word(lexer, start, expected);
    else verb(lexer, start);
    return;
  }
  cursor.at++;
  if (cursor.at >= cursor.end) cursor.fail(14);
  question(lexer, start, expected);
}

function open(lexer: Lexer, start: number, opening: Opening): void {
  lexer.push({ kind: 'open', opening, start, end: lexer.cursor.at });
}

function nextGroup(lexer: Lexer): number {
  const { cursor } = lexer;
  if (cursor.groups >= maxGroup) cursor.fail(97);
  return ++cursor.groups;
}

/** How many nested changes of flags the library's workspace holds. */
const maxNests = 500;

function nest(lexer: Lexer, more: { resetTo?: number; condition?: boolean; extraClose?: boolean }): void {
  if (lexer.nests.length >= maxNests) lexer.cursor.fail(84);
  lexer.nests.push({ depth: lexer.depth, switches: { ...lexer.switches }, highest: more.resetTo ?? 0, ...more });
}

function word(lexer: Lexer, start: number, expected: number): void {
  const { cursor } = lexer;
  const name = cursor.verbName();
  if (cursor.peek() !== ':') cursor.fail(95);
  const what = words.get(name);
  if (!what) return cursor.fail(95);
  if (expected > 0 && (what.as !== undefined || what.nonAtomic)) cursor.fail(what.nonAtomic ? 98 : 28);
  cursor.at++;
  if (what.as === 'atomic') {
    lexer.depth++;
    return open(lexer, start, { as: 'atomic' });
  }
  if (what.as !== undefined) {
    lexer.depth++;
    open(lexer, start, { as: 'script-run' });
    if (what.as === 'atomic-script-run') {
      open(lexer, start, { as: 'atomic' });
      nest(lexer, { extraClose: true });
    }
    return;
  }
  look(lexer, start, expected, { ...what, offset: cursor.at - 4 });
}

function look(
  lexer: Lexer,
  start: number,
  expected: number,
  what: { behind?: boolean; negative?: boolean; nonAtomic?: boolean; offset: number },
): void {
  const { behind = false, negative = false, nonAtomic = false, offset } = what;
  if (behind) lexer.hasLookBehind = true;
  lexer.depth++;
  if (expected > 0) nest(lexer, { condition: true });
  open(lexer, start, { as: 'look', behind, negative, nonAtomic, offset });
}

function verb(lexer: Lexer, start: number): void {
  const { cursor } = lexer;
  const word = cursor.verbName();
  const after = cursor.peek();
  if (after !== ':' && after !== ')') cursor.fail(60);
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb === undefined) return cursor.fail(60);
  if (after === ':' && cursor.peek(1) === ')') cursor.at++;
  if (verb === 'mark' && cursor.peek() !== ':') cursor.fail(66);
  const named = cursor.peek() === ':';
  cursor.at++;
  let name: string | undefined;
  if (named) {
    const close = cursor.text.indexOf(')', cursor.at);
    if (close < 0) cursor.fail(60, cursor.end);
    name = cursor.text.slice(cursor.at, close);
    cursor.at = close + 1;
    if (name.length > 255) cursor.fail(76, close);
  }
  lexer.repeatable = verb === 'accept';
  lexer.push({ kind: 'verb', verb, start, end: cursor.at, ...(name === undefined ? {} : { name }) });
}

function question(lexer: Lexer, start: number, expected: number): void {
  const { cursor } = lexer;
  const c = cursor.peek();
  switch (c) {
    case 'P':
      return python(lexer, start);
    case 'R':
      cursor.at++;
      if (cursor.peek() !== ')') cursor.fail(58);
      return lexer.call(0, start);
    case '+':
      if (!/[0-9]/.test(cursor.peek(1))) cursor.fail(29);
      return call(lexer, start);
    case '&':
      return callByName(lexer, start);
    case 'C':
      return callout(lexer, expected);
    case '(':
      return condition(lexer, start);
    case '>':
      cursor.at++;
      lexer.depth++;
      return open(lexer, start, { as: 'atomic' });
    case '=':
    case '!':
    case '*':
      cursor.at++;
      return look(lexer, start, expected, { negative: c === '!', nonAtomic: c === '*', offset: 0 });
    case '<': {
      const next = cursor.peek(1);
      if (next !== '=' && next !== '!' && next !== '*') return define(lexer, start, '>');
      const offset = cursor.at - 2;
      cursor.at += 2;
      return look(lexer, start, expected, { behind: true, negative: next === '!', nonAtomic: next === '*', offset });
    }
    case "'":
      return define(lexer, start, "'");
    default:
      if (/[0-9]/.test(c) || (c === '-' && /[0-9]/.test(cursor.peek(1)))) return call(lexer, start);
      return flagsOrReset(lexer, start);
  }
}

function call(lexer: Lexer, start: number): void {
  const { cursor } = lexer;
  const relative = /[0-9]/.test(cursor.peek()) ? undefined : cursor.groups;
  const group = cursor.number(relative, maxGroup, 61) ?? 0;
  if (cursor.peek() !== ')') cursor.fail(14);
  lexer.call(group, start);
}

function callByName(lexer: Lexer, start: number): void {
  const { name, offset } = lexer.cursor.name(')');
  lexer.push({ kind: 'name-call', name, offset, start, end: lexer.cursor.at });
  lexer.repeatable = true;
}

function python(lexer: Lexer, start: number): void {
  const { cursor } = lexer;
  cursor.at++;
  if (cursor.at >= cursor.end) cursor.fail(14);
  const c = cursor.peek();
  if (c === '<') return define(lexer, start, '>');
  if (c === '>') return callByName(lexer, start);
  if (c !== '=') cursor.fail(41);
  const { name, offset } = cursor.name(')');
  lexer.push({ kind: 'name-reference', name, offset, caseless: lexer.switches.caseless, start, end: cursor.at });
  lexer.repeatable = true;
}

function define(lexer: Lexer, start: number, terminator: string): void {
  const { name } = lexer.cursor.name(terminator);
  const number = nextGroup(lexer);
  lexer.depth++;
  lexer.name(name, number);
  open(lexer, start, { as: 'capture', number, name });
}

function callout(lexer: Lexer, expected: number): void {
  const { cursor } = lexer;
  cursor.at++;
  if (cursor.at >= cursor.end) cursor.fail(14);
  lexer.expectAssertion = expected - 1;
  const c = cursor.peek();
  if (c !== ')' && !/[0-9]/.test(c)) {
    const opener = cursor.at;
    if (!'`\'"^%#${'.includes(c)) cursor.fail(82);
    const delimiter = c === '{' ? '}' : c;
    for (;;) {
      cursor.at++;
      if (cursor.at >= cursor.end) cursor.fail(81, opener);
      if (cursor.peek() !== delimiter) continue;
      cursor.at++;
      if (cursor.peek() !== delimiter) break;
    }
  } else {
    let n = 0;
    while (/[0-9]/.test(cursor.peek())) {
      n = n * 10 + Number(cursor.peek());
      cursor.at++;
      if (n > 255) cursor.fail(38);
    }
  }
  if (cursor.peek() !== ')') cursor.fail(39);
  cursor.at++;
}

function condition(lexer: Lexer, start: number): void {
  const { cursor } = lexer;
  cursor.at++;
  if (cursor.at >= cursor.end) cursor.fail(14);
  lexer.depth++;
  if (cursor.peek() === '?' || cursor.peek() === '*') {
    cursor.at--;
    lexer.expectAssertion = 2;
    return open(lexer, start, { as: 'if-assertion' });
  }
  const opening = conditionOpening(lexer);
  if (cursor.peek() !== ')') cursor.fail(24);
  cursor.at++;
  open(lexer, start, opening);
}

function conditionOpening(lexer: Lexer): Opening {
  const { cursor } = lexer;
  const group = cursor.number(cursor.groups, maxGroup, 61);
  if (group !== undefined) {
    if (group <= 0) cursor.fail(15);
    return { as: 'if-group', group, offset: cursor.at - 2 };
  }
  if (cursor.end - cursor.at >= 10 && cursor.has('VERSION') && cursor.peek(7) !== ')') return version(lexer);
  const c = cursor.peek();
  if (c === 'R' && cursor.peek(1) === '&') {
    cursor.at++;
    const { name, offset } = cursor.name(')');
    cursor.at--;
    return { as: 'if-recursion-name', name, offset };
  }
  if (c === '<' || c === "'") {
    const { name, offset } = cursor.name(c === '<' ? '>' : "'");
    return { as: 'if-name', name, offset };
  }
  cursor.at--;
  const { name, offset } = cursor.name(')');
  cursor.at--;
  if (name === 'DEFINE') return { as: 'define', offset };
  if (/^R[0-9]*$/.test(name)) return { as: 'if-recursion', name, offset };
  return { as: 'if-name', name, offset };
}

/** `(?(VERSION>=10.4)`, asked of 10.42. */
function version(lexer: Lexer): Opening {
  const { cursor } = lexer;
  cursor.at += 7;
  const atLeast = cursor.peek() === '>';
  if (atLeast) cursor.at++;
  if (cursor.peek() !== '=') cursor.fail(79);
  cursor.at++;
  if (!/[0-9]/.test(cursor.peek())) cursor.fail(79);
  const major = cursor.number(undefined, 1000, 79) ?? 0;
  if (cursor.at >= cursor.end) cursor.fail(79);
  let minor = 0;
  if (cursor.peek() === '.') {
    cursor.at++;
    if (!/[0-9]/.test(cursor.peek())) cursor.fail(79);
    minor = Number(cursor.peek()) * 10;
    cursor.at++;
    if (cursor.at >= cursor.end) cursor.fail(79);
    if (/[0-9]/.test(cursor.peek())) {
      minor += Number(cursor.peek());
      cursor.at++;
    }
    if (cursor.peek() !== ')') cursor.fail(79);
  }
  const holds = atLeast ? major < 10 || (major === 10 && minor <= 42) : major === 10 && minor === 42;
  return { as: 'if-version', holds };
}

function flagsOrReset(lexer: Lexer, start: number): void {
  const { cursor } = lexer;
  lexer.depth++;
  if (cursor.peek() === '|') {
    nest(lexer, { resetTo: cursor.groups });
    lexer.duplicateNumbers = true;
    cursor.at++;
    return open(lexer, start, { as: 'plain' });
  }
  nest(lexer, {});
  const switches = readFlags(lexer);
  if (cursor.at >= cursor.end) cursor.fail(14);
  const closes = cursor.peek() === ')';
  cursor.at++;
  if (closes) {
    lexer.depth--;
    const below = lexer.nests[lexer.nests.length - 2];
    const top = lexer.nests[lexer.nests.length - 1];
    if (below && below.depth === lexer.depth) lexer.nests.pop();
    else if (top) top.depth = lexer.depth;
    lexer.trivia.push({ start, end: cursor.at });
  } else open(lexer, start, { as: 'plain' });
  lexer.switches = switches;
}

function readFlags(lexer: Lexer): Lexer['switches'] {
  const { cursor } = lexer;
  const switches = { ...lexer.switches };
  let hyphenAllowed = true;
  let value = true;
  if (cursor.peek() === '^') {
    for (const flag of ['caseless', 'multiline', 'noAutoCapture', 'dotAll', 'extended', 'extendedMore'] as const)
      switches[flag] = false;
    hyphenAllowed = false;
    cursor.at++;
  }
  const off: (() => void)[] = [];
  let extendedSet = false;
  let moreSet = false;
  while (cursor.at < cursor.end && cursor.peek() !== ')' && cursor.peek() !== ':') {
    const c = cursor.peek();
    cursor.at++;
    const flag = (
      {
        i: 'caseless',
        m: 'multiline',
        n: 'noAutoCapture',
        s: 'dotAll',
        U: 'ungreedy',
        J: 'duplicateNames',
        x: 'extended',
      } as const
    )[c];
    if (c === '-') {
      if (!hyphenAllowed) cursor.fail(94, cursor.at - 1);
      value = false;
      hyphenAllowed = false;
    } else if (flag === undefined) cursor.fail(11, cursor.at - 1);
    else {
      const more = flag === 'extended' && cursor.peek() === 'x';
      if (more) cursor.at++;
      if (value) {
        switches[flag] = true;
        if (flag === 'extended') extendedSet = true;
        if (more) moreSet = true;
      } else {
        off.push(() => {
          switches[flag] = false;
          if (flag === 'extended') switches.extendedMore = false;
        });
      }
    }
  }
  if (extendedSet) switches.extendedMore = moreSet;
  for (const clear of off) clear();
  return switches;
}

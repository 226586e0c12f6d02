/** Parses PCRE patterns as libpcre2 10.42 (8 bit) compiles them for Postfix: the same trees, refusals and offsets. */
import { span } from '../../text/span';
import { setOf } from './byte-set';
import { PcreRefusal, pcreProblem } from './pcre-errors';
import { Lexer } from './pcre-lexer';
import { lookBehindWidths } from './pcre-lookbehind';
import { compiledSizeExceeds } from './pcre-size';
import { buildPcreTree } from './pcre-tree';
import type { Conventions, Tokens } from './pcre-tokens';
import type { NewlineKind, ParsedPattern, PatternFlags, PatternStart } from './tree';

/** What a pattern may say of itself at its very start. */
interface Settings extends PatternStart {
  readonly bsrAnyCrlf: boolean;
  /** Where the pattern proper begins. */
  readonly from: number;
}

const newlines: Readonly<Record<string, NewlineKind>> = {
  'CR)': 'cr',
  'LF)': 'lf',
  'CRLF)': 'crlf',
  'ANY)': 'any',
  'NUL)': 'nul',
  'ANYCRLF)': 'anycrlf',
};

const settingWords = [
  'BSR_ANYCRLF)', 'BSR_UNICODE)', 'CRLF)', 'ANYCRLF)', 'ANY)', 'CR)', 'LF)', 'NUL)', 'LIMIT_HEAP=', 'LIMIT_MATCH=', 'LIMIT_DEPTH=',
  'LIMIT_RECURSION=', 'NOTEMPTY)', 'NOTEMPTY_ATSTART)', 'NO_AUTO_POSSESS)', 'NO_DOTSTAR_ANCHOR)', 'NO_JIT)', 'NO_START_OPT)', 'UTF)', 'UTF8)',
  'UCP)',
]; // prettier-ignore

function readStart(text: string): Settings {
  let at = 0;
  let newline: NewlineKind = 'lf';
  const seen = new Set<string>();
  let bsrAnyCrlf = false;
  const limits: { match?: number; depth?: number } = {};
  while (text.startsWith('(*', at)) {
    const word = settingWords.find(name => text.startsWith(name, at + 2));
    if (word === undefined) break;
    at += 2 + word.length;
    const kind = newlines[word];
    if (kind) newline = kind;
    else if (word.startsWith('BSR')) bsrAnyCrlf = word === 'BSR_ANYCRLF)';
    else if (!word.endsWith('=')) seen.add(word);
    else {
      const limit = readLimit(text, at);
      at = limit.end;
      if (word === 'LIMIT_MATCH=') limits.match = limit.value;
      else if (word !== 'LIMIT_HEAP=') limits.depth = limit.value;
    }
  }
  return {
    newline,
    bsrAnyCrlf,
    from: at,
    utf: seen.has('UTF)') || seen.has('UTF8)'),
    ucp: seen.has('UCP)'),
    noAutoPossess: seen.has('NO_AUTO_POSSESS)'),
    noStartOptimize: seen.has('NO_START_OPT)'),
    noDotstarAnchor: seen.has('NO_DOTSTAR_ANCHOR)'),
    notEmpty: seen.has('NOTEMPTY)') ? 'anywhere' : seen.has('NOTEMPTY_ATSTART)') ? 'at start' : 'nowhere',
    ...(limits.match === undefined ? {} : { matchLimit: limits.match }),
    ...(limits.depth === undefined ? {} : { depthLimit: limits.depth }),
  };
}

function readLimit(text: string, from: number): { value: number; end: number } {
  let at = from;
  let value = 0;
  if (!/[0-9]/.test(text.charAt(at))) throw new PcreRefusal(60, at);
  while (/[0-9]/.test(text.charAt(at))) {
    if (value > 429496728) break;
    value = value * 10 + text.charCodeAt(at++) - 48;
  }
  if (text[at++] !== ')') throw new PcreRefusal(60, at);
  return { value: value % 4294967296, end: at };
}

/** Parses a PCRE pattern (bytes, one character each). Never throws. */
export function parsePcre(text: string, flags: PatternFlags): ParsedPattern {
  try {
    return parse(text, flags);
  } catch (refusal) {
    if (refusal instanceof PcreRefusal) return { ok: false, problem: pcreProblem(refusal, text) };
    throw refusal;
  }
}

/**
 * The tokens and the trivia of a PCRE pattern; of one that libpcre2 refuses, those before the place where its first pass stops.
 * Never throws.
 */
export function pcreTokens(text: string, flags: PatternFlags): Pick<Tokens, 'tokens' | 'trivia'> {
  let lexer: Lexer | undefined;
  try {
    lexer = lexerFor(text, flags, readStart(text));
    lexer.read();
  } catch (refusal) {
    if (!(refusal instanceof PcreRefusal)) throw refusal;
  }
  return lexer ?? { tokens: [], trivia: [] };
}

function lexerFor(text: string, flags: PatternFlags, { newline, utf, ucp, from }: Settings): Lexer {
  const conventions: Conventions = { newline, utf, ucp };
  const lexer = new Lexer(text, from, flags, conventions);
  lexer.dollarEndOnly = flags.dollarEndOnly;
  if (from > 0) lexer.trivia.push(span(0, from));
  return lexer;
}

function parse(text: string, flags: PatternFlags): ParsedPattern {
  const settings = readStart(text);
  const { bsrAnyCrlf, from, ...start } = settings;
  const lexer = lexerFor(text, flags, settings);
  const read = lexer.read();
  const closes = matchClosings(read.tokens);
  const widths = read.hasLookBehind ? lookBehindWidths(read, closes) : new Map<number, number[]>();
  const newlineSet = bsrAnyCrlf ? setOf([10, 13]) : setOf([10, 11, 12, 13, 0x85]);
  const built = buildPcreTree(read, widths, { end: text.length, newlineSet, start: from });
  if (compiledSizeExceeds(built.root, 65536)) throw new PcreRefusal(20, text.length);
  if (built.late) throw built.late;
  const names = new Map<string, number[]>();
  for (const { name, number } of read.named) names.set(name, [...(names.get(name) ?? []), number]);
  return {
    ok: true,
    pattern: {
      dialect: 'pcre',
      text,
      flags,
      root: built.root,
      groups: read.groups,
      names,
      start,
      trivia: lexer.trivia,
      hasBackReferences: built.hasBackReferences,
    },
  };
}

/** The closing token of each opening one. */
function matchClosings(tokens: readonly { kind: string }[]): Map<number, number> {
  const closes = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, i) => {
    if (token.kind === 'open') open.push(i);
    else if (token.kind === 'close') closes.set(open.pop() ?? 0, i);
  });
  return closes;
}

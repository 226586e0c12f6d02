/** From a PCRE tree to something that can match: compiled, made possessive, studied. */
import { wordBytes } from '../../../syntax/pattern/byte-set';
import type { Pattern } from '../../../syntax/pattern/tree';
import { unicodeWord } from '../../../syntax/pattern/unicode-latin1';
import { compile } from './compile';
import { match } from './match';
import type { MatchMode, Outcome } from './match-state';
import { T } from './op';
import type { Program } from './op';
import { makePossessive } from './possess';
import { study } from './study';

/** libpcre2's default limits, which Postfix does not change. */
export const defaultMatchLimit = 10_000_000;

/** A PCRE pattern ready to match. */
export interface PcreMatcher {
  readonly program: Program;
  /** Matches a subject (bytes). `steps`: how much work of ours it may take. */
  match(subject: string, steps: number): Outcome & { readonly spent: number };
}

const irregular = new Set([
  T.Ref, T.Recurse, T.Cond, T.Scond, T.Accept, T.AssertAccept, T.Commit, T.Prune, T.Skip, T.Then, T.Mark,
]); // prettier-ignore

function isAscii(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Makes a PCRE tree ready to match. */
export function preparePcre(pattern: Pattern): PcreMatcher {
  const compiled = compile(pattern);
  if (!pattern.start.noAutoPossess) makePossessive(compiled.ops, compiled.hadRecurse);
  const studied = study(compiled, pattern.flags.anchored, pattern.start.noDotstarAnchor);
  const groupAt = new Map<number, number>();
  compiled.ops.forEach((op, i) => {
    const capture = op.t === T.Cbra || op.t === T.Scbra || op.t === T.CbraPos || op.t === T.ScbraPos;
    if (capture && !groupAt.has(op.number)) groupAt.set(op.number, i);
  });
  const program: Program = {
    ops: compiled.ops,
    groupAt,
    groups: pattern.groups,
    ...studied,
    hasThen: compiled.hasThen,
    hasCrOrLf: compiled.hasCrOrLf,
    regular: pattern.start.notEmpty === 'nowhere' && !compiled.ops.some(op => irregular.has(op.t)),
  };
  const { start } = pattern;
  const mode: MatchMode = {
    newline: start.newline,
    wordBytes: (start.ucp ? unicodeWord() : wordBytes).table,
    notEmpty: start.notEmpty,
    noStartOptimize: start.noStartOptimize,
  };
  // A pattern can only lower the limits.
  const matchLimit = Math.min(defaultMatchLimit, start.matchLimit ?? defaultMatchLimit);
  const depthLimit = Math.min(defaultMatchLimit, start.depthLimit ?? defaultMatchLimit);
  // Where pattern and subject are ASCII, characters are bytes.
  const plainUtf = isAscii(pattern.text) && !/\\[xoN]\{/.test(pattern.text);
  return {
    program,
    match(subject, steps) {
      if (start.utf && !(plainUtf && isAscii(subject))) return { kind: 'unknown', spent: 0 };
      return match(program, subject, mode, { matchLimit, depthLimit, steps });
    },
  };
}

/** The one way from a pattern's text to its tree, whatever the dialect. */
import { parsePcre } from './pcre-parser';
import { parsePosix } from './posix-parser';
import type { Dialect, ParsedPattern, PatternFlags } from './tree';

/**
 * Parses a pattern as libpcre2 10.42 (8 bit) or glibc 2.36 (C locale) does. `text` is the pattern's bytes, one character
 * each. Never throws; a pattern that the library refuses gives its problem.
 */
export function parsePattern(text: string, dialect: Dialect, flags: PatternFlags): ParsedPattern {
  return dialect === 'pcre' ? parsePcre(text, flags) : parsePosix(text, dialect, flags);
}

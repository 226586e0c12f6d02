/**
 * Settings of main.cf that stand in other files: `postconf -e 'name = value'` in scripts and Dockerfiles, the lines
 * `service/type/name=value` of docker-mailserver's postfix-master.cf, and overlays that hold nothing but settings
 * (its postfix-main.cf, mailcow's extra.cf).
 */
import { basename } from '../text/path';
import { derived } from '../text/derived';
import { SourceText } from '../text/source-text';
import type { Span } from '../text/span';

/** A command that sets parameters: postconf with -e, alone or among other letters, or -o for postconf -P's kin. */
const command = /\bpostconf\s+(?:-c\s+\S+\s+)?-[a-z]*e[a-z]*(?=\s)/g;
const serviceLine = /^([\w.:[\]-]+\/(?:inet|unix|unix-dgram|fifo|pass)\/)(\w+[ \t]*=.*)$/gm;

/** Whether a file is an overlay of main.cf by its name: merged into a main.cf by the container that reads it. */
export function isOverlay(path: string): boolean {
  return basename(path) === 'postfix-main.cf' || /(?:^|\/)postfix\/extra\.cf$/.test(path);
}

/** Whether a file has `service/type/name=value` lines in place of services. */
export function hasServiceLines(text: string): boolean {
  return /^[\w.:[\]-]+\/(?:inet|unix|unix-dgram|fifo|pass)\/\w+[ \t]*=/m.test(text);
}

/** Whether a path is an overlay of master.cf where the file holds `service/type/name=value` lines: docker-mailserver's postfix-master.cf. */
export function isServiceOverlay(path: string): boolean {
  return /^(?:[\w.-]*[-_])?master\.cf/.test(basename(path));
}

/** Whether a text calls `postconf -e`. */
export function callsPostconf(text: string): boolean {
  return new RegExp(command.source).test(text);
}

/**
 * The settings of such a file as a main.cf of the same length: each stands where it stands in the file, all else is line
 * ends. Undefined where there is none. What the shell would fill in is left out.
 */
export const embeddedSettings: (source: SourceText) => SourceText | undefined = derived(source => {
  if (isOverlay(source.path)) return source;
  const spans = isServiceOverlay(source.path) ? serviceLines(source.text) : postconfLines(source.text);
  if (spans.length === 0) return undefined;
  let text = '';
  for (const { start, end } of spans) {
    // A command within the words of another has been read with it.
    if (text !== '' && start <= text.length) continue;
    text += '\n'.repeat(start - text.length);
    text += source.text.slice(start, end);
  }
  text += '\n'.repeat(source.text.length - text.length);
  return new SourceText(source.path, text, source.encoding);
});

function serviceLines(text: string): Span[] {
  return [...text.matchAll(serviceLine)].map(match => {
    const start = match.index + (match[1]?.length ?? 0);
    return { start, end: start + (match[2]?.length ?? 0) };
  });
}

/** The arguments behind each `postconf -e`, without their quotes. */
function postconfLines(text: string): Span[] {
  const out: Span[] = [];
  for (const match of text.matchAll(command)) {
    const line = text.lastIndexOf('\n', match.index) + 1;
    if (/^\s*#/.test(text.slice(line, match.index))) continue;
    readArguments(text, match.index + match[0].length, out);
  }
  return out;
}

/** Reads the words of a command up to its end: quotes as the shell takes them, `\` at a line's end goes on. */
function readArguments(text: string, from: number, out: Span[]): void {
  let at = from;
  while (at < text.length) {
    const c = text.charAt(at);
    if (c === ' ' || c === '\t') at++;
    else if (c === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (c === "'" || c === '"') {
      const end = closing(text, at + 1, c);
      const inner = text.slice(at + 1, end);
      if (usable(inner, c === '"')) out.push({ start: at + 1, end });
      at = end + 1;
    } else if (/[A-Za-z0-9_]/.test(c)) {
      const word = /^[^\s;&|<>()'"`]*/.exec(text.slice(at))?.[0] ?? '';
      const next = text.charAt(at + word.length);
      if (usable(word, true) && next !== '"' && next !== "'") out.push({ start: at, end: at + word.length });
      at += Math.max(1, word.length);
      if (next === '"' || next === "'") at = closing(text, at + 1, next) + 1;
    } else return;
  }
}

/** The quote that ends a word; a quote never closed ends with its line. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === '\n') return at;
  }
  return text.length;
}

/** Whether the shell leaves a text as it is, and it stands on one line. */
function usable(text: string, expands: boolean): boolean {
  return !/[\n\r]/.test(text) && text.trim() !== '' && !text.startsWith('-') && !(expands && /[$`\\]/.test(text));
}

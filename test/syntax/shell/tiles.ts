import assert from 'node:assert/strict';
import type { ShellScript } from '@postfix-tools/server/syntax/shell/nodes';

/** Tokens, in order, must cover all of a text but blanks and line continuations. */
export function assertTiles(script: ShellScript): void {
  const { text } = script.source;
  let at = 0;
  for (const token of script.tokens) {
    assert.ok(token.span.start >= at, `${token.kind} at ${token.span.start} overlaps what is before it`);
    assert.match(text.slice(at, token.span.start), /^(?:[ \t]|\\\n)*$/);
    at = token.span.end;
  }
  assert.match(text.slice(at), /^(?:[ \t]|\\\n)*$/);
}

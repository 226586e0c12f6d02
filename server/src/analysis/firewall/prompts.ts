/** Lines copied from a page together with the prompt that stood before them. */
import { derived } from '../../text/derived';
import type { Span } from '../../text/span';
import type { ShellScript } from '../../syntax/shell/nodes';
import { walkScript } from '../../syntax/shell/walk';
import { literal } from '../../syntax/shell/words';
import { isFirewallProgram } from './programs';

/** A pasted line. */
export interface PastedLine {
  /** `comment`: root's `# ` makes the line a comment. `command`: `$ `, `user@host:~$ ` … is a command that does not exist. */
  readonly kind: 'comment' | 'command';
  /** The whole line from the prompt on. */
  readonly span: Span;
  /** The prompt with the blank behind it: what has to go. */
  readonly prompt: Span;
}

const command = '(?:sudo\\s+(?:-\\S+\\s+)*)?(?:/\\S*/)?(?:ip6?tables(?:-(?:legacy|nft))?(?:-restore)?)\\s+(?:-|!|<|/)';
const commentedPrompt = new RegExp(`^#[ \\t]+${command}`);
const promptWord = /^(?:[$%>]|\[?[\w.-]+@[\w.-]+(?:[: ][^\s\]]*)?\]?[$#%]?)$/;

/**
 * The lines of a script that begin with a prompt and go on with iptables, in runs of lines that follow each other.
 * `#iptables …` without a blank is a rule commented out, no prompt.
 */
export const pastedLines: (script: ShellScript) => readonly (readonly PastedLine[])[] = derived(script => {
  const { source } = script;
  const lines: PastedLine[] = [];
  for (const span of script.comments) {
    const text = source.slice(span);
    const { character, line } = source.positionAt(span.start);
    const before = source.text.slice(source.starts[line], (source.starts[line] ?? 0) + character);
    if (before.trim() !== '' || !commentedPrompt.test(text)) continue;
    const size = /^#[ \t]+/.exec(text)?.[0].length ?? 1;
    lines.push({ kind: 'comment', span, prompt: { start: span.start, end: span.start + size } });
  }
  walkScript(script, {
    command: node => {
      if (node.kind !== 'simple') return;
      const words = node.words.map(w => literal(w) ?? '');
      const at = words.findIndex(w => isFirewallProgram(w) || w === 'sudo');
      const first = node.words[0];
      const start = node.words[at];
      if (at < 1 || at > 2 || !first || !start || !promptWord.test(words[0] ?? '')) return;
      lines.push({ kind: 'command', span: node.span, prompt: { start: first.span.start, end: start.span.start } });
    },
  });
  lines.sort((a, b) => a.span.start - b.span.start);
  const runs: PastedLine[][] = [];
  let last = -2;
  for (const line of lines) {
    const at = source.positionAt(line.span.start).line;
    if (at === last + 1) runs[runs.length - 1]?.push(line);
    else runs.push([line]);
    last = source.positionAt(line.span.end).line;
  }
  return runs;
});

/** Templates: text with holes that a tool fills in later. What a hole hides is unknown, never a mistake. */
import type { Span } from '../text/span';

const jinja = /\{\{[^{}\n]*\}\}|\{%[^\n]*?%\}|\{#[^\n]*?#\}/;
const erb = /<%[\s\S]*?%>/;
const marks = /\bPH_[A-Z][A-Z0-9_]*\b|@@?[A-Z][A-Z0-9_]+@@?|__[A-Z][A-Z0-9_]+__|%[A-Z][A-Z0-9_]+%/;
const holes = new RegExp(`${jinja.source}|${erb.source}|${marks.source}`, 'g');

/**
 * The holes of a text: Jinja `{{ … }}` `{% … %}`, ERB `<%= … %>`, `@NAME@`, `__NAME__`, `%NAME%`, `PH_NAME`.
 * `inline:{{…}}`-like Postfix braces, which hold `key = value`, are none.
 */
export function holesIn(text: string): Span[] {
  const out: Span[] = [];
  if (!/[{<@_%]/.test(text)) return out;
  for (const match of text.matchAll(holes)) {
    if (
      match[0].startsWith('{{') &&
      /(?:\$|(?:inline|unionmap|pipemap|randmap):\s*)$/.test(text.slice(0, match.index))
    ) {
      continue;
    }
    out.push({ start: match.index, end: match.index + match[0].length });
  }
  return out;
}

/** Whether an undefined `$NAME` reads like a shell's or a deployer's variable: all capitals. */
export function isShellVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

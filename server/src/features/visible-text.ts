/** Texts of patterns and mails for people: what cannot be seen is written out. */

const controls = /[\x00-\x1f\x7f-\x9f]/g;
const beyondAscii = /[^ -~]/g;

/** A text with its control characters as `\xNN`; with `ascii` all characters that are not printable ASCII: bytes that stand alone. */
export function visibleText(text: string, only?: 'ascii'): string {
  return text.replace(
    only === 'ascii' ? beyondAscii : controls,
    c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

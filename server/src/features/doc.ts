/** Texts that features show: paragraphs in Markdown, in both languages. */
import type { Message, Text } from '../text/message';

/** Paragraphs, in Markdown. */
export type Doc = readonly Message[];

/** A paragraph from a text of the facts. */
export function paragraph(text: Text): Message {
  return { text: { en: text.en, 'pt-BR': text['pt-BR'] }, args: {} };
}

/** A text that is the same in every language. */
export function plain(text: string): Message {
  return { text: { en: '{text}', 'pt-BR': '{text}' }, args: { text } };
}

/** A value as code in a line of text; long ones are cut, line ends become blanks. */
export function code(value: string, longest = 300): string {
  const flat = value.replace(/\s+/g, ' ').trim();
  const short = flat.length > longest ? `${flat.slice(0, longest)}…` : flat;
  if (short === '') return '` `';
  const fence = short.includes('`') ? '``' : '`';
  return fence === '``' ? `\`\` ${short} \`\`` : `\`${short}\``;
}

/** Paragraphs joined into one, as a list. */
export function bullets(items: readonly Message[]): Message[] {
  if (items.length === 0) return [];
  return items.map(item => ({
    text: { en: `- ${item.text.en}`, 'pt-BR': `- ${item.text['pt-BR']}` },
    args: item.args,
  }));
}

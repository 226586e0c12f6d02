/** Sentences for people, in both languages at once; a host picks the language when it prints them. */

/** The languages the product speaks. */
export type Lang = 'en' | 'pt-BR';

/** A sentence with `{name}` placeholders, in every language; a test proves that both have the same placeholders. */
export interface Text {
  readonly en: string;
  readonly 'pt-BR': string;
}

/** What fills the placeholders; a message within a message is printed in the same language. */
export type Args = Readonly<Record<string, string | number | Message>>;

/** A sentence together with what fills it. */
export interface Message {
  readonly text: Text;
  readonly args: Args;
}

/** A message from its sentences. */
export function say(en: string, ptBR: string, args: Args = {}): Message {
  return { text: { en, 'pt-BR': ptBR }, args };
}

/** Prints a message in a language; a placeholder without a value stays as it is. */
export function format(message: Message, lang: Lang): string {
  return message.text[lang].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = message.args[name];
    if (value === undefined) return whole;
    return typeof value === 'object' ? format(value, lang) : String(value);
  });
}

/** The names of a sentence's placeholders, each once, sorted. */
export function placeholders(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map(m => m[1] ?? ''))].sort();
}

/** Reads the words of a restriction list: which word is a restriction, which one its argument. */
import { restrictionDocs } from '../../facts/restriction-docs';
import { bracePayload, type Word } from '../../syntax/list';

export type RestrictionRole = 'restriction' | 'class' | 'table' | 'argument' | 'macro' | 'unknown';

export interface RestrictionWord {
  readonly word: Word;
  readonly role: RestrictionRole;
  /** The restriction that an argument belongs to, in small letters. */
  readonly of?: string;
}

/** What kind of argument a restriction takes; undefined for none and for words that are no restriction. */
export function argumentOf(name: string): string | undefined {
  return restrictionDocs.get(name.toLowerCase())?.argument;
}

/**
 * Gives each word of a list its role, as smtpd's generic_checks() reads them: names in any case, a bare `type:table`
 * stands for check_*_access, `warn_if_reject` goes before another restriction.
 */
export function readRestrictions(words: readonly Word[], isClass: (name: string) => boolean): RestrictionWord[] {
  const out: RestrictionWord[] = [];
  let takes: string | undefined;
  for (const word of words) {
    const inner = bracePayload(word);
    const text = inner?.text ?? word.text;
    const name = text.toLowerCase();
    if (takes) {
      out.push({ word, role: 'argument', of: takes });
      takes = undefined;
      continue;
    }
    if (text.startsWith('$')) out.push({ word, role: 'macro' });
    else if (restrictionDocs.has(name)) {
      const argument = argumentOf(name);
      if (argument && argument !== 'restriction') takes = name;
      out.push({ word, role: 'restriction' });
    } else if (isClass(text)) out.push({ word, role: 'class' });
    else if (/^[A-Za-z0-9_-]+:/.test(text)) out.push({ word, role: 'table' });
    else if (/^[45]\d\d$/.test(text)) out.push({ word, role: 'restriction' });
    else out.push({ word, role: 'unknown' });
  }
  return out;
}

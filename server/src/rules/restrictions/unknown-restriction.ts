import { restrictions } from '../../facts/restrictions';
import { holesIn } from '../../model/holes';
import { classNames, restrictionLists } from '../../model/restriction-lists';
import { say } from '../../text/message';
import { nearest } from '../../text/nearest';
import { replaceWord } from '../list-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'unknown-restriction',
  title: { en: 'A restriction that smtpd does not know', 'pt-BR': 'Uma restrição que o smtpd não conhece' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  fixable: true,
  page: {
    why: `smtpd finds out when a client gets that far: it logs "unknown smtpd restriction" and answers 451 4.3.5 to everybody
who comes to that word. No command reports it before.`,
    remedy:
      'Mend the name. A table needs its type in front (`hash:/…`), a class has to stand in smtpd_restriction_classes.',
    bad: 'smtpd_client_restrictions = permit_mynetwork\n',
    good: 'smtpd_client_restrictions = permit_mynetworks\n',
    see: ['postconf(5), smtpd_client_restrictions', 'Measured: 451 4.3.5 Server configuration error (3.7.11)'],
  },
  messages: {
    unknown: {
      en: 'There is no restriction "{name}": smtpd answers 451 to every client that comes to this word.{hint}',
      'pt-BR': 'Não existe a restrição "{name}": o smtpd responde 451 a todo cliente que chega a esta palavra.{hint}',
    },
    path: {
      en: 'A table needs its type in front, as in hash:{name}: as it stands smtpd answers 451 to every client that comes to it.',
      'pt-BR':
        'Uma tabela precisa do tipo na frente, como em hash:{name}: assim o smtpd responde 451 a todo cliente que chega a ela.',
    },
    dash: {
      en: '"{name}" is an unknown restriction: # starts a comment only at the start of a line. smtpd answers 451 here.',
      'pt-BR':
        '"{name}" é uma restrição desconhecida: # só inicia comentário no começo da linha. O smtpd responde 451 aqui.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      let inComment = false;
      let ended = false;
      for (const entry of list.entries) {
        const { place, text } = entry.word;
        if (text.startsWith('#')) inComment = true;
        if (entry.kind === 'unknown' && place && !ended && holesIn(text).length === 0) {
          const key = `${place.source.path}:${place.span.start}`;
          const near = nearest(entry.name, [...restrictions.keys(), ...classNames(list.settings)]);
          // In a part of a configuration, a name of no likeness may be a class of the rest.
          if (!seen.has(key) && (near || !site.partial)) {
            seen.add(key);
            const edit = near && !inComment ? replaceWord(entry.word, near) : undefined;
            const title = say('Write {near}', 'Escrever {near}', { near: near ?? '' });
            const fixes = edit ? [{ title, safe: true, edits: [edit] }] : [];
            const kind = inComment ? 'dash' : text.startsWith('/') ? 'path' : 'unknown';
            const hint = near ? ` → ${near}?` : '';
            report(place.source, place.span, kind, { name: text, hint }, { fixes });
          }
          if (inComment) break;
        }
        ended ||= entry.known?.unconditional === true && !entry.warnOnly;
      }
    }
  },
});

import { restrictionLists } from '../../model/restriction-lists';
import { say } from '../../text/message';
import { replaceWord } from '../list-edits';
import { defineRule } from '../rule';

/** Names whose successor is the same restriction under another name. */
const renamed = new Set([
  'check_recipient_maps',
  'reject_invalid_hostname',
  'reject_non_fqdn_hostname',
  'reject_unknown_client',
  'reject_unknown_hostname',
]);

export const rule = defineRule({
  id: 'deprecated-restriction',
  title: { en: 'A restriction under its old name', 'pt-BR': 'Uma restrição com o nome antigo' },
  severity: 'hint',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: 'The old name still works; the documentation knows only the new one, and a later Postfix may drop it.',
    remedy: 'Write the new name.',
    bad: 'smtpd_client_restrictions = reject_unknown_client\n',
    good: 'smtpd_client_restrictions = reject_unknown_client_hostname\n',
    see: ['postconf(5)'],
  },
  messages: {
    old: {
      en: '{name} is the old name of {successor}: write that.',
      'pt-BR': '{name} é o nome antigo de {successor}: escreva este.',
    },
    gone: {
      en: '{name} is on its way out of Postfix: use {successor}.',
      'pt-BR': '{name} está saindo do Postfix: use {successor}.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      for (const { known, word } of list.entries) {
        const { place } = word;
        if (!known?.successor || !place) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const same = renamed.has(known.name);
        const edit = same ? replaceWord(word, known.successor) : undefined;
        const title = say('Write {successor}', 'Escrever {successor}', { successor: known.successor });
        report(
          place.source,
          place.span,
          same ? 'old' : 'gone',
          { name: word.text, successor: known.successor },
          {
            severity: same ? 'hint' : 'warning',
            fixes: edit ? [{ title, safe: true, edits: [edit] }] : [],
          },
        );
      }
    }
  },
});

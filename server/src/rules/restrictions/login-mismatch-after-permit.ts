import { restrictionLists } from '../../model/restriction-lists';
import { say } from '../../text/message';
import { insertBeforeWord, removeWords } from '../list-edits';
import { defineRule } from '../rule';

const forUsers = new Set([
  'reject_sender_login_mismatch',
  'reject_authenticated_sender_login_mismatch',
  'reject_known_sender_login_mismatch',
]);

export const rule = defineRule({
  id: 'login-mismatch-after-permit',
  title: {
    en: 'The sender is compared with the login after the login has been let pass',
    'pt-BR': 'O remetente é comparado com o login depois de o login já ter passado',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `permit_sasl_authenticated ends the list for every logged-in user. A restriction behind it that is meant for logged-in
users is never asked for them: alice may send as bob.`,
    remedy: 'Put it in front of permit_sasl_authenticated.',
    bad: {
      'main.cf': `smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = hash:/etc/postfix/logins
smtpd_sender_restrictions = permit_sasl_authenticated, reject_sender_login_mismatch
`,
    },
    good: {
      'main.cf': `smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = hash:/etc/postfix/logins
smtpd_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated
`,
    },
    see: ['postconf(5), permit_sasl_authenticated', 'Measured: alice sends as bob (3.7.11)'],
  },
  messages: {
    late: {
      en: '{name} stands after {permit}, so it is never asked for a logged-in user: anyone may send as anyone. Put it in front.',
      'pt-BR':
        '{name} está depois de {permit} e nunca é consultado para quem fez login: qualquer um envia como qualquer outro. Ponha-o antes.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      const at = list.entries.findIndex(e => e.name === 'permit_sasl_authenticated' && !e.warnOnly);
      const permit = list.entries[at];
      if (!permit) continue;
      const asked = list.entries.slice(0, at);
      for (const entry of list.entries.slice(at + 1)) {
        const { place, text } = entry.word;
        if (!forUsers.has(entry.name) || !place || asked.some(a => forUsers.has(a.name))) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const put = insertBeforeWord(permit.word, text);
        const out = removeWords([entry.word]);
        const title = say('Put it in front of {permit}', 'Colocá-lo antes de {permit}', { permit: permit.word.text });
        const fixes = put && out ? [{ title, safe: true, edits: [put, out] }] : [];
        report(place.source, place.span, 'late', { name: text, permit: permit.word.text }, { fixes });
      }
    }
  },
});

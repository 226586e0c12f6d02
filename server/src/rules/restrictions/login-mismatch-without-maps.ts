import { restrictionLists } from '../../model/restriction-lists';
import { siteSettings } from '../../model/settings';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { removeWords } from '../list-edits';
import { defineRule } from '../rule';

const refusals: Readonly<Record<string, 'everybody' | 'nobody'>> = {
  reject_sender_login_mismatch: 'everybody',
  reject_authenticated_sender_login_mismatch: 'everybody',
  reject_unauthenticated_sender_login_mismatch: 'nobody',
  reject_known_sender_login_mismatch: 'nobody',
};

export const rule = defineRule({
  id: 'login-mismatch-without-maps',
  title: {
    en: 'Senders are held against login maps that do not exist',
    'pt-BR': 'Remetentes são comparados com mapas de login que não existem',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `reject_sender_login_mismatch asks smtpd_sender_login_maps who owns a sender address. Without maps no address has an
owner: every logged-in user is refused with 553 "not owned by user", and nobody else is held back.`,
    remedy: `Set smtpd_sender_login_maps, or take the restriction out. Where a login is the whole address,
\`smtpd_sender_login_maps = pcre:{{/^(.+)$/ $$1}}\` (Postfix 3.7) says so.`,
    bad: {
      'main.cf': 'smtpd_sasl_auth_enable = yes\nsmtpd_sender_restrictions = reject_sender_login_mismatch\n',
    },
    good: {
      'main.cf': `smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_sender_login_maps = hash:/etc/postfix/logins
`,
    },
    see: ['postconf(5), reject_sender_login_mismatch', 'Measured: 553 5.7.1 for every user (3.7.11)'],
  },
  messages: {
    everybody: {
      en: 'smtpd_sender_login_maps is empty, so {name} refuses every logged-in user with 553, and holds no stranger back. Set the maps, or take it out.',
      'pt-BR':
        'smtpd_sender_login_maps está vazio: {name} recusa com 553 todo usuário autenticado e não segura nenhum estranho. Defina os mapas ou retire-o.',
    },
    nobody: {
      en: 'smtpd_sender_login_maps is empty, so {name} refuses nobody. Set the maps, or take it out.',
      'pt-BR': 'smtpd_sender_login_maps está vazio: {name} não recusa ninguém. Defina os mapas ou retire-o.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      const maps = list.settings.get('smtpd_sender_login_maps');
      if (maps.value !== '' || maps.unknown) continue;
      for (const entry of list.entries) {
        const refused = refusals[entry.name];
        const { place } = entry.word;
        if (!refused || !place || entry.warnOnly) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const out = removeWords([entry.word]);
        const inline = siteSettings(site).atLeast('3.7')
          ? setParameter(site, 'smtpd_sender_login_maps', 'pcre:{{/^(.+)$/ $$1}}')
          : [];
        report(
          place.source,
          place.span,
          refused,
          { name: entry.word.text },
          {
            fixes: [
              ...(out
                ? [{ title: say('Take the restriction out', 'Retirar a restrição'), safe: true, edits: [out] }]
                : []),
              ...(inline.length > 0
                ? [
                    {
                      title: say(
                        'Say that each login is the whole address',
                        'Dizer que cada login é o endereço completo',
                      ),
                      safe: false,
                      edits: inline,
                    },
                  ]
                : []),
            ],
          },
        );
      }
    }
  },
});

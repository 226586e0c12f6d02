import { restrictionLists } from '../../model/restriction-lists';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'helo-not-required',
  title: {
    en: 'HELO checks that a client escapes by saying none',
    'pt-BR': 'Verificações de HELO de que um cliente escapa sem dizê-lo',
  },
  severity: 'information',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `The HELO restrictions are asked when a client says HELO or EHLO. smtpd demands neither unless smtpd_helo_required is
set, and a client that goes straight to MAIL FROM passes them all.`,
    remedy: 'Set smtpd_helo_required = yes: every mail program and server says it.',
    bad: 'smtpd_helo_restrictions = reject_invalid_helo_hostname\n',
    good: 'smtpd_helo_restrictions = reject_invalid_helo_hostname\nsmtpd_helo_required = yes\n',
    see: ['postconf(5), smtpd_helo_required', 'Measured: 250 for a client without HELO (3.7.11)'],
  },
  messages: {
    escaped: {
      en: 'A client that says no HELO passes all of these. Set smtpd_helo_required = yes.',
      'pt-BR': 'Um cliente que não diz HELO passa por todas elas. Defina smtpd_helo_required = yes.',
    },
  },
  check(site, report) {
    for (const list of restrictionLists(site)) {
      if (list.parameter !== 'smtpd_helo_restrictions') continue;
      const refuses = list.entries.find(e => !e.warnOnly && e.name !== 'warn_if_reject' && !/^permit/.test(e.name));
      const place = refuses?.word.place;
      if (!place || list.settings.get('smtpd_helo_required').unknown) continue;
      if (list.settings.bool('smtpd_helo_required') !== false) continue;
      const title = say('Set smtpd_helo_required = yes', 'Definir smtpd_helo_required = yes');
      const edits = list.service ? [] : setParameter(site, 'smtpd_helo_required', 'yes');
      report(
        place.source,
        place.span,
        'escaped',
        {},
        { fixes: edits.length > 0 ? [{ title, safe: true, edits }] : [] },
      );
    }
  },
});

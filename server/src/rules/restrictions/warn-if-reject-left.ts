import { restrictionLists } from '../../model/restriction-lists';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'warn-if-reject-left',
  title: { en: 'A restriction that still only warns', 'pt-BR': 'Uma restrição que ainda só avisa' },
  severity: 'information',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `warn_if_reject lets pass what the next restriction would refuse, and writes a line to the log. It is meant for trying
a restriction out; left on, it protects nobody.`,
    remedy: 'When the log shows no honest mail, take warn_if_reject out.',
    bad: 'smtpd_client_restrictions = warn_if_reject reject_unknown_client_hostname\n',
    good: 'smtpd_client_restrictions = reject_unknown_client_hostname\n',
    see: ['postconf(5), warn_if_reject'],
  },
  messages: {
    warns: {
      en: '{next} only warns here: nobody is refused by it. Take warn_if_reject out once the log shows no honest mail.',
      'pt-BR':
        '{next} aqui só avisa: ninguém é recusado por ele. Tire warn_if_reject quando o log não mostrar mensagens honestas.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      for (const [i, entry] of list.entries.entries()) {
        const next = list.entries[i + 1];
        const { place } = entry.word;
        if (entry.name !== 'warn_if_reject' || !next || !place) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        report(place.source, place.span, 'warns', { next: next.word.text });
      }
    }
  },
});

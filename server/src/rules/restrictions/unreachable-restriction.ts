import { restrictionLists, type RestrictionEntry } from '../../model/restriction-lists';
import type { PlacedWord } from '../../model/settings';
import { say } from '../../text/message';
import { removeWords } from '../list-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'unreachable-restriction',
  title: { en: 'Restrictions that are never reached', 'pt-BR': 'Restrições que nunca são alcançadas' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `permit, reject and defer end a list for everybody. What stands behind them is passed over (smtpd logs "restriction …
after … is ignored"), however important it looks.`,
    remedy: 'Move it in front, or take it out.',
    bad: 'smtpd_client_restrictions = permit, reject_unknown_client_hostname\n',
    good: 'smtpd_client_restrictions = reject_unknown_client_hostname, permit\n',
    see: ['postconf(5), smtpd_client_restrictions, permit, reject, defer'],
  },
  messages: {
    unreachable: {
      en: '"{first}" and what follows is never reached: {end} ends the list for every client. Move it in front, or take it out.',
      'pt-BR':
        '"{first}" e o que segue nunca é alcançado: {end} encerra a lista para todo cliente. Mova para a frente ou retire.',
    },
    end: { en: 'the list ends here', 'pt-BR': 'a lista termina aqui' },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      const at = list.entries.findIndex(e => e.known?.unconditional && !e.warnOnly);
      const end = list.entries[at];
      const rest = at < 0 ? [] : list.entries.slice(at + 1);
      const placed = rest.filter(e => e.word.place);
      const first = placed[0];
      const last = placed[placed.length - 1];
      if (!end || !first?.word.place || !last) continue;
      const { source, span } = first.word.place;
      const key = `${source.path}:${span.start}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const words = rest.flatMap(wordsOf);
      const edit = removeWords(words);
      const title = say('Take out what is never reached', 'Retirar o que nunca é alcançado');
      const lastPlace = wordsOf(last).at(-1)?.place;
      const whole =
        lastPlace?.source === source && lastPlace.span.end > span.end
          ? { start: span.start, end: lastPlace.span.end }
          : span;
      report(
        source,
        whole,
        'unreachable',
        { first: first.word.text, end: end.name },
        {
          related: end.word.place ? [{ ...end.word.place, message: { text: rule.messages.end, args: {} } }] : [],
          fixes: edit ? [{ title, safe: false, edits: [edit] }] : [],
        },
      );
    }
  },
});

function wordsOf(entry: RestrictionEntry): PlacedWord[] {
  return entry.argument ? [entry.word, entry.argument] : [entry.word];
}

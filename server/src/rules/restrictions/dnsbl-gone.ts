import { deadBlockList } from '../../facts/dead-block-lists';
import { restrictionLists } from '../../model/restriction-lists';
import { siteSettings, type PlacedWord } from '../../model/settings';
import { say } from '../../text/message';
import { removeWords } from '../list-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'dnsbl-gone',
  title: { en: 'A block list that has shut down', 'pt-BR': 'Uma lista de bloqueio que foi encerrada' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `Asking a dead list makes every client wait for an answer that does not come. Some of them, or whoever bought the
domain since, have answered for every address to be rid of the questions: then all mail is refused.`,
    remedy: 'Take the list out. The zones, dates and sources are in server/src/facts/dead-block-lists.ts.',
    bad: `smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client dnsbl.sorbs.net
`,
    good: `smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client zen.spamhaus.org
`,
    see: ['RFC 6471, section 3.3', 'dnsbl.com, "status of … DEAD"'],
  },
  messages: {
    gone: {
      en: '{zone} shut down in {since} ({source}): clients wait for nothing, and a revived zone may list the whole world. Take it out.',
      'pt-BR':
        '{zone} foi encerrada em {since} ({source}): os clientes esperam à toa, e uma zona reativada pode listar o mundo inteiro. Retire-a.',
    },
    within: {
      en: '{zone} is no list of its own since {since} ({source}): asking it tells nothing that the other does not. Take it out.',
      'pt-BR':
        '{zone} não é mais uma lista própria desde {since} ({source}): consultá-la não diz nada que a outra não diga. Retire-a.',
    },
    world: {
      en: '{zone} shut down in {since} and has since listed every address ({source}): all mail may be refused. Take it out.',
      'pt-BR':
        '{zone} foi encerrada em {since} e depois listou todos os endereços ({source}): todo e-mail pode ser recusado. Retire-a.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    const one = (zone: string, word: PlacedWord, words: readonly PlacedWord[]): void => {
      const dead = deadBlockList(zone);
      const { place } = word;
      if (!dead || !place || seen.has(`${place.source.path}:${place.span.start}`)) return;
      seen.add(`${place.source.path}:${place.span.start}`);
      const edit = removeWords(words);
      const title = say('Take {zone} out', 'Retirar {zone}', { zone });
      const args = { zone, since: dead.since, source: dead.source };
      const fixes = edit ? [{ title, safe: true, edits: [edit] }] : [];
      if (dead.within) report(place.source, place.span, 'within', args, { fixes, severity: 'information' });
      else report(place.source, place.span, dead.listedTheWorld ? 'world' : 'gone', args, { fixes });
    };
    for (const list of restrictionLists(site)) {
      for (const { known, word, argument } of list.entries) {
        if (known?.argument === 'domain' && argument) one(zoneOf(argument.text), argument, [word, argument]);
      }
    }
    const settings = siteSettings(site);
    for (const name of ['postscreen_dnsbl_sites', 'maps_rbl_domains']) {
      if (!settings.get(name).isSet) continue;
      for (const word of settings.words(name)) one(zoneOf(word.text), word, [word]);
    }
  },
});

/** `zone=127.0.0.2*3` without its filter and weight. */
function zoneOf(text: string): string {
  return text.split(/[=*]/)[0] ?? '';
}

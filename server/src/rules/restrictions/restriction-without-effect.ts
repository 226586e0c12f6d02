import { restrictionLists, readRestrictions, type RestrictionList } from '../../model/restriction-lists';
import { siteSettings } from '../../model/settings';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { restrictionParameters } from '../../facts/restrictions';
import type { Site } from '../../model/site';
import { defineRule, type Report } from '../rule';

/** What is known when a list is asked at once (smtpd_delay_reject = no): each list sees what came before it. */
const knownAt: Readonly<Record<string, readonly string[]>> = {
  smtpd_client_restrictions: ['client'],
  smtpd_helo_restrictions: ['client', 'helo'],
  smtpd_sender_restrictions: ['client', 'helo', 'sender'],
};

export const rule = defineRule({
  id: 'restriction-without-effect',
  title: { en: 'A restriction that can do nothing here', 'pt-BR': 'Uma restrição que aqui não pode fazer nada' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `With smtpd_delay_reject = no each list is asked as soon as its stage comes, and what judges the recipient has nothing
to judge yet in the client's list: smtpd passes over it without a word, a relay guard too. A class that no list names, or
that has no restrictions, does nothing either.`,
    remedy: 'Move it to the list of its stage, or leave smtpd_delay_reject at yes. Take unused classes out.',
    bad: 'smtpd_delay_reject = no\nsmtpd_client_restrictions = reject_unauth_destination\n',
    good: 'smtpd_delay_reject = no\nsmtpd_recipient_restrictions = reject_unauth_destination\n',
    see: [
      'postconf(5), smtpd_delay_reject',
      'Measured: the guard in the client list lets everybody relay then (3.7.11)',
    ],
  },
  messages: {
    early: {
      en: 'With smtpd_delay_reject = no the {what} is not known yet in {list}, and {name} is passed over. Move it to a later list.',
      'pt-BR':
        'Com smtpd_delay_reject = no o {what} ainda não é conhecido em {list}, e {name} é ignorado. Mova-o para uma lista posterior.',
    },
    unusedClass: {
      en: 'No list names the class {name}: its restrictions are never asked.',
      'pt-BR': 'Nenhuma lista cita a classe {name}: suas restrições nunca são consultadas.',
    },
    emptyClass: {
      en: 'The class {name} has no restrictions: naming it does nothing.',
      'pt-BR': 'A classe {name} não tem restrições: citá-la não faz nada.',
    },
    noLogin: {
      en: 'SASL is off in every service, so {name} never lets anybody pass.',
      'pt-BR': 'O SASL está desligado em todos os serviços; {name} nunca deixa ninguém passar.',
    },
  },
  check(site, report) {
    const lists = restrictionLists(site);
    for (const list of lists) tooEarly(list, report);
    classes(site, lists, report);
    logins(site, lists, report);
  },
});

type Key = 'early' | 'unusedClass' | 'emptyClass' | 'noLogin';

function tooEarly(list: RestrictionList, report: Report<Key>): void {
  const known = knownAt[list.parameter];
  if (!known || list.settings.bool('smtpd_delay_reject') !== false) return;
  for (const entry of list.entries) {
    const { place, text } = entry.word;
    if (!entry.known || !place || known.includes(entry.known.needs) || entry.name === 'warn_if_reject') continue;
    if (entry.known.needs === 'client' || entry.known.unconditional) continue;
    report(place.source, place.span, 'early', { what: entry.known.needs, list: list.parameter, name: text });
  }
}

function classes(site: Site, lists: readonly RestrictionList[], report: Report<Key>): void {
  const settings = siteSettings(site);
  const setting = settings.get('smtpd_restriction_classes');
  if (!setting.isSet || setting.unknown) return;
  const named = new Set(lists.flatMap(l => l.entries.filter(e => e.kind === 'class').map(e => e.word.text)));
  // A class may also be named on the right side of an access table, in a file or a database.
  const tables = lists.some(l =>
    l.entries.some(e => e.kind === 'table' || e.known?.argument === 'table' || e.known?.argument === 'service'),
  );
  for (const word of settings.words('smtpd_restriction_classes')) {
    if (!word.place) continue;
    const { source, span } = word.place;
    const empty = settings.get(word.text);
    if (!named.has(word.text) && !tables) report(source, span, 'unusedClass', { name: word.text });
    else if (named.has(word.text) && !empty.unknown && readRestrictions(settings, word.text).length === 0) {
      report(source, span, 'emptyClass', { name: word.text });
    }
  }
}

/** A list that the site wrote for users that cannot log in anywhere; as a hint, for the stock file has it too. */
function logins(site: Site, lists: readonly RestrictionList[], report: Report<Key>): void {
  const listeners = listenersOf(site);
  if (!site.master || listeners.length === 0) return;
  const sasl = listeners.map(l => l.settings.get('smtpd_sasl_auth_enable'));
  if (sasl.some(s => s.unknown || s.value.toLowerCase() !== 'no')) return;
  for (const list of lists) {
    if (list.service || !(restrictionParameters as readonly string[]).includes(list.parameter)) continue;
    const entry = list.entries.find(e => e.name === 'permit_sasl_authenticated');
    if (entry?.word.place) {
      const { source, span } = entry.word.place;
      report(source, span, 'noLogin', { name: entry.word.text }, { severity: 'hint' });
    }
  }
}

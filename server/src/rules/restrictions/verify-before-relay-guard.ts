import { restrictionLists, readRestrictions, type RestrictionEntry } from '../../model/restriction-lists';
import type { Settings } from '../../model/settings';
import { say } from '../../text/message';
import { insertBeforeWord, removeWords } from '../list-edits';
import { defineRule, type Fix } from '../rule';

const guards = new Set([
  'reject_unauth_destination',
  'defer_unauth_destination',
  'check_relay_domains',
  'reject',
  'defer',
]);

export const rule = defineRule({
  id: 'verify-before-relay-guard',
  title: {
    en: 'Strangers can make this host probe any domain',
    'pt-BR': 'Estranhos podem fazer este host sondar qualquer domínio',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `reject_unverified_recipient connects to the recipient's server and asks. In front of the relay guard it does so for any
recipient that a stranger names: the host probes foreign servers at their bidding, and ends on their block lists.`,
    remedy: 'Put it behind reject_unauth_destination.',
    bad: `compatibility_level = 2
smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination
`,
    good: `compatibility_level = 2
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, reject_unverified_recipient
`,
    see: ['ADDRESS_VERIFICATION_README'],
  },
  messages: {
    early: {
      en: '{name} stands before the relay guard, so strangers can make this host probe any domain. Put it behind {guard}.',
      'pt-BR':
        '{name} está antes da proteção contra relay: estranhos podem fazer este host sondar qualquer domínio. Ponha-o depois de {guard}.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      if (list.parameter !== 'smtpd_recipient_restrictions' || relayListGuards(list.settings)) continue;
      const at = list.entries.findIndex(e => guards.has(e.name) && !e.warnOnly);
      const guard = list.entries[at];
      for (const entry of at < 0 ? list.entries : list.entries.slice(0, at)) {
        const { place, text } = entry.word;
        if (entry.name !== 'reject_unverified_recipient' || !place) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const args = { name: text, guard: guard?.word.text ?? 'reject_unauth_destination' };
        report(place.source, place.span, 'early', args, { fixes: guard ? moved(entry, guard) : [] });
      }
    }
  },
});

/** The relay list is asked first and stops strangers there. Unknown lists get the benefit of the doubt. */
function relayListGuards(settings: Settings): boolean {
  const relay = settings.get('smtpd_relay_restrictions');
  if (relay.unknown) return true;
  const first = settings.get('smtpd_relay_before_recipient_restrictions');
  if (first.unknown || first.value.toLowerCase() !== 'yes') return false;
  return readRestrictions(settings, 'smtpd_relay_restrictions').some(e => guards.has(e.name) && !e.warnOnly);
}

/** The guard goes in front of the probe rather than the probe behind the guard: what lies between keeps its order. */
function moved(probe: RestrictionEntry, guard: RestrictionEntry): Fix[] {
  if (!['reject_unauth_destination', 'defer_unauth_destination'].includes(guard.name)) return [];
  const put = insertBeforeWord(probe.word, guard.word.text);
  const out = removeWords([guard.word]);
  if (!put || !out) return [];
  const title = say('Put {guard} in front', 'Colocar {guard} antes', { guard: guard.word.text });
  return [{ title, safe: true, edits: [put, out] }];
}

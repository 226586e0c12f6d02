import { searchListeners } from '../../analysis/smtp/searches';
import { isOverlay } from '../../model/overlay';
import { guardFix } from '../relay-guard';
import { settingPlace } from '../session-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'relay-guard-missing',
  title: { en: 'No restriction guards against relaying', 'pt-BR': 'Nenhuma restrição protege contra relay' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `smtpd looks at smtpd_relay_restrictions and smtpd_recipient_restrictions when it starts. Where neither has a restriction
that refuses foreign destinations, it stops with a fatal error at every connection: no mail comes in at all.
warn_if_reject in front of the guard makes it count for nothing.`,
    remedy: 'Let smtpd_relay_restrictions end with reject_unauth_destination or defer_unauth_destination.',
    bad: `compatibility_level = 3.6
smtpd_relay_restrictions = permit_mynetworks
`,
    good: `compatibility_level = 3.6
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`,
    see: [
      'postconf(5), smtpd_relay_restrictions',
      'Measured: "fatal: in parameter smtpd_relay_restrictions or …" (3.7.11)',
    ],
  },
  messages: {
    missing: {
      en: 'On {service} neither list has a working guard, so smtpd stops at every connection ("specify at least one working instance of: reject_unauth_destination …"). Add one.',
      'pt-BR':
        'Em {service} nenhuma das listas tem uma proteção que funcione; o smtpd para a cada conexão ("specify at least one working instance of: reject_unauth_destination …"). Acrescente uma.',
    },
    unset: {
      en: 'Neither list is set and compatibility_level is below 1, where Postfix 2.10 and later have no built-in guard: smtpd stops at every connection on {service}. Set one.',
      'pt-BR':
        'Nenhuma das listas está definida e compatibility_level é menor que 1, em que o Postfix 2.10 e posteriores não trazem proteção: o smtpd para a cada conexão em {service}. Defina uma.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const seen = new Set<string>();
    for (const listener of searchListeners(site)) {
      const { openRelay, server } = listener;
      if (openRelay.kind !== 'none' || !openRelay.says?.includes('specify at least one working instance')) continue;
      const { settings } = server;
      if (!settings.atLeast('2.10')) continue;
      const names = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'];
      const isSet = names.some(n => settings.get(n).isSet);
      const place = settingPlace(site, settings, listener, isSet ? names : ['compatibility_level']);
      const key = `${place.source.path}:${place.span.start}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const fixes = () =>
        guardFix(site, listener, true, after => after.openRelay.kind !== 'none' || after.openRelay.says === undefined);
      const args = { service: listener.service.name.text };
      // A file without either list may be meant for an older Postfix.
      if (isSet || settings.get('compatibility_level').isSet)
        report(place.source, place.span, 'missing', args, { fixes });
      else {
        const severity = isOverlay(site) ? 'information' : 'warning';
        report(place.source, place.span, 'unset', args, { severity, fixes });
      }
    }
  },
});

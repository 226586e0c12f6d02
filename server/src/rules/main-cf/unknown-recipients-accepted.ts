import { listenersOf } from '../../analysis/mail-flow/listeners';
import { namePlace, siteSettings, type Setting, type Settings } from '../../model/settings';
import { defineRule, type Severity } from '../rule';

type Key = 'off' | 'local' | 'virtual' | 'relay';

export const rule = defineRule<Key>({
  id: 'unknown-recipients-accepted',
  title: {
    en: 'Mail for users that do not exist is accepted',
    'pt-BR': 'Aceita mensagens para usuários que não existem',
  },
  severity: 'warning',
  files: ['main.cf'],
  page: {
    why: `A server that takes mail for any name in its domains has to send it back later, to a sender that spammers have forged:
its returned mail then lands with innocent people (backscatter), the server gets onto block lists, and its queue is full of mail
that nobody wants. Refused at RCPT, such mail never gets in.`,
    remedy:
      'Let Postfix know the recipients (local_recipient_maps, virtual_mailbox_maps, relay_recipient_maps), or ask the next server with reject_unverified_recipient behind the relay guard.',
    bad: `smtpd_reject_unlisted_recipient = no
`,
    good: `smtpd_reject_unlisted_recipient = yes
`,
    see: [
      'BACKSCATTER_README',
      'postconf(5) smtpd_reject_unlisted_recipient, local_recipient_maps',
      'measured with Postfix 3.7.11',
    ],
  },
  messages: {
    off: {
      en: 'Mail for users that do not exist is accepted and returned later, mostly to forged senders (backscatter). Set it to yes.',
      'pt-BR':
        'Mensagens para usuários inexistentes são aceitas e devolvidas depois, quase sempre a remetentes forjados (backscatter). Defina yes.',
    },
    local: {
      en: 'Empty local_recipient_maps accept every name in mydestination; what cannot be delivered is returned to forged senders (backscatter).',
      'pt-BR':
        'local_recipient_maps vazio aceita qualquer nome em mydestination; o que não se entrega volta a remetentes forjados (backscatter).',
    },
    virtual: {
      en: 'No virtual_mailbox_maps: every name in virtual_mailbox_domains is accepted; what cannot be delivered is returned to forged senders (backscatter).',
      'pt-BR':
        'Sem virtual_mailbox_maps qualquer nome em virtual_mailbox_domains é aceito; o que não se entrega volta a remetentes forjados (backscatter).',
    },
    relay: {
      en: 'No relay_recipient_maps: every name in relay_domains is accepted; what the next server refuses is returned to forged senders (backscatter).',
      'pt-BR':
        'Sem relay_recipient_maps qualquer nome em relay_domains é aceito; o que o próximo servidor recusar volta a remetentes forjados (backscatter).',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const entrance = listenersOf(site).find(l => l.role === 'mx' && !l.loopback);
    if (!site.main || !entrance || verifies(entrance.settings)) return;
    const say = (setting: Setting, key: Key, severity: Severity = 'warning'): void => {
      const place = namePlace(setting);
      if (place && !setting.unknown) report(place.source, place.span, key, {}, { severity });
    };
    const asked = entrance.settings.get('smtpd_reject_unlisted_recipient');
    if (entrance.settings.bool('smtpd_reject_unlisted_recipient') === false) {
      if (!lists(entrance.settings, 'reject_unlisted_recipient')) say(asked, 'off');
      return;
    }
    const local = settings.get('local_recipient_maps');
    const destinations = settings.get('mydestination');
    if (
      local.isSet &&
      local.value === '' &&
      !local.unknown &&
      destinations.value !== '' &&
      settings.text('luser_relay') === ''
    ) {
      say(local, 'local');
    }
    const domains = settings.get('virtual_mailbox_domains');
    if (
      domains.isSet &&
      domains.value !== '' &&
      settings.text('virtual_mailbox_maps') === '' &&
      !settings.get('virtual_mailbox_maps').unknown
    ) {
      say(domains, 'virtual');
    }
    const relay = settings.get('relay_domains');
    const onlyLocal = /^\$\{?mydestination\}?$/.test(relay.raw);
    if (
      relay.isSet &&
      relay.value !== '' &&
      !onlyLocal &&
      settings.text('relay_recipient_maps') === '' &&
      !settings.get('relay_recipient_maps').unknown
    ) {
      // Whether the next server bounces or refuses in time is not in the files.
      say(relay, 'relay', 'hint');
    }
  },
});

const places = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions', 'smtpd_data_restrictions'];

function lists(settings: Settings, restriction: string): boolean {
  return places.some(p => settings.words(p).some(w => w.text.toLowerCase() === restriction));
}

/** Recipients are asked for elsewhere: the next server, or a policy service that may know them. */
function verifies(settings: Settings): boolean {
  if (lists(settings, 'reject_unverified_recipient')) return true;
  return places.some(p => {
    const words = settings.words(p);
    return words.some(
      (w, i) => w.text.toLowerCase() === 'check_policy_service' && !looksAtSenders.test(words[i + 1]?.text ?? ''),
    );
  });
}

/** Policy services that by their names judge who sends: greylisting, SPF. 10023 is postgrey's port. */
const looksAtSenders = /spf|gr[ea]y|:10023$/i;

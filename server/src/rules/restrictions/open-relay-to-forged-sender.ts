import { searchListeners } from '../../analysis/smtp/searches';
import { guardFix } from '../relay-guard';
import { permittingStep, sessionEvidence, settingPlace } from '../session-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'open-relay-to-forged-sender',
  title: {
    en: 'A stranger who claims the right sender or HELO can send anywhere',
    'pt-BR': 'Um estranho que alega o remetente ou HELO certo envia para qualquer lugar',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `Sender and HELO are whatever the client says. A table that permits by one of them opens the server to everybody who
knows or guesses the name: your own domain is the first that is tried.`,
    remedy: 'Let the guard stand in front of such tables, or answer DUNNO in them instead of OK.',
    bad: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = check_sender_access inline:{{example.com.br = OK}}, reject_unauth_destination
smtpd_recipient_restrictions =
`,
    good: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination, check_sender_access inline:{{example.com.br = OK}}
smtpd_recipient_restrictions =
`,
    see: ['SMTPD_ACCESS_README, "dangerous use of smtpd_recipient_restrictions"', 'access(5)'],
  },
  messages: {
    open: {
      en: 'Who claims {claim} may send anywhere: on {service} mail for {recipient} is accepted ({code}). Put reject_unauth_destination in front.',
      'pt-BR':
        'Quem alega {claim} envia para qualquer lugar: em {service} a mensagem para {recipient} é aceita ({code}). Ponha reject_unauth_destination antes.',
    },
    assumed: {
      en: 'Who claims {claim} may be able to send anywhere on {service}. It hangs on: {assumption}.',
      'pt-BR': 'Quem alega {claim} talvez envie para qualquer lugar em {service}. Depende de: {assumption}.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    for (const listener of searchListeners(site)) {
      const { forgedRelay: search, openRelay, server, submission } = listener;
      if (search.kind !== 'found' || submission || (openRelay.kind === 'found' && openRelay.assumptions.length === 0))
        continue;
      const [assumption] = search.assumptions;
      // What only hangs on the outside is said once, by the search without claims.
      if (assumption && openRelay.kind === 'found') continue;
      const step = permittingStep(search.answer);
      const place =
        step ??
        settingPlace(site, server.settings, listener, ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions']);
      const { session } = search;
      const bySender = !/helo/i.test(step?.text ?? '');
      const args = {
        claim: bySender ? `MAIL FROM:<${session.sender ?? ''}>` : `HELO ${session.helo ?? ''}`,
        service: listener.service.name.text,
        recipient: session.recipient ?? '',
        code: search.answer.code ?? '250',
        assumption: assumption ?? '',
      };
      const evidence = sessionEvidence(session, search.answer);
      const fixes = () => guardFix(site, listener, false, after => after.forgedRelay.kind !== 'found');
      if (assumption) report(place.source, place.span, 'assumed', args, { severity: 'warning', evidence, fixes });
      else report(place.source, place.span, 'open', args, { evidence, fixes });
    }
  },
});

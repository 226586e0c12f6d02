import { searchListeners, type ListenerSearches } from '../../analysis/smtp/searches';
import { guardFix } from '../relay-guard';
import { permittingStep, sessionEvidence, settingPlace } from '../session-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'open-relay',
  title: {
    en: 'Anybody can send anywhere through this server',
    'pt-BR': 'Qualquer um envia para qualquer lugar por este servidor',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `A stranger from outside your networks, without a login, hands in mail for somebody at another domain, and it is
accepted. Spammers find such a server within hours, and block lists soon after. The session shown is one that Postfix
accepts; \`postfix-lint try session\` replays it, step by step.`,
    remedy: `Let a guard stand in smtpd_relay_restrictions, with nothing in front of it that permits strangers:
\`permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\`.`,
    bad: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination
`,
    good: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`,
    see: ['SMTPD_ACCESS_README', 'postconf(5), smtpd_relay_restrictions', 'RFC 5321, section 3.6'],
  },
  messages: {
    open: {
      en: 'Open relay: on {service} a stranger from {client} gets mail for {recipient} accepted ({code}). Let reject_unauth_destination stand before what permits them.',
      'pt-BR':
        'Relay aberto: em {service}, um estranho de {client} consegue que uma mensagem para {recipient} seja aceita ({code}). Ponha reject_unauth_destination antes do que o permite.',
    },
    trusted: {
      en: 'Open relay: mynetworks trusts the stranger {client}, so on {service} mail for {recipient} is accepted ({code}). Name only your own networks.',
      'pt-BR':
        'Relay aberto: mynetworks confia no estranho {client}; em {service} a mensagem para {recipient} é aceita ({code}). Indique só as suas redes.',
    },
    domains: {
      en: 'Open relay: on {service} mail for {recipient} from the stranger {client} is accepted ({code}), for the domain counts as one of this site. Name only domains that are.',
      'pt-BR':
        'Relay aberto: em {service} a mensagem do estranho {client} para {recipient} é aceita ({code}), pois o domínio conta como deste site. Indique só os que são.',
    },
    assumed: {
      en: 'A stranger from {client} may get mail for {recipient} accepted on {service}. It hangs on: {assumption}.',
      'pt-BR':
        'Um estranho de {client} pode ter mensagem para {recipient} aceita em {service}. Depende de: {assumption}.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const open = new Map<string, ListenerSearches>();
    for (const listener of searchListeners(site)) {
      const { openRelay: search, submission, server } = listener;
      if (submission || search.kind !== 'found') continue;
      const step = permittingStep(search.answer);
      const place =
        step ?? settingPlace(site, server.settings, listener, suspects(search.answer.trace.at(-1)?.text ?? ''));
      const at = `${place.source.path}:${place.span.start}`;
      if (open.has(at)) continue;
      open.set(at, listener);
      const [assumption] = search.assumptions;
      const args = {
        service: listener.service.name.text,
        client: search.session.client_address ?? '',
        recipient: search.session.recipient ?? '',
        code: search.answer.code ?? '250',
        assumption: assumption ?? '',
      };
      const byTable = step !== undefined && !/^permit$/i.test(step.text);
      const fixes = () => guardFix(site, listener, !byTable, after => after.openRelay.kind === 'safe');
      const evidence = sessionEvidence(search.session, search.answer);
      if (assumption) report(place.source, place.span, 'assumed', args, { severity: 'warning', evidence, fixes });
      else {
        const last = search.answer.trace.at(-1);
        const byNetwork = /^permit_mynetworks/i.test(step?.text ?? last?.text ?? '');
        const key = byNetwork ? 'trusted' : step ? 'open' : 'domains';
        report(place.source, place.span, key, args, { evidence, fixes });
      }
    }
  },
});

/** The parameters to blame, likeliest first, where no word of a list let the stranger pass by itself. */
function suspects(lastWord: string): string[] {
  const lists = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'];
  if (/^permit_mynetworks/i.test(lastWord)) return ['mynetworks', ...lists];
  return ['relay_domains', 'mydestination', 'virtual_alias_domains', 'virtual_mailbox_domains', ...lists];
}

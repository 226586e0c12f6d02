import { formatIp, parseCidr, type Network } from '../../analysis/lookup/ip';
import { mailPorts } from '../../analysis/packet/regions/rule-share';
import { searchListeners, type ListenerSearches } from '../../analysis/smtp/searches';
import type { Session, SessionAnswer } from '../../analysis/smtp/session';
import { foreignRecipients } from '../../analysis/smtp/strangers';
import { endpointOf, masterOf, portNumber } from '../../model/services';
import { optionsOf } from '../../syntax/master-cf/parse';
import { sessionEvidence } from '../session-evidence';
import { defineRule } from '../rule';

const loopback = /^\[?(?:127\.|::1)/;

export const rule = defineRule({
  id: 'reinjection-exposed',
  title: {
    en: "A filter's way back in is open beyond the host",
    'pt-BR': 'A porta de volta de um filtro está aberta além da máquina',
  },
  severity: 'warning',
  files: ['master.cf', 'main.cf'],
  evidence: true,
  page: {
    why: `Mail that a content filter hands back comes in on a port of its own, where nothing is checked any more. If that port
listens beyond the loopback, or trusts networks beyond it, whoever reaches it skips every check, and may send anywhere.`,
    remedy:
      'Bind it to 127.0.0.1 and let `-o mynetworks=127.0.0.0/8`; for containers, name the one address of the filter.',
    bad: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmydestination = example.com.br\n',
      'master.cf': `smtp inet n - y - - smtpd
10025 inet n - y - - smtpd
  -o content_filter=
  -o mynetworks=10.89.0.0/24
`,
    },
    good: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmydestination = example.com.br\n',
      'master.cf': `smtp inet n - y - - smtpd
127.0.0.1:10025 inet n - y - - smtpd
  -o content_filter=
  -o mynetworks=127.0.0.0/8
`,
    },
    see: ['FILTER_README', 'postconf(5), content_filter, mynetworks'],
  },
  messages: {
    exposed: {
      en: 'This is where a filter hands mail back, and {client} reaches it too: mail for {recipient} is accepted ({code}) without any check. Bind it to the loopback.',
      'pt-BR':
        'É aqui que um filtro devolve as mensagens, e {client} também chega: a mensagem para {recipient} é aceita ({code}) sem verificação alguma. Prenda-a ao loopback.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed || !site.main) return;
    for (const listener of searchListeners(site)) {
      if (!listener.exposed || !takesBack(listener)) continue;
      const found = opened(listener);
      if (!found) continue;
      const { session, answer } = found;
      const args = {
        client: session.client_address ?? '',
        recipient: session.recipient ?? '',
        code: answer.code ?? '250',
      };
      report(tree.source, listener.service.name.span, 'exposed', args, { evidence: sessionEvidence(session, answer) });
    }
  },
});

/** A port of its own where filtering is switched off again. */
function takesBack({ service, smtpd }: ListenerSearches): boolean {
  const port = portNumber(endpointOf(service).port);
  if (port === undefined || mailPorts.includes(port)) return false;
  return optionsOf(smtpd).some(o => o.name === 'content_filter' && o.value === '');
}

/** A stranger who gets mail in, or a client of a network that only this port trusts. */
function opened(listener: ListenerSearches): { session: Session; answer: SessionAnswer } | undefined {
  for (const search of [listener.openRelay, listener.strangersLocal]) {
    if (search.kind === 'found' && search.assumptions.length === 0) return search;
  }
  const [recipient] = foreignRecipients(listener.server);
  const networks = listener.server.settings.get('mynetworks');
  if (recipient === undefined || networks.unknown || networks.origin.kind !== 'option') return undefined;
  for (const { text } of listener.server.settings.words('mynetworks')) {
    const network = parseCidr(text);
    if (typeof network === 'string' || loopback.test(text)) continue;
    const session: Session = {
      service: listener.service.name.text,
      client_address: formatIp(firstHost(network)),
      sender: 'a@example.net',
      recipient,
    };
    const { answer } = listener.tryHere(session);
    if (answer.verdict === 'accept') return { session, answer };
  }
  return undefined;
}

/** The first address of a network that a host may have: behind the network's own, where it has more than two. */
function firstHost({ bytes, bits }: Network): number[] {
  const all = bytes.length * 8;
  return bytes.map((byte, i) => (i === bytes.length - 1 && all - bits > 1 ? byte + 1 : byte));
}

/** Ports and the names of their services, both ways. */
import { readUnsigned } from '../../syntax/iptables/address';
import { portNumber } from '../../model/services';
import { say, type Message, type Text } from '../../text/message';
import type { Doc } from '../doc';

interface Port {
  readonly name: string;
  readonly text: Text;
}

const ports: ReadonlyMap<number, Port> = new Map([
  [22, { name: 'ssh', text: { en: 'remote login', 'pt-BR': 'login remoto' } }],
  [24, { name: 'lmtp', text: { en: 'local mail transfer', 'pt-BR': 'entrega local de correio' } }],
  [25, { name: 'smtp', text: { en: 'mail between servers', 'pt-BR': 'correio entre servidores' } }],
  [53, { name: 'domain', text: { en: 'DNS', 'pt-BR': 'DNS' } }],
  [80, { name: 'http', text: { en: 'web', 'pt-BR': 'web' } }],
  [110, { name: 'pop3', text: { en: 'reading mail by POP3', 'pt-BR': 'leitura de correio por POP3' } }],
  [143, { name: 'imap', text: { en: 'reading mail by IMAP', 'pt-BR': 'leitura de correio por IMAP' } }],
  [443, { name: 'https', text: { en: 'web over TLS', 'pt-BR': 'web com TLS' } }],
  [
    465,
    {
      name: 'submissions',
      text: {
        en: 'submission with TLS from the first byte (RFC 8314)',
        'pt-BR': 'submissão com TLS desde o primeiro byte (RFC 8314)',
      },
    },
  ],
  [
    587,
    {
      name: 'submission',
      text: {
        en: 'submission by own users, with STARTTLS and login (RFC 6409)',
        'pt-BR': 'submissão pelos próprios usuários, com STARTTLS e login (RFC 6409)',
      },
    },
  ],
  [628, { name: 'qmqp', text: { en: 'QMQP', 'pt-BR': 'QMQP' } }],
  [993, { name: 'imaps', text: { en: 'IMAP over TLS', 'pt-BR': 'IMAP com TLS' } }],
  [995, { name: 'pop3s', text: { en: 'POP3 over TLS', 'pt-BR': 'POP3 com TLS' } }],
  [3306, { name: 'mysql', text: { en: 'MySQL', 'pt-BR': 'MySQL' } }],
  [4190, { name: 'sieve', text: { en: 'ManageSieve', 'pt-BR': 'ManageSieve' } }],
  [10024, { name: '10024', text: { en: 'amavis by custom', 'pt-BR': 'amavis, por costume' } }],
  [
    10025,
    {
      name: '10025',
      text: { en: 're-entry after a content filter, by custom', 'pt-BR': 'reentrada depois do filtro, por costume' },
    },
  ],
]);

const names: ReadonlyMap<string, number> = new Map([...ports].map(([number, port]) => [port.name, number]));

/**
 * The number behind a port as written: figures, or the name of a service; undefined for other names. `by` iptables figures
 * are octal after 0.
 */
export function numberOfPort(text: string, by?: 'iptables'): number | undefined {
  const figures = by && readUnsigned(text, 0, 65535);
  if (figures !== undefined) return figures;
  return by && /^\d/.test(text) ? undefined : (portNumber(text) ?? names.get(text));
}

/** Ports as iptables takes them, alone, in ranges or in a list, with what is written otherwise in figures; undefined where nothing is. */
export function portsInFigures(text: string): string | undefined {
  let out = '';
  for (const item of text.split(/([,:-])/)) {
    const number = /^[,:-]?$/.test(item) ? item : numberOfPort(item, 'iptables');
    if (number === undefined) return undefined;
    out += String(number);
  }
  return out === text ? undefined : out;
}

/** The usual name of a port; undefined where it has none here. */
export function nameOfPort(number: number): string | undefined {
  const name = ports.get(number)?.name;
  return name === undefined || /^\d/.test(name) ? undefined : name;
}

/** What a port is for. */
export function aboutPort(number: number): Doc {
  const port = ports.get(number);
  if (!port) return [say('port {number}', 'porta {number}', { number })];
  const name = /^\d/.test(port.name) ? '' : ` (${port.name})`;
  return [
    {
      text: { en: `port {number}{name}: ${port.text.en}`, 'pt-BR': `porta {number}{name}: ${port.text['pt-BR']}` },
      args: { number, name },
    },
  ];
}

/** What ports are, written as one, a range `a:b`, or a list with commas. */
export function portsHover(text: string, by?: 'iptables'): Doc {
  const out: Message[] = [];
  for (const item of text.split(',')) {
    const [from = '', to] = item.split(':');
    const first = numberOfPort(from, by);
    const last = to === undefined ? undefined : numberOfPort(to, by);
    if (to !== undefined && (first ?? from === '') !== undefined) {
      const low = from === '' ? 0 : first;
      const high = to === '' ? 65535 : last;
      if (low === undefined || high === undefined) continue;
      out.push(
        say('ports {low} to {high}: {count}', 'portas {low} a {high}: {count}', { low, high, count: high - low + 1 }),
      );
    } else if (first !== undefined) out.push(...aboutPort(first));
  }
  return out;
}

import { formatIp, type Network } from '../../analysis/lookup/ip';
import {
  rangeOf,
  sizeOf,
  trustedEntries,
  trustedRanges,
  trustSettings,
  union,
  without,
  type AddressRange,
  type TrustedEntry,
} from '../../analysis/lookup/trusted-networks';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { trySession } from '../../analysis/smtp/try-session';
import type { Settings } from '../../model/settings';
import { say } from '../../text/message';
import { defineRule, type Evidence, type Related, type Report } from '../rule';

type Key = 'world' | 'wide';

export const rule = defineRule<Key>({
  id: 'mynetworks-too-wide',
  title: { en: 'mynetworks trusts too many', 'pt-BR': 'mynetworks confia em gente demais' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  evidence: true,
  page: {
    why: `Clients in mynetworks may send mail to anybody through this server, without a password. A list that holds half of the
Internet or more, in one entry or in several, makes it an open relay: it is found within hours, and then refused everywhere. A
public network wider than /16 (IPv4) or /29 (IPv6) belongs to many customers of some provider, and one infected machine among
them is enough. Private and loopback networks are not counted.`,
    remedy: 'List the loopback and the networks of your own machines alone; let everybody else log in on port 587.',
    bad: `compatibility_level = 3.6
myhostname = mail.example.com
mynetworks = 0.0.0.0/1, 128.0.0.0/1
`,
    good: `compatibility_level = 3.6
myhostname = mail.example.com
mynetworks = 127.0.0.0/8, [::1]/128, 192.168.0.0/16, 192.0.2.0/24
`,
    see: [
      'postconf(5) mynetworks, permit_mynetworks',
      'measured with Postfix 3.7.11: 0.0.0.0/1, 128.0.0.0/1 relays for all',
    ],
  },
  messages: {
    world: {
      en: 'mynetworks trusts {share} of all {family} addresses, {address} for one: whoever connects from there may send to anybody. List your own networks alone.',
      'pt-BR':
        'mynetworks confia em {share} de todos os endereços {family}, por exemplo {address}: quem conecta de lá pode enviar para qualquer um. Liste só as suas redes.',
    },
    wide: {
      en: '{network} is a public network of {count} addresses: each of them may send to anybody through this server. List your own networks alone.',
      'pt-BR':
        '{network} é uma rede pública de {count} endereços: cada um deles pode enviar para qualquer um por este servidor. Liste só as suas redes.',
    },
  },
  check(site, report) {
    for (const settings of trustSettings(site)) {
      const entries = trustedEntries(settings);
      const trusted = { 4: trustedRanges(settings, entries, 4), 6: trustedRanges(settings, entries, 6) };
      const world = ([4, 6] as const).filter(family => wholeWorld(settings, entries, trusted, family, report));
      for (const { negated, network, place, text } of entries) {
        if (negated || !network || !place || !isWide(network)) continue;
        const family = network.bytes.length === 4 ? 4 : 6;
        if (world.includes(family) || excluded(network, trusted[family])) continue;
        const count = `2^${network.bytes.length * 8 - network.bits}`;
        report(place.source, place.span, 'wide', { network: text, count }, { severity: 'warning' });
      }
    }
  },
});

const globalUnicast: AddressRange = { first: 1n << 125n, last: (1n << 126n) - 1n };

/** Reports a list that trusts half of a family's addresses, or all of IPv6 that is given out; whether it did. */
function wholeWorld(
  settings: Settings,
  entries: readonly TrustedEntry[],
  trusted: Readonly<Record<4 | 6, readonly AddressRange[]>>,
  family: 4 | 6,
  report: Report<Key>,
): boolean {
  const ranges = trusted[family];
  const all = 1n << BigInt(family === 4 ? 32 : 128);
  const size = sizeOf(ranges);
  const given = family === 6 && ranges.some(r => r.first <= globalUnicast.first && r.last >= globalUnicast.last);
  if (size * 2n < all && !given) return false;
  const ofFamily = entries.filter(
    e => !e.negated && e.place && (e.kind === 'table' || e.network?.bytes.length === (family === 4 ? 4 : 16)),
  );
  const widest = [...ofFamily].sort((a, b) => (a.network?.bits ?? 0) - (b.network?.bits ?? 0))[0];
  const place = widest?.place;
  if (!place) return false;
  const address = strangerIn(ranges, family);
  const evidence = address === undefined ? undefined : proof(settings, address);
  const related = ofFamily
    .filter(e => e !== widest && (e.network?.bits ?? 0) <= (widest.network?.bits ?? 0) + 4)
    .slice(0, 8)
    .flatMap((e): Related[] => (e.place ? [{ ...e.place, message: say('counts as well', 'também conta') }] : []));
  const percent = Number((size * 1000n) / all) / 10;
  const share = size === all ? '100%' : `${percent}%`;
  report(
    place.source,
    place.span,
    'world',
    { share, family: `IPv${family}`, address: address ?? '?' },
    {
      // Where smtpd answers this very client with a refusal, the list is wide but opens nothing.
      severity: evidence === 'refused' ? 'warning' : 'error',
      related,
      ...(typeof evidence === 'object' && { evidence }),
    },
  );
  return true;
}

/** An address of a stranger that the list trusts: one that documents use where it is in, else the first public one. */
function strangerIn(ranges: readonly AddressRange[], family: 4 | 6): string | undefined {
  const length = family === 4 ? 4 : 16;
  const wanted = family === 4 ? 0xcb007109n : (0x2001_0db8_ffffn << 80n) + 9n;
  const range = ranges.find(r => r.first <= wanted && wanted <= r.last) ?? ranges[0];
  if (!range) return undefined;
  const at = range.first <= wanted && wanted <= range.last ? wanted : range.last - 1n;
  return formatIp(Array.from({ length }, (_, i) => Number((at >> BigInt((length - 1 - i) * 8)) & 255n)));
}

/** The session that shows it; `refused` where Postfix is certain to refuse it. */
function proof(settings: Settings, address: string): Evidence | 'refused' | undefined {
  const { site } = settings;
  const listener = listenersOf(site).find(l => l.role === 'mx') ?? listenersOf(site)[0];
  const own = ownDomains(site).map(d => d.name);
  const domain = ['example.net', 'example.org', 'example.edu'].find(d => !own.includes(d)) ?? 'example.net';
  const session = {
    service: settings.service?.name.text ?? listener?.service.name.text ?? 'smtp',
    client_address: address,
    client_name: 'unknown',
    helo: 'mx.example.net',
    sasl_username: null,
    tls: false,
    sender: 'a@example.net',
    recipient: `victim@${domain}`,
  };
  const { verdict, code } = trySession(site, session);
  if (verdict === 'accept') return { session: { ...session, verdict, ...(code !== undefined && { code }) } };
  return verdict === 'reject' || verdict === 'defer' ? 'refused' : undefined;
}

/** Networks that are nobody's in public: RFC 1918, 6598, loopback, link-local, multicast and later; fc00::/7, ::/8. */
const notPublic: readonly Network[] = [
  { bytes: [10, 0, 0, 0], bits: 8 },
  { bytes: [100, 64, 0, 0], bits: 10 },
  { bytes: [127, 0, 0, 0], bits: 8 },
  { bytes: [169, 254, 0, 0], bits: 16 },
  { bytes: [172, 16, 0, 0], bits: 12 },
  { bytes: [192, 168, 0, 0], bits: 16 },
  { bytes: [224, 0, 0, 0], bits: 3 },
  { bytes: [0, ...new Array<number>(15).fill(0)], bits: 8 },
  { bytes: [0xfc, ...new Array<number>(15).fill(0)], bits: 7 },
  { bytes: [0xfe, 0x80, ...new Array<number>(14).fill(0)], bits: 10 },
  { bytes: [0xff, ...new Array<number>(15).fill(0)], bits: 8 },
];

/** Whether negations before it leave less than a wide network's worth of a network. */
function excluded(network: Network, trusted: readonly AddressRange[]): boolean {
  const range = rangeOf(network);
  const left = sizeOf([range]) - sizeOf(without([range], trusted));
  return left <= 1n << BigInt(network.bytes.length === 4 ? 16 : 99);
}

function isWide(network: Network): boolean {
  if (network.bits >= (network.bytes.length === 4 ? 16 : 29)) return false;
  const range = rangeOf(network);
  const held = union(notPublic.filter(n => n.bytes.length === network.bytes.length).map(rangeOf));
  return !held.some(r => r.first <= range.first && range.last <= r.last);
}

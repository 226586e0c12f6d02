/**
 * The Port 25 report: what the Brazilian recommendation (CGI.br resolution RES/2009/002/P) and the RFCs behind it demand of
 * a mail server, each demand asked of the engines, with the session or packet that answers it.
 */
import { listenersOf, type Listener } from '../mail-flow/listeners';
import { ownDomains } from '../mail-flow/own-domains';
import { loadFirewall } from '../packet/firewall';
import type { Packet } from '../packet/packet';
import { reach } from '../packet/regions/reach';
import type { Ruleset } from '../packet/ruleset';
import { tryPacket } from '../packet/try-packet';
import { mailHost } from '../packet/world';
import { searchListeners, type ListenerSearches, type Search } from '../smtp/searches';
import type { Session } from '../smtp/session';
import { trySession } from '../smtp/try-session';
import type { Site, SiteFile } from '../../model/site';
import { say, type Message } from '../../text/message';
import type { Reasoned } from '../answer';

export type DemandStatus = 'met' | 'not met' | 'unknown';

/** The input that shows it, with its outcome. */
export interface Proof extends Reasoned {
  readonly kind: 'session' | 'packet';
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Demand {
  readonly id: string;
  readonly title: Message;
  /** Where it is demanded. */
  readonly source: string;
  readonly status: DemandStatus;
  readonly proofs: readonly Proof[];
  /** Why it is not known, or what is missing. */
  readonly why: readonly Message[];
}

/** What one question came to. */
interface Asked {
  readonly status: DemandStatus;
  readonly proof?: Proof;
  readonly why?: readonly Message[];
}

const resolution = 'CGI.br RES/2009/002/P';

/** All demands on a site, in the order of the resolution: submission, authentication, relaying, outbound port 25. */
export function port25Report(site: Site): readonly Demand[] {
  const submission = listenersOf(site).filter(
    l => (l.role === 'submission' || l.role === 'submissions') && !l.loopback,
  );
  const searches = searchListeners(site).filter(s => s.exposed);
  const users = searches.filter(s => s.submission);
  return [
    demand(
      'submission-offered',
      say('Mail submission is offered on port 587', 'A submissão de mensagens é oferecida na porta 587'),
      `${resolution}; RFC 6409, 3.1`,
      [{ status: submission.some(l => l.port === 587) ? 'met' : 'not met' }],
    ),
    demand(
      'submission-authenticated',
      say('Nobody submits without logging in', 'Ninguém submete sem se autenticar'),
      `${resolution}; RFC 6409, 4.3`,
      noneWithoutSubmission(users.flatMap(s => [bySearch(s.openRelay), bySearch(s.strangersLocal)])),
    ),
    demand(
      'submission-encrypted',
      say('No password is taken without TLS', 'Nenhuma senha é aceita sem TLS'),
      'RFC 8314, 3.3 and 4.1',
      noneWithoutSubmission(
        submission.map(l => (l.wrapped ? { status: 'met' } : refuses(site, userSession(site, l, false)))),
      ),
    ),
    demand(
      'submission-works',
      say('Users who log in can send', 'Usuários autenticados conseguem enviar'),
      `${resolution}; RFC 6409`,
      noneWithoutSubmission(submission.map(l => someUserSends(site, l, users))),
    ),
    demand(
      'sender-bound-to-login',
      say("No user sends in another's name", 'Nenhum usuário envia em nome de outro'),
      'RFC 6409, 6.1',
      noneWithoutSubmission(users.map(s => bySearch(s.loginForging))),
    ),
    demand(
      'no-open-relay',
      say('Strangers cannot relay', 'Estranhos não usam o servidor como relay'),
      'RFC 5068, 3.1',
      searches.flatMap(s => [bySearch(s.openRelay), bySearch(s.forgedRelay)]),
    ),
    ...firewallDemands(site),
  ];
}

function firewallDemands(site: Site): readonly Demand[] {
  const stranger = '203.0.113.9';
  const far = '198.51.100.25';
  const walls = site.firewalls.flatMap(file => firewallOf(file, site) ?? []);
  const through = (ask: (ruleset: Ruleset) => Asked): readonly Asked[] =>
    walls.length > 0 ? walls.map(ask) : [{ status: 'unknown', why: [noFirewall] }];
  return [
    demand(
      'submission-reachable',
      say('The firewall lets users reach port 587', 'O firewall deixa os usuários chegarem à porta 587'),
      resolution,
      through(ruleset => somebodyReaches(ruleset, { path: 'in', proto: 'tcp', src: stranger, dport: 587 })),
    ),
    demand(
      'own-delivery',
      say('The mail server can deliver to port 25 outside', 'O servidor de e-mail entrega na porta 25 externa'),
      resolution,
      through(r => byPacket(r, { path: 'out', proto: 'tcp', dst: far, dport: 25, user: 'postfix' }, 'passes')),
    ),
    demand(
      'outbound-25-users',
      say(
        'Other programs of the host cannot reach port 25 outside',
        'Outros programas da máquina não chegam à porta 25 externa',
      ),
      `${resolution}; RFC 5068, 3.2`,
      through(r => byPacket(r, { path: 'out', proto: 'tcp', dst: far, dport: 25, user: 'alice' }, 'stops')),
    ),
    demand(
      'outbound-25-network',
      say('The network behind cannot reach port 25 outside', 'A rede interna não chega à porta 25 externa'),
      `${resolution}; RFC 5068, 3.2`,
      through(r => byPacket(r, { path: 'forward-out', proto: 'tcp', dst: far, dport: 25 }, 'stops')),
    ),
  ];
}

const noFirewall = say(
  'no firewall script or dump was found with this site',
  'nenhum script ou dump de firewall foi encontrado com este site',
);
const noSubmission = say('there is no submission service', 'não há serviço de submissão');

/** A demand is met where all its questions are answered well, not met where one is not. */
function demand(id: string, title: Message, source: string, asked: readonly Asked[]): Demand {
  const deciding =
    asked.filter(a => a.status === 'not met')[0] ?? asked.filter(a => a.status === 'unknown')[0] ?? undefined;
  const shown = deciding ? [deciding] : asked;
  return {
    id,
    title,
    source,
    status: deciding?.status ?? (asked.length > 0 ? 'met' : 'unknown'),
    proofs: distinct(shown.flatMap(a => a.proof ?? [])),
    why: shown.flatMap(a => a.why ?? []),
  };
}

function distinct(proofs: readonly Proof[]): readonly Proof[] {
  return [...new Map(proofs.map(proof => [JSON.stringify(proof.fields), proof])).values()];
}

function noneWithoutSubmission(asked: readonly Asked[]): readonly Asked[] {
  return asked.length > 0 ? asked : [{ status: 'not met', why: [noSubmission] }];
}

function bySearch(search: Search): Asked {
  if (search.kind === 'none')
    return {
      status: search.says === undefined ? 'met' : 'unknown',
      why:
        search.says === undefined
          ? []
          : [say('smtpd does not start: {says}', 'o smtpd não inicia: {says}', { says: search.says })],
    };
  const proof = sessionProof(search.session, search.answer);
  if (search.kind === 'safe') return { status: 'met', proof };
  return search.assumptions.length > 0
    ? { status: 'unknown', proof, why: search.assumptions }
    : { status: 'not met', proof };
}

/** Whether a user who logs in sends: any, or one of those that the login maps name. */
function someUserSends(site: Site, listener: Listener, searches: readonly ListenerSearches[]): Asked {
  const { service, settings } = listener;
  const usual = userSession(site, listener, true);
  const forged = searches.find(s => s.service === service)?.loginForging;
  const owner = forged && forged.kind !== 'none' ? (forged.session.sender ?? '') : '';
  const local = owner.split('@')[0] ?? '';
  const owners = owner === '' ? [] : [owner, local].map(login => ({ ...usual, sender: owner, sasl_username: login }));
  const asked = [...owners, usual, { ...usual, sasl_username: usual.sender ?? '' }].map(s => accepts(site, s));
  const [first] = asked;
  const best = asked.find(a => a.status === 'met') ?? asked.find(a => a.status === 'unknown') ?? first;
  if (best?.status !== 'not met' || settings.text('smtpd_sender_login_maps') === '')
    return best ?? { status: 'unknown' };
  const refusedAsOther = best.proof?.fields.code === '553';
  return refusedAsOther ? { ...best, status: 'unknown', why: [whoseLogin] } : best;
}

const whoseLogin = say(
  'which login may use which sender is not known from the files',
  'os arquivos não dizem qual login pode usar qual remetente',
);

function accepts(site: Site, session: Session): Asked {
  const answer = trySession(site, session);
  const proof = sessionProof(session, answer);
  if (answer.verdict === 'unknown') return { status: 'unknown', proof, why: answer.unknown };
  return { status: answer.verdict === 'accept' ? 'met' : 'not met', proof };
}

function refuses(site: Site, session: Session): Asked {
  const { status, ...rest } = accepts(site, session);
  return { status: status === 'unknown' ? status : status === 'met' ? 'not met' : 'met', ...rest };
}

function sessionProof(session: Session, answer: ReturnType<typeof trySession>): Proof {
  const { verdict, code, trace, unknown } = answer;
  return { kind: 'session', fields: { ...session, verdict, ...(code !== undefined && { code }) }, trace, unknown };
}

/** A user of the site who logs in and sends to somebody outside. */
function userSession(site: Site, { service }: Listener, tls: boolean): Session {
  const domain = ownDomains(site)[0]?.name ?? 'example.com';
  return {
    service: service.name.text,
    client_address: '203.0.113.9',
    client_name: 'unknown',
    helo: 'mx.example.net',
    sasl_username: 'alice',
    tls,
    sender: `alice@${domain}`,
    recipient: 'b@example.net',
  };
}

function firewallOf({ kind, source }: SiteFile, site: Site) {
  if (kind !== 'shell' && kind !== 'iptables-save') return undefined;
  return loadFirewall([{ kind, source }], { files: site.files, names: mailHost(true) }).ruleset;
}

/** Whether the port is open to somebody: an allow-list need not let everybody in. */
function somebodyReaches(ruleset: Ruleset, packet: Packet): Asked {
  const { passing, open, unknown } = reach(ruleset, { family: 4, way: 'in', protocol: 'tcp', port: packet.dport ?? 0 });
  if (passing) return byPacket(ruleset, passing, 'passes');
  if (unknown) return { status: 'unknown', why: [unknown] };
  return open.possibly.share > 0
    ? { ...byPacket(ruleset, packet, 'passes'), status: 'unknown' }
    : byPacket(ruleset, packet, 'passes');
}

function byPacket(ruleset: Ruleset, packet: Packet, wanted: 'passes' | 'stops'): Asked {
  const { verdict, trace, unknown } = tryPacket(ruleset, packet);
  const proof: Proof = { kind: 'packet', fields: { ...packet, verdict }, trace, unknown };
  if (verdict === 'unknown') return { status: 'unknown', proof, why: unknown };
  return { status: (verdict === 'ACCEPT') === (wanted === 'passes') ? 'met' : 'not met', proof };
}

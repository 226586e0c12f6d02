/** Policy tests as they are written: YAML or JSON, several documents a file. */
import { parseAllDocuments } from 'yaml';
import type { Packet, World as PacketWorld } from '../../../analysis/packet/packet';
import type { Session, World } from '../../../analysis/smtp/session';
import { say } from '../../../text/message';
import { WrongUse } from '../terminal';
import { Fields } from './fields';

export type ChecksUse = 'header_checks' | 'body_checks' | 'access' | 'plain';
export type MessageMode = 'h' | 'b' | 'hm' | 'bm';

/** What is common to the three kinds of case. */
interface Case {
  readonly name?: string;
  /** As it was given; undefined where the case only asks. */
  readonly expect: unknown;
}

export interface SessionCase extends Case {
  readonly session: Session;
}

export interface HeaderCase extends Case {
  /** `pcre:header_checks`; absent: what the cleanup of `service` uses. */
  readonly table?: string;
  readonly service?: string;
  readonly use?: ChecksUse;
  /** A header (or whatever the table is asked for), or a whole message. */
  readonly header?: string;
  readonly message?: string;
  readonly mode?: MessageMode;
}

export interface PacketCase extends Case {
  readonly packet: Packet;
}

/** A script or dump, and how it is called. */
export interface FirewallSource {
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly family?: 4 | 6;
  readonly shell?: 'bash' | 'dash';
}

export interface PolicyDocument {
  readonly site?: string;
  readonly firewalls: readonly FirewallSource[];
  readonly world: World;
  readonly packetWorld: PacketWorld;
  /** Headers and messages are bytes, one character each. */
  readonly latin1: boolean;
  readonly sessions: readonly SessionCase[];
  readonly headers: readonly HeaderCase[];
  readonly packets: readonly PacketCase[];
  /** Fields that nobody reads, as `sessions[0]: recipent`. */
  readonly unread: readonly string[];
}

const uses: readonly ChecksUse[] = ['header_checks', 'body_checks', 'access', 'plain'];
const modes: readonly MessageMode[] = ['h', 'b', 'hm', 'bm'];
const paths = ['in', 'out', 'forward-out', 'forward-in', 'lan-in'] as const;

const known = {
  document: 'id why name site firewall addresses dns host encoding shell ifaces sessions headers packets',
  session:
    'name why service client_address client_name helo sasl_username tls sender recipient server_address deliver expect',
  header: 'name why table service use header message mode log expect',
  packet:
    'name why path proto src dst sport dport state reply user flags icmptype icmpcode burst expect works reached answer burst_verdicts seen_src seen_dst seen_dport',
  firewall: 'script args env family shell',
};

/** Reads a file's documents. Throws {@link WrongUse} that names the place of the first thing that is wrong. */
export function readPolicy(name: string, text: string): readonly PolicyDocument[] {
  const parsed = parseAllDocuments(text, { version: '1.2', maxAliasCount: 1000 } as Parameters<
    typeof parseAllDocuments
  >[1]);
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document, i) => {
    const [error] = document.errors;
    if (error)
      throw new WrongUse(say('{name}: {why}', '{name}: {why}', { name, why: error.message.split('\n')[0] ?? '' }));
    const value: unknown = document.toJS();
    return value === null ? [] : [readDocument(new Fields(`${name}: document ${i + 1}`, value))];
  });
}

/** The fields of one document; also what `try packet` says of its firewall. */
export function readDocument(fields: Fields): PolicyDocument {
  const unread: string[] = [];
  const look = (of: Fields, names: string) => {
    const allowed = names.split(' ');
    for (const name of of.names) if (!allowed.includes(name)) unread.push(`${of.where}: ${name}`);
    return of;
  };
  look(fields, known.document);
  const site = fields.text('site');
  return {
    ...(site !== undefined && { site }),
    firewalls: readFirewalls(fields, look),
    world: readWorld(fields),
    packetWorld: readPacketWorld(fields),
    latin1: fields.word('encoding', ['latin1', 'utf8']) === 'latin1',
    sessions: fields.list('sessions').map(f => readSession(look(f, known.session))),
    headers: fields.list('headers').map(f => readHeader(look(f, known.header))),
    packets: fields.list('packets').map(f => readPacket(look(f, known.packet))),
    unread,
  };
}

/** A session's fields; also those of `try session`. */
export function readSession(fields: Fields): SessionCase {
  const sender = fields.textOrNull('sender');
  const session = given({
    service: fields.text('service'),
    client_address: fields.text('client_address'),
    client_name: fields.text('client_name'),
    helo: fields.textOrNull('helo'),
    sasl_username: fields.textOrNull('sasl_username'),
    tls: fields.flag('tls'),
    sender: sender === '<>' ? '' : sender,
    recipient: fields.textOrNull('recipient'),
    server_address: fields.textOrNull('server_address'),
    deliver: fields.flag('deliver'),
  });
  return { ...common(fields), session };
}

/** A header's fields; also those of `try header`. */
export function readHeader(fields: Fields): HeaderCase {
  const message = fields.text('message');
  const header = fields.text('header');
  const table = fields.text('table');
  const service = fields.text('service');
  if ((message === undefined) === (header === undefined)) {
    throw fields.wrong(undefined, 'either header or message', 'header ou message');
  }
  if (table === undefined && service === undefined)
    throw fields.wrong(undefined, 'table or service', 'table ou service');
  return {
    ...common(fields),
    ...given({ table, service, use: fields.word('use', uses), header, message, mode: fields.word('mode', modes) }),
  };
}

/** A packet's fields; also those of `try packet`. */
export function readPacket(fields: Fields): PacketCase {
  const packet = given({
    proto: fields.word('proto', ['tcp', 'udp', 'icmp', 'icmpv6']),
    src: fields.text('src'),
    dst: fields.text('dst'),
    sport: fields.number('sport'),
    dport: fields.number('dport'),
    state: fields.word('state', ['new', 'established', 'related', 'invalid', 'untracked']),
    reply: fields.flag('reply'),
    user: fields.textOrNull('user'),
    flags: fields.text('flags'),
    icmptype: fields.number('icmptype'),
    icmpcode: fields.number('icmpcode'),
    burst: fields.number('burst'),
  });
  return { ...common(fields), packet: { path: fields.word('path', paths) ?? 'in', ...packet } };
}

function common(fields: Fields): Case {
  const name = fields.text('name');
  return { ...(name !== undefined && { name }), expect: fields.raw('expect') };
}

function readFirewalls(fields: Fields, look: (of: Fields, names: string) => Fields): readonly FirewallSource[] {
  const value = fields.raw('firewall');
  if (value === undefined || value === null) return [];
  // A test is the same on every machine: bash, whatever sh is there, unless it says dash.
  const shell = fields.word('shell', ['bash', 'dash']) ?? 'bash';
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each, i) => {
    if (typeof each === 'string') return { script: each, shell };
    const own = look(new Fields(`${fields.where}: firewall[${i}]`, each), known.firewall);
    const script = own.text('script');
    if (script === undefined)
      throw own.wrong('script', 'the path of a script or dump', 'o caminho de um script ou dump');
    const env = own.map('env');
    const family = own.number('family');
    if (family !== undefined && family !== 4 && family !== 6) throw own.wrong('family', '4 or 6', '4 ou 6');
    return {
      script,
      ...given({
        args: own.texts('args'),
        env: env && Object.fromEntries(env.names.map(name => [name, env.text(name) ?? ''])),
        family,
        shell: own.word('shell', ['bash', 'dash']) ?? shell,
      }),
    };
  });
}

function readWorld(fields: Fields): World {
  const dns = fields.map('dns');
  const host = fields.map('host');
  return {
    ...(dns && { dns: Object.fromEntries(dns.names.map(name => [name, dnsAnswer(dns, name)])) }),
    ...(host && {
      host: given({ hostname: host.text('hostname') ?? host.text('name'), addresses: host.texts('addresses') }),
    }),
  };
}

function dnsAnswer(dns: Fields, name: string): NonNullable<World['dns']>[string] {
  if (typeof dns.raw(name) === 'string') return dns.word(name, ['NXDOMAIN', 'SERVFAIL'] as const) ?? 'NXDOMAIN';
  const records = dns.map(name);
  return Object.fromEntries((records?.names ?? []).map(type => [type, records?.texts(type) ?? []]));
}

function readPacketWorld(fields: Fields): PacketWorld {
  const addresses = fields.map('addresses');
  const ifaces = fields.map('ifaces');
  return {
    ...(addresses && {
      addresses: given({
        host: addresses.texts('host'),
        lan: addresses.text('lan'),
        lan_host: addresses.text('lan_host'),
        lan6: addresses.text('lan6'),
      }),
    }),
    ...(ifaces && { ifaces: given({ out: ifaces.text('out'), in: ifaces.text('in') }) }),
  };
}

/** The fields that are not undefined: absent fields have their defaults, null is a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

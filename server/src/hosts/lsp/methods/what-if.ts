/** postfix/try: what Postfix would do, with the way there, for people who ask from the editor. */
import type { Reasoned } from '../../../analysis/answer';
import { loadFirewall } from '../../../analysis/packet/firewall';
import type { Packet } from '../../../analysis/packet/packet';
import { tryPacket } from '../../../analysis/packet/try-packet';
import type { Session as SmtpSession } from '../../../analysis/smtp/session';
import { trySession } from '../../../analysis/smtp/try-session';
import type { Site } from '../../../model/site';
import { format, say } from '../../../text/message';
import { askHeader } from '../header-question';
import { toUri } from '../protocol';
import { tryQuestion, type Answer, type Question } from '../requests';
import { siteWith, type Method, type Session } from '../session';
import { pathOf } from '../uri';

export const whatIf: Method = {
  capabilities: () => ({}),

  register(session) {
    session.connection.onRequest(tryQuestion, async question => {
      await session.ready;
      const site = siteWith(session, question.uri, askable(question.kind));
      return site ? askers[question.kind](session, site, question) : null;
    });
  },
};

type Asker = (session: Session, site: Site, question: Question) => Answer | null;

const askers: Readonly<Record<Question['kind'], Asker>> = {
  session: (session, site, { fields }) => {
    const asked: SmtpSession = {
      ...texts(fields, sessionTexts),
      tls: fields['tls'] === true || fields['tls'] === 'yes',
    };
    const answer = trySession(site, asked);
    const { verdict, code, enhanced, stage, text } = answer;
    const reply = [code, enhanced, text].filter(part => part !== undefined).join(' ');
    return laidOut(session, asked, [verdict, stage && `(${stage})`, reply].filter(Boolean).join(' '), answer);
  },

  header: (session, site, question) => askHeader(session, site, question, laidOut),

  packet: (session, site, { uri, fields }) => {
    const own = uri === null ? undefined : pathOf(uri);
    const file = site.firewalls.find(f => f.source.path === own) ?? site.firewalls[0];
    if (!file || (file.kind !== 'shell' && file.kind !== 'iptables-save')) return null;
    const asked = readPacket(fields);
    const { ruleset } = loadFirewall([{ kind: file.kind, source: file.source }], { files: site.files });
    const answer = tryPacket(ruleset, asked);
    return laidOut(session, asked, [answer.verdict, answer.answer].filter(Boolean).join(' '), answer);
  },
};

const sessionTexts = [
  'service',
  'client_address',
  'client_name',
  'helo',
  'sasl_username',
  'sender',
  'recipient',
  'server_address',
];

/** What a site must have to be asked. */
function askable(kind: Question['kind']): (site: Site) => boolean {
  return site => (kind === 'packet' ? site.firewalls.length > 0 : kind === 'header' || site.master !== undefined);
}

/** The fields of these names that are given, as texts. */
function texts(fields: Question['fields'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = fields[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
    }),
  );
}

/** Reads a packet's fields as people type them: what is left empty is as usual for its path. */
function readPacket(fields: Question['fields']): Packet {
  const given = Object.entries(texts(fields, ['path', 'proto', 'src', 'dst', 'dport', 'sport', 'state', 'user']));
  const set = given.filter(([, value]) => value !== '');
  const read = set.map(([name, value]) => [name, /^[ds]port$/.test(name) ? Number(value) : value] as const);
  return { path: 'in', ...(Object.fromEntries(read) as Partial<Packet>) };
}

function laidOut(session: Session, asked: object, verdict: string, { trace, unknown }: Reasoned): Answer {
  const { files } = session.workspace;
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== '');
  return {
    question: given.map(([name, value]) => `${name}=${String(value)}`).join(', '),
    verdict: unknown.length > 0 ? format(say('unknown', 'indefinido'), session.lang()) : verdict,
    steps: trace.map(({ source, span, text, outcome }) => ({
      text,
      outcome,
      ...(source && { uri: toUri(files, source.path), line: source.positionAt(span?.start ?? 0).line }),
    })),
    unknown: unknown.map(message => format(message, session.lang())),
  };
}

/** postfix/try: what Postfix would do, with the way there, for people who ask from the editor. */
import type { Reasoned } from '../../../analysis/answer';
import type { Session as SmtpSession } from '../../../analysis/smtp/session';
import { trySession } from '../../../analysis/smtp/try-session';
import type { Site } from '../../../model/site';
import { format, say } from '../../../text/message';
import { toUri } from '../protocol';
import { tryQuestion, type Answer, type Question } from '../requests';
import type { Method, Session } from '../session';
import { pathOf } from '../uri';

export const whatIf: Method = {
  capabilities: () => ({}),

  register(session) {
    session.connection.onRequest(tryQuestion, async question => {
      await session.ready;
      const site = siteFor(session, question.uri);
      return site ? askers[question.kind](session, site, question.fields) : null;
    });
  },
};

type Asker = (session: Session, site: Site, fields: Question['fields']) => Answer;

const askers: Readonly<Record<Question['kind'], Asker>> = {
  session: (session, site, fields) => {
    const asked = smtpSession(fields);
    const answer = trySession(site, asked);
    const { verdict, code, enhanced, stage, text } = answer;
    const reply = [code, enhanced, text].filter(part => part !== undefined).join(' ');
    return laidOut(session, asked, [verdict, stage && `(${stage})`, reply].filter(Boolean).join(' '), answer);
  },
};

/** The site of the document asked from, else the workspace's only one, else its first with a master.cf. */
function siteFor({ workspace }: Session, uri: string | null): Site | undefined {
  const own = uri === null ? undefined : workspace.siteOf(pathOf(uri));
  if (own?.master) return own;
  const sites = workspace.sites();
  return sites.find(s => s.master && (!own || s.folder === own.folder)) ?? own ?? sites[0];
}

/** Reads the fields as people type them: `yes` and `no` for TLS, nothing for no login. */
function smtpSession(fields: Question['fields']): SmtpSession {
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const given = Object.fromEntries(
    ['service', 'client_address', 'client_name', 'helo', 'sasl_username', 'sender', 'recipient', 'server_address']
      .map(name => [name, text(name)] as const)
      .filter(([, value]) => value !== undefined),
  );
  return { ...given, tls: fields['tls'] === true || fields['tls'] === 'yes' };
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

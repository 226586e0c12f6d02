import { readTable, type TableEntry } from '../../analysis/lookup/table-file';
import { searchListeners, type ListenerSearches } from '../../analysis/smtp/searches';
import type { Session, SessionAnswer } from '../../analysis/smtp/session';
import { foreignRecipients, isTrusted } from '../../analysis/smtp/strangers';
import { keyFileOf, tableRoles, type RoleOfTable } from '../../model/table-roles';
import type { Place } from '../../model/settings';
import type { Site } from '../../model/site';
import { bracePayload, splitList } from '../../syntax/list';
import type { Message } from '../../text/message';
import { sessionEvidence } from '../session-evidence';
import { defineRule } from '../rule';

const guards = new Set([
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'check_relay_domains',
]);
/** So many keys of a table are tried: where the first do not open it, something else stops them all. */
const mostKeys = 4;

export const rule = defineRule({
  id: 'permit-before-relay-guard',
  title: {
    en: 'A table in front of the relay guard lets some relay',
    'pt-BR': 'Uma tabela antes da proteção deixa alguns fazerem relay',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf', 'table'],
  evidence: true,
  page: {
    why: `OK from a table in front of the guard ends the list: whoever the key fits may send anywhere. For a client that is meant
to relay this is what permit_mynetworks is for; for a white list it is more than was meant. The server is safe only as long
as nobody adds the wrong line to the table.`,
    remedy: 'Put the table behind reject_unauth_destination, or let it answer DUNNO instead of OK.',
    bad: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = check_client_access inline:{{198.51.100.7 = OK}}, reject_unauth_destination
smtpd_recipient_restrictions =
`,
    good: `compatibility_level = 3.6
myhostname = mx.example.com.br
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination, check_client_access inline:{{198.51.100.7 = OK}}
smtpd_recipient_restrictions =
`,
    see: ['SMTPD_ACCESS_README, "dangerous use of smtpd_recipient_restrictions"'],
  },
  messages: {
    opens: {
      en: '{key} in this table lets whoever it fits send anywhere ({recipient} → {code}), for it stands before {guard}. Put the table behind it, or answer DUNNO.',
      'pt-BR':
        '{key} nesta tabela deixa quem combinar enviar para qualquer lugar ({recipient} → {code}), pois está antes de {guard}. Ponha a tabela depois, ou responda DUNNO.',
    },
    mayOpen: {
      en: '{key} in this table may let whoever it fits send anywhere, for it stands before {guard}. It hangs on: {assumption}. Put the table behind it, or answer DUNNO.',
      'pt-BR':
        '{key} nesta tabela pode deixar quem combinar enviar para qualquer lugar, pois está antes de {guard}. Depende de: {assumption}. Ponha a tabela depois, ou responda DUNNO.',
    },
    named: {
      en: 'the table is asked here, before the guard',
      'pt-BR': 'a tabela é consultada aqui, antes da proteção',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const seen = new Set<string>();
    for (const listener of searchListeners(site)) {
      const { openRelay, forgedRelay, exposed } = listener;
      if (!exposed || openRelay.kind === 'found' || forgedRelay.kind === 'found') continue;
      for (const use of tablesBeforeGuard(site, listener)) {
        const opened = openedBy(site, listener, use);
        if (!opened || seen.has(`${opened.place.source.path}:${opened.place.span.start}`)) continue;
        seen.add(`${opened.place.source.path}:${opened.place.span.start}`);
        const { session, answer, assumptions, key, place } = opened;
        const [assumption] = assumptions;
        const guard = use.list?.entries.find(e => guards.has(e.name))?.word.text ?? '';
        const recipient = session.recipient ?? '';
        const args = { key, recipient, code: answer.code ?? '250', guard, assumption: assumption ?? '' };
        const message = { text: rule.messages.named, args: {} };
        const related = use.place && use.place.source !== place.source ? [{ ...use.place, message }] : [];
        report(place.source, place.span, assumption ? 'mayOpen' : 'opens', args, {
          evidence: sessionEvidence(session, answer),
          related,
        });
      }
    }
  },
});

/** The access tables that a listener asks before the guard of their list. */
function tablesBeforeGuard(site: Site, listener: ListenerSearches): RoleOfTable[] {
  return tableRoles(site).filter(({ list, entry, role }) => {
    if (!list || !entry || list.isClass || !/-access$/.test(role)) return false;
    if (
      list.service
        ? list.service !== listener.smtpd
        : listener.server.settings.get(list.parameter).origin.kind !== 'main'
    )
      return false;
    if (!/_(?:relay|recipient)_restrictions$/.test(list.parameter)) return false;
    const guard = list.entries.findIndex(e => guards.has(e.name) && !e.warnOnly);
    return guard > list.entries.indexOf(entry);
  });
}

interface Opened {
  readonly session: Session;
  readonly answer: SessionAnswer;
  readonly assumptions: readonly Message[];
  readonly key: string;
  readonly place: Place;
}

function openedBy(site: Site, listener: ListenerSearches, use: RoleOfTable): Opened | undefined {
  const { openRelay, server } = listener;
  const [recipient] = foreignRecipients(server);
  if (recipient === undefined || openRelay.kind !== 'safe' || !use.place) return undefined;
  const base = { ...openRelay.session, sender: 'a@stranger.test', recipient };
  const strangers = keysOf(site, use, use.place).flatMap(({ key, place }) => {
    const session = sessionFor(base, key, use.role);
    return session && !isTrusted(server, session) ? [{ session, key, place }] : [];
  });
  for (const { session, key, place } of strangers.slice(0, mostKeys)) {
    const { answer, assumptions } = listener.tryHere(session);
    if (answer.verdict === 'accept') return { session, answer, assumptions, key, place };
  }
  return undefined;
}

/** The keys that answer with consent, each with its place. */
function keysOf(site: Site, use: RoleOfTable, word: Place): { key: string; place: Place }[] {
  const consents = (value: string): boolean => /^(?:ok|permit\w*|\d+)(?:\s|$)/i.test(value);
  const source = keyFileOf(site, use.table);
  if (source) {
    const entries: readonly TableEntry[] = readTable(source).entries;
    return entries.filter(e => consents(e.value)).map(e => ({ key: e.key, place: { source, span: e.keySpan } }));
  }
  if (use.table.type !== 'inline') return [];
  const inner = bracePayload({ text: use.table.name, start: 0, end: use.table.name.length });
  return splitList(inner?.text ?? '').flatMap(w => {
    const [key = '', value = ''] = (bracePayload(w)?.text ?? w.text).split(/\s*=\s*/, 2);
    return consents(value) ? [{ key, place: word }] : [];
  });
}

/** A session that the key fits; undefined for a key that says nothing of strangers. */
function sessionFor(base: Session, key: string, role: RoleOfTable['role']): Session | undefined {
  switch (role) {
    case 'client-access':
      if (/^\d+(?:\.\d+){0,3}$/.test(key)) {
        const octets = key.split('.');
        while (octets.length < 4) octets.push('7');
        return { ...base, client_address: octets.join('.') };
      }
      return { ...base, client_name: key.replace(/^\./, 'host.') };
    case 'helo-access':
      return { ...base, helo: key };
    case 'sender-access':
      return {
        ...base,
        sender: key.endsWith('@') ? `${key}stranger.test` : key.includes('@') ? key : `a@${key.replace(/^\./, 'x.')}`,
      };
    case 'recipient-access':
      if (key.endsWith('@')) return { ...base, recipient: `${key}example.org` };
      return { ...base, recipient: key.includes('@') ? key : `victim@${key.replace(/^\./, 'x.')}` };
    default:
      return undefined;
  }
}

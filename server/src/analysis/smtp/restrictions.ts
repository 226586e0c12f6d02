/** Every restriction of smtpd_…_restrictions by its name in lower case (smtpd_check.c). */
import { say } from '../../text/message';
import { matchDomain } from '../lookup/match-list';
import { mailhostAddr, validHostaddr, validHostname, validUtf8Hostname } from '../lookup/ip';
import { anything, checkClient, checkDomain, checkKey, checkMail, checkServers } from './access';
import { blockListedAddress, blockListedDomain } from './block-list';
import type { CheckState, ReplyClass, Status } from './check-state';
import { checkRecipientMaps, checkSenderMaps, mismatch } from './recipient-maps';
import { permitMxBackup } from './mx-backup';
import type { Call } from './run-list';

type Restriction = (state: CheckState, call: Call) => Status;

const clientClass: ReplyClass = 'Client host';
const reverseClass: ReplyClass = 'Unverified Client host';
const heloClass: ReplyClass = 'Helo command';
const senderClass: ReplyClass = 'Sender address';
const recipientClass: ReplyClass = 'Recipient address';

/** `host[address]`, as replies name a client. */
const clientLabel = (s: CheckState): string => `${s.clientName}[${s.session.client_address}]`;

const permitMynetworks: Restriction = (s, call) => {
  const { server, session } = s;
  const match = server.trusts(s.clientName, session.client_address, s.ask);
  if (match.kind === 'error') {
    s.note(call.word, match.pattern.text, `error: ${match.says}`);
    return s.fails(match.retry, call.context.name);
  }
  return match.kind === 'match' ? 'ok' : 'dunno';
};

/** Whether a recipient is ours to take: final, or a relay domain (permit_auth_destination). */
export function authorized(s: CheckState, recipient: string): boolean {
  const reply = s.resolver.resolve(recipient, s.sender ?? '');
  if (reply.failed) s.tableFails(recipient);
  if (reply.routed && !s.server.yes('allow_untrusted_routing')) return false;
  return reply.class !== 'default';
}

const unauthorized = (s: CheckState, code: number, enhanced: string): Status => {
  const recipient = s.recipient;
  if (recipient === undefined || authorized(s, recipient)) return 'dunno';
  return s.reject('policy', code, enhanced, `<${recipient}>: Relay access denied`);
};

/** A restriction that Postfix 3.9 took out. */
const removed =
  (before: Restriction): Restriction =>
  (s, call) =>
    s.server.settings.atLeast('3.9') ? s.serverError() : before(s, call);

const unknownClient: Restriction = s =>
  s.clientName === 'unknown'
    ? s.reject(
        'policy',
        s.server.number('unknown_client_reject_code'),
        '4.7.25',
        'Client host rejected: cannot find your hostname',
      )
    : 'dunno';

const unknownReverse: Restriction = s =>
  s.clientName === 'unknown'
    ? s.reject(
        'policy',
        s.server.number('unknown_client_reject_code'),
        '4.7.1',
        'Client host rejected: cannot find your reverse hostname',
      )
    : 'dunno';

const withoutDot = (name: string): string =>
  name.length > 1 && name.endsWith('.') && !name.endsWith('..') ? name.slice(0, -1) : name;

/** A HELO check of names; an address literal is only checked for its form. */
const heloName =
  (check: (s: CheckState, name: string) => Status): Restriction =>
  s => {
    const helo = s.helo;
    if (helo === undefined) return 'dunno';
    if (!helo.startsWith('[')) return check(s, helo);
    const inner = helo.endsWith(']') && helo.length > 2 ? helo.slice(1, -1) : helo;
    if (mailhostAddr(inner) !== undefined) return 'dunno';
    return s.reject(
      'policy',
      s.server.number('invalid_hostname_reject_code'),
      '5.5.2',
      `<${helo}>: Helo command rejected: invalid ip address`,
    );
  };

const invalidHelo = heloName((s, helo) => {
  const name = withoutDot(helo);
  if (validHostname(name) || validHostaddr(name)) return 'dunno';
  return s.reject(
    'policy',
    s.server.number('invalid_hostname_reject_code'),
    '5.5.2',
    `<${helo}>: Helo command rejected: Invalid name`,
  );
});

const nonFqdnHelo = heloName((s, helo) => {
  const name = withoutDot(helo);
  if (validUtf8Hostname(name, false) && name.includes('.')) return 'dunno';
  return s.reject(
    'policy',
    s.server.number('non_fqdn_reject_code'),
    '5.5.2',
    `<${helo}>: Helo command rejected: need fully-qualified hostname`,
  );
});

const unknownHelo = heloName((s, helo) => {
  const kind = s.dns.exists(helo, ['A', 'AAAA', 'MX'], s.ask);
  if (kind === 'ok' || kind === 'nullmx') return 'dunno';
  const text = `<${helo}>: Helo command rejected: Host not found`;
  if (kind === 'notfound') return s.reject('policy', s.server.number('unknown_hostname_reject_code'), '4.7.1', text);
  return s.deferPermit(450, '4.7.1', text, s.server.settings.text('unknown_helo_hostname_tempfail_action') !== 'defer');
});

const nonFqdnAddress = (s: CheckState, address: string, kind: ReplyClass): Status => {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : address.slice(at + 1);
  if (domain.startsWith('[') && domain.endsWith(']')) return 'dunno';
  const name = withoutDot(domain);
  if (validUtf8Hostname(name, false) && name.includes('.')) return 'dunno';
  return s.reject(
    'policy',
    s.server.number('non_fqdn_reject_code'),
    '4.5.2',
    `<${address}>: ${kind} rejected: need fully-qualified address`,
  );
};

const unknownAddress = (s: CheckState, address: string, other: string, kind: ReplyClass): Status => {
  const reply = s.resolver.resolve(address, other);
  if (reply.failed) s.tableFails(address);
  const domain = reply.recipient.slice(reply.recipient.lastIndexOf('@') + 1);
  if (reply.class === 'local' || reply.class === 'alias' || reply.class === 'virtual') return 'dunno';
  if (domain.startsWith('[') && domain.endsWith(']')) return 'dunno';
  const bySender = kind === senderClass;
  const found = s.dns.exists(domain, ['MX', 'A', 'AAAA'], s.ask);
  if (found === 'ok') return 'dunno';
  const text = `<${address}>: ${kind} rejected: Domain not found`;
  if (found === 'nullmx') return s.reject('policy', bySender ? 550 : 556, bySender ? '4.7.27' : '4.1.10', text);
  const enhanced = bySender ? '4.1.8' : '4.1.2';
  if (found === 'notfound') return s.reject('policy', s.server.number('unknown_address_reject_code'), enhanced, text);
  return s.deferPermit(450, enhanced, text, s.server.settings.text('unknown_address_tempfail_action') !== 'defer');
};

/** Address verification: what a probe of the other side finds is not in the files. */
const unverified = (s: CheckState, address: string, which: 'sender' | 'recipient'): Status => {
  const why = say(
    'whether a probe finds {address} deliverable is not known',
    'não se sabe se uma sonda acha {address} entregável',
    { address },
  );
  const found = s.ask.choose(`verify ${address}`, ['ok', 'defer', 'bounce'] as const, why);
  if (found === 'ok') return 'dunno';
  const code = s.server.number(`unverified_${which}_${found === 'defer' ? 'defer' : 'reject'}_code`);
  const enhanced = which === 'sender' ? '4.1.7' : '4.1.1';
  const text = `<${address}>: ${which === 'sender' ? senderClass : recipientClass} rejected: unverified address`;
  if (code < 400) return 'dunno';
  if (code >= 500) return s.reject('policy', code, enhanced, text);
  return s.deferPermit(code, enhanced, text, s.server.settings.text(`unverified_${which}_tempfail_action`) !== 'defer');
};

/** An access table keyed by something that may be missing so early; its argument is taken all the same. */
const access =
  (
    key: (s: CheckState) => string | undefined,
    look: (s: CheckState, maps: ReturnType<Call['table']>['maps'], key: string, context: Call['context']) => Status,
    kind: ReplyClass,
  ): Restriction =>
  (s, call) => {
    const { maps, spec } = call.table();
    const value = key(s);
    if (value === undefined) return 'dunno';
    return look(s, maps, value, { ...call.context, name: value, class: kind, table: spec });
  };

/** As {@link access}; OK is not allowed there and is a configuration error. */
const noPermit =
  (inner: Restriction): Restriction =>
  (s, call) => {
    const status = inner(s, call);
    if (status === 'ok' && !s.discard) {
      s.note(call.word, call.name, 'OK is not allowed here for security reasons');
      s.serverError();
    }
    return status;
  };

const client = (s: CheckState): string | undefined => (s.clientName === 'unknown' ? undefined : s.clientName);
const sender = (s: CheckState): string | undefined => s.sender || undefined;
const recipient = (s: CheckState): string | undefined => s.recipient || undefined;

const servers = (key: (s: CheckState) => string | undefined, type: 'A' | 'MX' | 'NS', kind: ReplyClass): Restriction =>
  noPermit(access(key, (s, maps, name, context) => checkServers(s, maps, name, type, context), kind));

/** The argument of a restriction that takes a domain; without one it only warns. */
const withDomain =
  (check: (s: CheckState, domain: string) => Status): Restriction =>
  (s, call) => {
    const domain = call.next();
    return domain === undefined ? 'dunno' : check(s, domain.text);
  };

const rejectListed = (
  listed: (s: CheckState, domain: string) => boolean,
  what: (s: CheckState) => string,
  kind: ReplyClass,
): Restriction =>
  withDomain((s, domain) => {
    if (!listed(s, domain)) return 'dunno';
    return s.reject(
      'policy',
      s.server.number('maps_rbl_reject_code'),
      '5.7.1',
      `Service unavailable; ${kind} [${what(s)}] blocked using ${domain}`,
    );
  });

const permitListed = (listed: (s: CheckState, domain: string) => boolean): Restriction =>
  withDomain((s, domain) => {
    if (s.stage === 'rcpt' && s.recipient !== undefined && !authorized(s, s.recipient)) return 'dunno';
    return listed(s, domain) ? 'ok' : 'dunno';
  });

const byAddress = (s: CheckState, domain: string): boolean => blockListedAddress(s, domain, s.session.client_address);
const byName =
  (key: (s: CheckState) => string | undefined) =>
  (s: CheckState, domain: string): boolean => {
    const name = key(s);
    return name !== undefined && blockListedDomain(s, domain, name);
  };

const needsSasl =
  (check: Restriction): Restriction =>
  (s, call) => {
    if (s.server.yes('smtpd_sasl_auth_enable')) return check(s, call);
    s.note(call.word, call.name, 'ignored: no SASL support');
    return 'dunno';
  };

const certificate: Restriction = (s, call) => {
  if (call.name === 'check_ccert_access') call.table();
  return 'dunno';
};

const policyService: Restriction = (s, call) => {
  const argument = call.next();
  if (!argument?.text.includes(':')) return s.serverError();
  const server = argument.text.replace(/^\{\s*|[\s,}].*$/g, '');
  const why = say(
    'what the policy server {server} answers is not known',
    'não se sabe o que o servidor de política {server} responde',
    { server },
  );
  return anything(s, `policy ${argument.text} ${s.stage} ${s.trace.length}`, why, { ...call.context, table: server });
};

const checkSender: Restriction = (s, call) => {
  const { maps, spec } = call.table();
  const context = { ...call.context, name: s.sender ?? '', class: senderClass, table: spec };
  if (s.sender === undefined) return 'dunno';
  if (s.sender !== '') return checkMail(s, maps, s.sender, s.recipient ?? '', context);
  return checkKey(s, maps, s.server.settings.text('smtpd_null_access_lookup_key'), context).status;
};

/** All restrictions; `reject_sender_login_mismatch` is a built-in class of two of them. */
export const restrictions: Readonly<Record<string, Restriction>> = {
  __proto__: null as never,
  permit: () => 'ok',
  defer: (s, call) =>
    s.reject(
      'policy',
      s.server.number('defer_code'),
      '4.3.2',
      `<${call.context.name}>: ${call.context.class} rejected: Try again later`,
    ),
  reject: (s, call) =>
    s.reject(
      'policy',
      s.server.number('reject_code'),
      '5.7.1',
      `<${call.context.name}>: ${call.context.class} rejected: Access denied`,
    ),
  defer_if_permit: (s, call) =>
    s.deferPermit(450, '4.7.0', `<${call.context.name}>: ${call.context.class} rejected: defer_if_permit requested`),
  defer_if_reject: (s, call) => {
    s.deferReject(450, '4.7.0', `<${call.context.name}>: ${call.context.class} rejected: defer_if_reject requested`);
    return 'dunno';
  },
  sleep: (s, call) => {
    const seconds = call.next();
    return seconds && /^[0-9]+$/.test(seconds.text) ? 'dunno' : s.serverError();
  },
  reject_plaintext_session: s =>
    s.tls
      ? 'dunno'
      : s.reject('policy', s.server.number('plaintext_reject_code'), '4.7.1', 'Session encryption is required'),
  reject_unauth_pipelining: () => 'dunno',
  check_policy_service: policyService,

  reject_unknown_client_hostname: unknownClient,
  reject_unknown_client: unknownClient,
  reject_unknown_reverse_client_hostname: unknownReverse,
  permit_inet_interfaces: s => (s.server.machine.isOwn(s.session.client_address, s.server.settings) ? 'ok' : 'dunno'),
  permit_mynetworks: permitMynetworks,
  check_client_access: access(
    clientLabel,
    (s, maps, _, context) => checkClient(s, maps, s.clientName, s.session.client_address, context),
    clientClass,
  ),
  check_reverse_client_hostname_access: noPermit(
    access(
      s => s.clientName,
      (s, maps, name, context) => checkClient(s, maps, name, s.session.client_address, context),
      reverseClass,
    ),
  ),
  check_client_a_access: servers(client, 'A', clientClass),
  check_client_mx_access: servers(client, 'MX', clientClass),
  check_client_ns_access: servers(client, 'NS', clientClass),
  check_reverse_client_hostname_a_access: servers(client, 'A', reverseClass),
  check_reverse_client_hostname_mx_access: servers(client, 'MX', reverseClass),
  check_reverse_client_hostname_ns_access: servers(client, 'NS', reverseClass),
  reject_rbl_client: rejectListed(byAddress, s => s.session.client_address, clientClass),
  reject_rbl: rejectListed(byAddress, s => s.session.client_address, clientClass),
  reject_maps_rbl: removed(s => {
    const domains = s.server.settings.words('maps_rbl_domains').map(w => w.text);
    const domain = domains.find(d => byAddress(s, d));
    return domain === undefined
      ? 'dunno'
      : s.reject(
          'policy',
          s.server.number('maps_rbl_reject_code'),
          '5.7.1',
          `Service unavailable; blocked using ${domain}`,
        );
  }),
  reject_rhsbl_client: rejectListed(byName(client), s => s.clientName, clientClass),
  reject_rhsbl_reverse_client: rejectListed(byName(client), s => s.clientName, reverseClass),
  permit_dnswl_client: permitListed(byAddress),
  permit_rhswl_client: withDomain((s, domain) => (client(s) === undefined ? 'dunno' : permitName(s, domain))),
  check_ccert_access: certificate,
  permit_tls_clientcerts: certificate,
  permit_tls_all_clientcerts: certificate,
  check_sasl_access: (s, call) => {
    const { maps, spec } = call.table();
    const user = s.saslUsername;
    if (!s.server.yes('smtpd_sasl_auth_enable') || !user) return 'dunno';
    return checkKey(s, maps, user, { ...call.context, name: user, class: 'SASL login name', table: spec }).status;
  },
  permit_sasl_authenticated: s => (s.saslUsername ? 'ok' : 'dunno'),

  check_helo_access: access(
    s => s.helo,
    (s, maps, helo, context) => checkDomain(s, maps, helo, context).status,
    heloClass,
  ),
  check_helo_a_access: servers(s => s.helo, 'A', heloClass),
  check_helo_mx_access: servers(s => s.helo, 'MX', heloClass),
  check_helo_ns_access: servers(s => s.helo, 'NS', heloClass),
  reject_invalid_helo_hostname: invalidHelo,
  reject_invalid_hostname: invalidHelo,
  reject_non_fqdn_helo_hostname: nonFqdnHelo,
  reject_non_fqdn_hostname: nonFqdnHelo,
  reject_unknown_helo_hostname: unknownHelo,
  reject_unknown_hostname: unknownHelo,
  reject_rhsbl_helo: rejectListed(
    byName(s => s.helo),
    s => s.helo ?? '',
    heloClass,
  ),
  permit_naked_ip_address: removed(s => (s.helo !== undefined && validHostaddr(s.helo) ? 'ok' : 'dunno')),

  check_sender_access: checkSender,
  check_sender_a_access: servers(sender, 'A', senderClass),
  check_sender_mx_access: servers(sender, 'MX', senderClass),
  check_sender_ns_access: servers(sender, 'NS', senderClass),
  reject_non_fqdn_sender: s => (s.sender ? nonFqdnAddress(s, s.sender, senderClass) : 'dunno'),
  reject_unknown_sender_domain: s => (s.sender ? unknownAddress(s, s.sender, s.recipient ?? '', senderClass) : 'dunno'),
  reject_unknown_address: s => (s.sender ? unknownAddress(s, s.sender, s.recipient ?? '', senderClass) : 'dunno'),
  reject_unverified_sender: s => (s.sender ? unverified(s, s.sender, 'sender') : 'dunno'),
  reject_rhsbl_sender: rejectListed(byName(sender), s => s.sender ?? '', senderClass),
  reject_unlisted_sender: s => (s.sender ? checkSenderMaps(s, s.sender) : 'dunno'),
  reject_authenticated_sender_login_mismatch: needsSasl(s =>
    s.sender && s.saslUsername ? mismatch(s, s.sender, false) : 'dunno',
  ),
  reject_unauthenticated_sender_login_mismatch: needsSasl(s =>
    s.sender && !s.saslUsername ? mismatch(s, s.sender, false) : 'dunno',
  ),
  reject_known_sender_login_mismatch: needsSasl(s => (s.sender ? mismatch(s, s.sender, true) : 'dunno')),

  check_recipient_access: access(
    s => s.recipient,
    (s, maps, to, context) => checkMail(s, maps, to, s.sender ?? '', context),
    recipientClass,
  ),
  check_recipient_a_access: servers(recipient, 'A', recipientClass),
  check_recipient_mx_access: servers(recipient, 'MX', recipientClass),
  check_recipient_ns_access: servers(recipient, 'NS', recipientClass),
  permit_mx_backup: permitMxBackup,
  permit_auth_destination: s => (s.recipient !== undefined && authorized(s, s.recipient) ? 'ok' : 'dunno'),
  reject_unauth_destination: s => unauthorized(s, s.server.number('relay_domains_reject_code'), '5.7.1'),
  defer_unauth_destination: s => unauthorized(s, s.server.number('relay_domains_reject_code') - 100, '4.7.1'),
  check_relay_domains: removed(s => {
    if (s.recipient === undefined) return 'dunno';
    const listed = matchDomain(
      s.server.patternsOf('relay_domains'),
      s.clientName,
      s.server.parentsMatch('relay_domains'),
      s.ask,
    );
    if (listed.kind === 'match' || authorized(s, s.recipient)) return 'ok';
    return unauthorized(s, s.server.number('relay_domains_reject_code'), '5.7.1');
  }),
  reject_non_fqdn_recipient: s =>
    s.recipient === undefined ? 'dunno' : nonFqdnAddress(s, s.recipient, recipientClass),
  reject_unknown_recipient_domain: s =>
    s.recipient === undefined ? 'dunno' : unknownAddress(s, s.recipient, s.sender ?? '', recipientClass),
  reject_unverified_recipient: s => (s.recipient ? unverified(s, s.recipient, 'recipient') : 'dunno'),
  reject_rhsbl_recipient: rejectListed(byName(recipient), s => s.recipient ?? '', recipientClass),
  reject_unlisted_recipient: s => (s.recipient ? checkRecipientMaps(s, s.recipient) : 'dunno'),
  check_recipient_maps: s => (s.recipient ? checkRecipientMaps(s, s.recipient) : 'dunno'),
  reject_multi_recipient_bounce: () => 'dunno',
  check_etrn_access: (_, call) => {
    call.table();
    return 'dunno';
  },
};

function permitName(s: CheckState, domain: string): Status {
  if (s.stage === 'rcpt' && s.recipient !== undefined && !authorized(s, s.recipient)) return 'dunno';
  return byName(client)(s, domain) ? 'ok' : 'dunno';
}

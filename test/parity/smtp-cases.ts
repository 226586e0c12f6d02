/** Random small Postfix configurations and sessions, the same for the same seed. */
import { type DnsAnswer, type Session } from '@postfix-tools/server/analysis/smtp/session';
import type { OracleCase } from '../analysis/smtp/oracle';

/** A generator of numbers from 0 up to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Chooser {
  constructor(readonly next: () => number) {}
  chance(p: number): boolean {
    return this.next() < p;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  some<T>(items: readonly T[], most: number): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.one(items));
  }
}

const zone: Record<string, DnsAnswer> = {
  'example.net': { A: ['198.51.100.25'], MX: ['mail.example.net'], NS: ['ns.example.net'] },
  'mail.example.net': { A: ['198.51.100.26'] },
  'mx.example.net': { A: ['198.51.100.27'] },
  'ns.example.net': { A: ['198.51.100.53'] },
  'example.org': { A: ['198.51.100.30'], NS: ['ns.example.net'] },
  'deep.example.org': { MX: ['mail.example.net'] },
  'example.com': { A: ['192.0.2.10'], MX: ['mail.example.com'], NS: ['ns.example.net'] },
  'mail.example.com': { A: ['192.0.2.10'] },
  'example.info': { A: ['198.51.100.31'], NS: ['ns.example.net'] },
  'nothing.example': 'NXDOMAIN',
  'broken.example': 'SERVFAIL',
  'friend.example.net': { A: ['203.0.113.9'], NS: ['ns.example.net'] },
  nodot: 'NXDOMAIN',
  localhost: { A: ['127.0.0.1'] },
  '9.113.0.203.list.example': { A: ['127.0.0.2'], TXT: ['listed'] },
};
for (const name of ['1.0.18.198', '10.113.0.203', '77.2.0.192', '10.2.0.192', '1.0.0.127'])
  zone[`${name}.list.example`] = 'NXDOMAIN';
for (const name of [
  'example.net',
  'example.org',
  'example.com',
  'example.info',
  'deep.example.org',
  'mail.example.com',
  'mx.example.net',
  'friend.example.net',
  'nothing.example',
  'broken.example',
  'nodot',
  'localhost',
  '_bad_',
  'host.friend.example',
  'client.example.net',
]) {
  zone[`${name}.list.example`] =
    name === 'example.org' || name === 'friend.example.net' ? { A: ['127.0.0.3'] } : 'NXDOMAIN';
}
for (const v6 of [
  '9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.9.0.0.0.8.b.d.0.1.0.0.2',
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0',
])
  zone[`${v6}.list.example`] = 'NXDOMAIN';

const clients = [
  '203.0.113.9',
  '203.0.113.9',
  '203.0.113.10',
  '198.18.0.1',
  '127.0.0.1',
  '192.0.2.77',
  '192.0.2.10',
  '2001:db8:9::9',
  '::1',
];
const names = ['unknown', 'unknown', 'host.friend.example', 'client.example.net'];
const helos = [
  'mx.example.net',
  'mx.example.net',
  'nodot',
  '_bad_',
  '-x-.example',
  'friend.example.net',
  '[203.0.113.9]',
  '[bad]',
  '203.0.113.9',
  'example.com.',
  'nothing.example',
  'broken.example',
  'EXAMPLE.net',
  'a..b',
  null,
];
const domains = [
  'example.net',
  'example.org',
  'deep.example.org',
  'example.com',
  'EXAMPLE.com',
  'mail.example.com',
  'example.info',
  'nodot',
  'localhost',
  'nothing.example',
  'broken.example',
  '[192.0.2.10]',
  '[198.51.100.1]',
  'example.com.',
  '[IPv6:2001:db8::10]',
  '[IPv6:::1]',
  '1.2.3.4',
];
const locals = [
  'alice',
  'bob',
  'ALICE',
  'staff',
  'postmaster',
  'victim',
  'nobody-here',
  'alice+x',
  'a',
  'sales',
  'owner-x',
  'root',
  'mailer-daemon',
  'double-bounce',
  '"a b"',
  '"alice"',
  '-x',
  'x.',
  '.x',
  'list-request',
  'alice-y',
];
const odd = [
  'victim%example.org@example.com',
  'example.org!victim',
  'example.org!victim@example.com',
  '@example.com:victim@example.org',
  '@a.example,@example.com:alice@example.com',
  '"victim@example.org"@example.com',
  'victim@example.org@example.com',
  'alice%example.com@example.org',
  'alice%',
  '%alice',
  '!alice',
  'alice!',
  '"@"@example.com',
  '""@example.com',
  '"alice%example.org"@example.com',
  '"example.org!x"@example.com',
  'alice(comment)@example.com',
  'alice @example.com',
  'alice@ example.com',
  'alice@example.com, bob@example.com',
  'Alice <alice@example.com>',
  'alice@',
  '@example.com',
  '@',
  'postmaster',
  'POSTMASTER',
  'alice',
  'x@y@z@example.com',
  'a:alice@example.com;',
  'alice@[example.com]',
  'alice@[192.0.2.10',
  'alice@example..com',
  'alice@.example.com',
  'alice@example.com..',
  'a\\@b@example.com',
  'alice;bob@example.com',
  'user%nodot@mail.example.com',
  'x%y%z@example.com',
];

const rights = [
  'OK',
  'OK',
  'REJECT',
  'REJECT no',
  'REJECT 5.7.77 no',
  'REJECT 5.1.1 gone',
  '554 go away',
  '450 4.7.9 later',
  '554',
  '1717',
  'DUNNO',
  'DUNNO',
  'DEFER',
  'DEFER_IF_PERMIT later',
  'DEFER_IF_REJECT later',
  'HOLD',
  'FILTER x:y',
  'DISCARD',
  'RELAY',
  'WARN x',
  'INFO',
  'PREPEND X: y',
  'REDIRECT a@b.example',
  'BCC a@b.example',
  'permit_mynetworks, reject',
  'permit',
  'reject',
  'klass',
  'klass, reject',
  'other',
  'reject_unauth_destination',
  'no_such_thing',
  '599 x',
  '250 x',
  'permit_mynetworks permit_sasl_authenticated',
  'check_sender_access static:OK',
  'ok then',
  '4xx z',
];
const mailKeys = [
  'example.net',
  'example.org',
  '.example.org',
  'example.com',
  'alice@example.com',
  'bob@example.com',
  'alice@',
  'victim@example.org',
  'victim@',
  'a@example.net',
  'org',
  'mail.example.com',
  '<>',
  'EXAMPLE.info',
  'staff@example.com',
  'nodot',
  'alice',
  '@example.org',
  'alice+x@example.com',
  'a@',
  'root@',
];
const clientKeys = [
  '203.0.113.9',
  '203.0.113',
  '203.0',
  '203',
  '127.0.0.1',
  '198.18',
  'friend.example',
  'host.friend.example',
  'example.net',
  '.example.net',
  'unknown',
  '2001:db8:9',
  '2001:db8:9::9',
  'localhost',
  'mail.example.com',
  '::1',
];
const heloKeys = [
  'mx.example.net',
  'example.net',
  'nodot',
  'friend.example.net',
  '[203.0.113.9]',
  '203.0.113',
  '.net',
  'net',
  'example',
];

const plain = [
  'permit_mynetworks',
  'permit_mynetworks',
  'permit_sasl_authenticated',
  'reject_unauth_destination',
  'reject_unauth_destination',
  'defer_unauth_destination',
  'permit_auth_destination',
  'permit_inet_interfaces',
  'reject_non_fqdn_sender',
  'reject_non_fqdn_recipient',
  'reject_non_fqdn_helo_hostname',
  'reject_invalid_helo_hostname',
  'reject_unknown_helo_hostname',
  'reject_unknown_sender_domain',
  'reject_unknown_recipient_domain',
  'reject_unknown_client_hostname',
  'reject_unknown_reverse_client_hostname',
  'reject_unlisted_recipient',
  'reject_unlisted_sender',
  'reject_sender_login_mismatch',
  'reject_known_sender_login_mismatch',
  'reject_authenticated_sender_login_mismatch',
  'reject_unauthenticated_sender_login_mismatch',
  'reject_plaintext_session',
  'reject_multi_recipient_bounce',
  'reject_unauth_pipelining',
  'defer_if_permit',
  'defer_if_reject',
  'permit_naked_ip_address',
  'check_relay_domains',
  'klass',
  'other',
  'reject_non_fqdn_hostname',
  'reject_unknown_address',
  'check_recipient_maps',
  'reject_rbl_client list.example',
  'reject_rbl_client list.example=127.0.0.[2..9]',
  'reject_rhsbl_sender list.example',
  'reject_rhsbl_helo list.example',
  'reject_rhsbl_recipient list.example',
  'reject_rhsbl_client list.example',
  'permit_dnswl_client list.example',
  'permit_rhswl_client list.example',
  'sleep 0',
  'warn_if_reject',
  'warn_if_reject',
  'Permit_MyNetworks',
  'permit_tls_clientcerts',
  'permit_tls_all_clientcerts',
];
const ends = [
  'reject',
  'defer',
  'permit',
  'reject_unauth_destination',
  'reject_unauth_destination',
  'defer_unauth_destination',
  'nonsense',
  'check_sender_access',
  'check_policy_service',
];

class Maker {
  readonly files: Record<string, string> = {};
  constructor(readonly c: Chooser) {}

  entries(keys: readonly string[], values: readonly string[]): [string, string][] {
    const map = new Map<string, string>();
    for (const key of this.c.some(keys, 4)) map.set(key, this.c.one(values));
    if (map.size === 0) map.set(this.c.one(keys), this.c.one(values));
    return [...map];
  }

  /** A table with such keys and values, in one of the types. */
  table(keys: readonly string[], values: readonly string[]): string {
    const { c } = this;
    const kind = c.below(14);
    const entries = this.entries(keys, values);
    const write = (text: string): string => {
      const name = `t${Object.keys(this.files).length}`;
      this.files[name] = text;
      return `$config_directory/${name}`;
    };
    if (kind < 4) return `texthash:${write(entries.map(([k, v]) => `${k} ${v}\n`).join(''))}`;
    if (kind < 6) return `hash:${write(entries.map(([k, v]) => `${k}\t${v}\n`).join(''))}`;
    if (kind < 8) return `inline:{${entries.map(([k, v]) => `{${k}=${v}}`).join(' ')}}`;
    if (kind > 11) {
      const pattern = c.one([
        '/./',
        '/@example\\.net$/',
        '/^alice/',
        '/example/',
        '!/example/',
        '/^(.*)@(.*)$/',
        '/ORG$/',
        '/^203\\./',
        '/^[^@]*$/',
      ]);
      return `${c.one(['pcre', 'regexp'])}:${write(`${pattern} ${c.one(values)}\n${c.chance(0.3) ? `/x/ ${c.one(values)}\n` : ''}`)}`;
    }
    if (kind === 8) return `static:{${c.one(values)}}`;
    if (kind === 9)
      return `unionmap:{static:{${c.one(values)}},inline:{${c.one(keys)}=${c.one(['reject', 'OK', 'DUNNO'])}}}`;
    if (kind === 10)
      return c.chance(0.3) ? `texthash:$config_directory/none` : `inline:{{${c.one(keys)}=${c.one(values)}}}`;
    return `pipemap:{inline:{${c.one(keys)}=k},inline:{k=${c.one(['OK', 'REJECT', 'DUNNO'])}}}`;
  }

  cidr(values: readonly string[]): string {
    const { c } = this;
    const lines = c
      .some(
        [
          '203.0.113.0/24',
          '0.0.0.0/0',
          '127.0.0.0/8',
          '203.0.113.9',
          '::/0',
          '2001:db8::/32',
          '!203.0.113.0/24',
          '10.0.0.1/8',
          '[::1]',
          '192.0.2.64/26',
        ],
        3,
      )
      .map(net => `${net} ${c.one(values)}\n`);
    const name = `t${Object.keys(this.files).length}`;
    this.files[name] = c.chance(0.3)
      ? `if 203.0.113.0/24\n${lines.join('')}endif\n`
      : lines.join('') || '198.51.100.0/24 x\n';
    return `cidr:$config_directory/${name}`;
  }

  restriction(): string {
    const { c } = this;
    if (c.chance(0.6)) return c.one(plain);
    switch (c.below(9)) {
      case 0:
        return `check_client_access ${c.chance(0.5) ? this.cidr(rights) : this.table(clientKeys, rights)}`;
      case 1:
        return `check_helo_access ${this.table(heloKeys, rights)}`;
      case 2:
      case 3:
        return `check_sender_access ${this.table(mailKeys, rights)}`;
      case 4:
      case 5:
        return `check_recipient_access ${this.table(mailKeys, rights)}`;
      case 6:
        return `${c.one(['check_sender_mx_access', 'check_sender_ns_access', 'check_sender_a_access', 'check_helo_a_access', 'check_recipient_mx_access', 'check_client_a_access', 'check_helo_mx_access', 'check_recipient_a_access'])} ${c.chance(0.5) ? this.cidr(['REJECT', 'DUNNO', 'OK', '450 x']) : this.table(['mail.example.net', '198.51.100', 'example.net', 'ns.example.net'], ['REJECT', 'DUNNO', 'OK'])}`;
      case 7:
        return `${c.one(['check_sasl_access', 'check_reverse_client_hostname_access'])} ${this.table(['alice', 'bob', 'unknown', 'friend.example.net', '203.0.113'], rights)}`;
      default:
        return c.chance(0.5) ? this.table(mailKeys, rights) : `{ ${this.table(mailKeys, rights)} }`;
    }
  }

  list(most: number, guard: boolean): string {
    const { c } = this;
    const words = Array.from({ length: c.below(most + 1) }, () => this.restriction());
    if (guard)
      words.push(
        c.one(['reject_unauth_destination', 'reject_unauth_destination', 'defer_unauth_destination', 'reject']),
      );
    else if (c.chance(0.15)) words.push(c.one(ends));
    return words.join(', ');
  }
}

const nets = [
  '127.0.0.0/8',
  '[::1]/128',
  '203.0.113.0/24',
  '!203.0.113.9',
  '203.0.113.9',
  '0.0.0.0/0',
  '192.0.2.0/24',
  '10.0.0.1/8',
  '130/8',
  '[2001:db8::]/32',
  'friend.example.net',
  'example.net',
  '.example.net',
  'unknown',
  '2001:db8::/32',
  '[2001:db8:9::9]',
  '!127.0.0.1',
  '203.0.113.1-10',
];
const domainWords = [
  'example.org',
  '.example.org',
  'org',
  '!deep.example.org',
  'example.info',
  'example.com',
  'deep.example.org',
  'EXAMPLE.org',
  '$mydestination',
  'nodot',
];

/** One random case. */
export function randomCase(seed: number): OracleCase & { readonly master: string } {
  const c = new Chooser(random(seed));
  const m = new Maker(c);
  const lines: string[] = [
    `compatibility_level = ${c.one(['3.6', '3.6', '3.6', '2', '1', '0'])}`,
    'myhostname = mail.example.com',
  ];
  const set = (name: string, value: string): unknown => lines.push(`${name} = ${value}`);
  const maybe = (p: number, name: string, value: () => string): void => {
    if (c.chance(p)) set(name, value());
  };
  if (c.chance(0.8)) set('mydestination', '$myhostname, localhost.$mydomain, localhost, example.com');
  else if (c.chance(0.5))
    set(
      'mydestination',
      c.chance(0.5)
        ? m.table(['example.com', 'EXAMPLE.com', 'example.org'], ['x'])
        : c.some([...domainWords.filter(w => !w.startsWith('$')), '$myhostname'], 3).join(' '),
    );
  if (c.chance(0.7)) set('mynetworks', '127.0.0.0/8 [::1]/128');
  else if (c.chance(0.7)) set('mynetworks', c.chance(0.2) ? m.cidr(['x', 'REJECT']) : c.some(nets, 4).join(', '));
  else maybe(0.5, 'mynetworks_style', () => c.one(['host', 'subnet', 'class']));
  maybe(0.35, 'relay_domains', () =>
    c.chance(0.25)
      ? m.table(['example.org', '.example.org', 'org', 'EXAMPLE.org'], ['x', 'REJECT'])
      : c.some(domainWords, 3).join(' '),
  );
  maybe(0.15, 'parent_domain_matches_subdomains', () =>
    c.one(['', 'relay_domains', 'smtpd_access_maps', 'mynetworks', 'relay_domains, transport_maps']),
  );
  maybe(0.15, 'virtual_alias_domains', () =>
    c.some(['example.info', 'example.org', 'example.com', 'deep.example.org'], 2).join(' '),
  );
  maybe(0.2, 'virtual_alias_maps', () =>
    m.table(
      ['sales@example.info', 'example.info', '@example.info', 'alice@example.com', 'sales', '@example.org', 'alice'],
      ['alice@example.com', 'victim@example.org'],
    ),
  );
  maybe(0.12, 'virtual_mailbox_domains', () => c.some(['example.info', 'example.org'], 2).join(' '));
  maybe(0.1, 'virtual_mailbox_maps', () =>
    m.table(['alice@example.info', '@example.org', 'alice', 'example.info'], ['a/']),
  );
  maybe(0.12, 'relay_recipient_maps', () =>
    m.table(['victim@example.org', '@example.org', 'alice@example.info', 'victim'], ['x']),
  );
  maybe(0.1, 'local_recipient_maps', () =>
    c.one(['', '$alias_maps', 'unix:passwd.byname', m.table(['alice', 'alice@example.com', '@example.com'], ['x'])]),
  );
  maybe(0.08, 'canonical_maps', () => m.table(['nobody-here@example.com', 'victim', '@example.info'], ['alice']));
  maybe(0.08, 'transport_maps', () =>
    m.table(
      ['example.org', '.example.org', 'example.com', 'alice@example.com', '*', 'example.info'],
      ['smtp:', 'error:5.1.1 gone', 'error:', 'retry:4.2.1 later', ':x', 'relay:[x]', 'error:no such'],
    ),
  );
  maybe(0.05, 'relocated_maps', () =>
    m.table(['victim@example.org', 'alice@example.com', '@example.info'], ['elsewhere@example.net']),
  );
  maybe(0.1, 'local_transport', () => c.one(['error:no local mail', 'local', 'error: 5.2.1 x', 'smtp:[127.0.0.1]']));
  maybe(0.05, 'default_transport', () => c.one(['error:outside is closed', 'smtp', 'retry:wait']));
  maybe(0.1, 'recipient_delimiter', () => c.one(['+', '-', '+-']));
  maybe(0.08, 'smtpd_delay_reject', () => 'no');
  maybe(0.1, 'smtpd_helo_required', () => 'yes');
  maybe(0.1, 'strict_rfc821_envelopes', () => 'yes');
  maybe(0.1, 'allow_untrusted_routing', () => 'yes');
  maybe(0.08, 'allow_percent_hack', () => 'no');
  maybe(0.08, 'swap_bangpath', () => 'no');
  maybe(0.08, 'append_at_myorigin', () => 'no');
  maybe(0.08, 'append_dot_mydomain', () => c.one(['yes', 'no']));
  maybe(0.08, 'resolve_dequoted_address', () => 'no');
  maybe(0.08, 'resolve_null_domain', () => 'yes');
  maybe(0.08, 'resolve_numeric_domain', () => 'yes');
  maybe(0.1, 'myorigin', () => c.one(['example.com', 'example.net', '$mydomain']));
  maybe(0.05, 'soft_bounce', () => 'yes');
  maybe(0.15, 'smtpd_reject_unlisted_recipient', () => 'no');
  maybe(0.12, 'smtpd_reject_unlisted_sender', () => 'yes');
  maybe(0.1, 'smtpd_relay_before_recipient_restrictions', () => c.one(['yes', 'no']));
  for (const name of [
    'relay_domains_reject_code',
    'access_map_reject_code',
    'reject_code',
    'defer_code',
    'non_fqdn_reject_code',
    'unknown_client_reject_code',
    'unknown_address_reject_code',
    'unknown_local_recipient_reject_code',
    'unknown_virtual_alias_reject_code',
    'invalid_hostname_reject_code',
    'maps_rbl_reject_code',
    'access_map_defer_code',
  ])
    maybe(0.04, name, () => c.one(['550', '450', '554', '250', '600']));
  maybe(0.06, 'unknown_address_tempfail_action', () => 'defer');
  maybe(0.06, 'reject_tempfail_action', () => 'defer');
  maybe(0.05, 'smtpd_null_access_lookup_key', () => 'example.net');
  maybe(0.05, 'local_header_rewrite_clients', () =>
    c.one(['permit_mynetworks', 'static:all', 'permit_sasl_authenticated', 'check_address_map static:x']),
  );
  maybe(0.05, 'receive_override_options', () => 'no_unknown_recipient_checks');
  maybe(0.05, 'smtpd_discard_ehlo_keywords', () => c.one(['auth', 'starttls', 'silent-discard, auth']));
  const sasl = c.chance(0.4);
  if (sasl) {
    set('smtpd_sasl_auth_enable', 'yes');
    set('smtpd_sasl_type', 'dovecot');
    set('smtpd_sasl_path', 'private/auth');
    maybe(0.2, 'smtpd_tls_auth_only', () => 'yes');
    maybe(0.1, 'smtpd_sasl_security_options', () => 'noanonymous, noplaintext');
    maybe(0.5, 'smtpd_sender_login_maps', () =>
      m.table(
        ['alice@example.com', 'bob@example.com', '@example.com', 'a@example.net', 'alice', '@example.net'],
        ['alice', 'bob', 'alice, bob', 'ALICE'],
      ),
    );
  }
  if (c.chance(0.35)) {
    set('smtpd_tls_security_level', c.one(['may', 'may', 'encrypt', 'none']));
    if (c.chance(0.85)) {
      set('smtpd_tls_cert_file', c.chance(0.05) ? 'none' : '/etc/ssl/certs/ssl-cert-snakeoil.pem');
      set('smtpd_tls_key_file', '/etc/ssl/private/ssl-cert-snakeoil.key');
    }
  }
  set('smtpd_restriction_classes', 'klass, other');
  set('klass', m.list(2, false).replaceAll('reject_unlisted_sender', 'reject_non_fqdn_sender') || 'permit_mynetworks');
  set(
    'other',
    c.one([
      'reject',
      'permit',
      'klass',
      'permit_sasl_authenticated',
      'check_sender_access static:OK',
      'reject_unauth_destination',
      'defer_if_permit',
    ]),
  );
  // smtpd forgets to reset its note of a checked sender there: a session's answer would hang on the one before.
  const early = (): string => m.list(2, false).replaceAll('reject_unlisted_sender', 'reject_non_fqdn_sender');
  maybe(0.35, 'smtpd_client_restrictions', early);
  maybe(0.3, 'smtpd_helo_restrictions', early);
  maybe(0.45, 'smtpd_sender_restrictions', () => m.list(3, false));
  const relay = c.chance(0.55);
  if (relay) set('smtpd_relay_restrictions', m.list(4, c.chance(0.85)));
  if (!relay || c.chance(0.6)) set('smtpd_recipient_restrictions', m.list(4, c.chance(relay ? 0.4 : 0.7)));
  maybe(0.12, 'smtpd_data_restrictions', () => m.list(2, false));
  const options = c.chance(0.3)
    ? ` -o smtpd_relay_restrictions=${c.one(['permit_sasl_authenticated,reject', 'permit_mynetworks,reject_unauth_destination', '', 'check_sender_access,static:OK,reject'])}`
    : '';
  const master = `smtp inet n - ${c.one(['y', 'n', '-'])} - - smtpd\nsubmission inet n - n - - smtpd${options}\n${services}`;
  const address = (): string => (c.chance(0.3) ? c.one(odd) : `${c.one(locals)}@${c.one(domains)}`);
  const sessions = Array.from({ length: 6 }, (): Session => ({
    service: c.chance(0.8) ? 'smtp' : 'submission',
    client_address: c.one(clients),
    client_name: c.one(names),
    helo: c.one(helos),
    sasl_username: c.chance(sasl ? 0.4 : 0.05) ? c.one(['alice', 'bob', 'Alice']) : null,
    tls: c.chance(0.2),
    sender: c.chance(0.12)
      ? ''
      : c.chance(0.5)
        ? c.one(['a@example.net', 'alice@example.com', 'bob@example.com', 'x@example.org'])
        : address(),
    recipient: c.chance(0.4) ? c.one(['victim@example.org', 'alice@example.com']) : address(),
  })).map(s =>
    s.client_address === '127.0.0.1' || s.client_address === '::1' || s.client_address === '192.0.2.10'
      ? { ...s, client_name: 'unknown' }
      : s,
  );
  return { id: `seed ${seed}`, main: `${lines.join('\n')}\n`, master, files: m.files, dns: zone, sessions };
}

const services = `pickup unix n - y 60 1 pickup
cleanup unix n - y - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - y 1000? 1 tlsmgr
rewrite unix - - y - - trivial-rewrite
bounce unix - - y - 0 bounce
defer unix - - y - 0 bounce
trace unix - - y - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - y - - smtp
relay unix - - y - - smtp
error unix - - y - - error
retry unix - - y - - error
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - y - - lmtp
anvil unix - - y - 1 anvil
`;

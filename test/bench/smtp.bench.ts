/** SMTP sessions and the searches over a site. */
import { searchListeners } from '@postfix-tools/server/analysis/smtp/searches';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix, type Site } from '@postfix-tools/server/model/site';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

const files = {
  'main.cf': `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = $myhostname, localhost
mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.0/24
virtual_mailbox_domains = example.com, example.com.br
virtual_mailbox_maps = hash:/etc/postfix/mailboxes
virtual_alias_maps = hash:/etc/postfix/aliases
relay_domains = example.net
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_cert_file = /etc/ssl/mx.pem
smtpd_tls_security_level = may
smtpd_helo_required = yes
smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/senders, reject_non_fqdn_sender
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_client_access cidr:/etc/postfix/clients, reject_non_fqdn_recipient
smtpd_sender_login_maps = hash:/etc/postfix/logins
`,
  'master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sender_restrictions=reject_sender_login_mismatch
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
submissions inet n - y - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - y - 0 cleanup
rewrite unix - - y - - trivial-rewrite
`,
  mailboxes: Array.from({ length: 200 }, (_, i) => `user${i}@example.com user${i}/\n`).join(''),
  aliases: 'sales@example.com user1@example.com\n',
  senders: 'spam.example REJECT\n',
  clients: '198.51.100.0/24 REJECT\n',
  logins: 'user1@example.com user1\nuser2@example.com user2\n',
};

const database = (name: string): string => `proxy:mysql:/etc/postfix/sql/${name}.cf`;
const inbound = '-o smtpd_sasl_auth_enable=no -o smtpd_sender_restrictions=permit_mynetworks,reject_unlisted_sender';
const outbound = '-o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject';

/** A hoster's site: all addresses in a database, ten listeners. */
const hosted: Readonly<Record<string, string>> = {
  'main.cf': `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = localhost
mynetworks_style = subnet
recipient_delimiter = +
parent_domain_matches_subdomains = mynetworks, debug_peer_list
relay_domains = ${database('relay_domains')}
relay_recipient_maps = ${database('relay_recipients')}
virtual_alias_maps = ${['aliases', 'resources', 'temporary', 'alias_domains'].map(database).join(', ')}
virtual_mailbox_domains = ${database('domains')}
virtual_mailbox_maps = ${database('mailboxes')}
recipient_canonical_maps = ${database('canonical')}
transport_maps = pcre:/etc/postfix/transport.pcre, ${['relays', 'transports'].map(database).join(', ')}
sender_dependent_default_transport_maps = ${database('sender_transport')}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:login:10001
smtpd_sender_login_maps = ${database('owners')}
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = /etc/ssl/mx.pem
smtpd_tls_security_level = may
smtpd_helo_required = yes
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch, permit_mynetworks, permit_sasl_authenticated,
  reject_unlisted_sender, reject_unknown_sender_domain
smtpd_recipient_restrictions = check_recipient_mx_access ${database('bad_mx')}, permit_sasl_authenticated,
  permit_mynetworks, check_recipient_access ${database('tls_only')}, reject_invalid_helo_hostname,
  reject_unauth_destination
smtpd_data_restrictions = reject_unauth_pipelining, permit
submission_tls_protocols = >=TLSv1.2
${Array.from({ length: 80 }, (_, i) => `unrelated_${i} = value ${i}\n`).join('')}`,
  'master.cf': `smtp inet n - n - 1 postscreen
10025 inet n - n - 1 postscreen -o postscreen_upstream_proxy_protocol=haproxy
smtpd pass - - n - - smtpd ${inbound}
submissions inet n - n - - smtpd ${outbound} -o smtpd_tls_wrappermode=yes
10465 inet n - n - - smtpd ${outbound} -o smtpd_tls_wrappermode=yes -o smtpd_upstream_proxy_protocol=haproxy
submission inet n - n - - smtpd ${outbound} -o smtpd_tls_security_level=encrypt
10587 inet n - n - - smtpd ${outbound} -o smtpd_tls_security_level=encrypt -o smtpd_upstream_proxy_protocol=haproxy
588 inet n - n - - smtpd ${outbound} -o smtpd_tls_auth_only=no
589 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject
590 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject -o smtpd_milters=
591 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject -o smtpd_helo_restrictions=
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
`,
  'transport.pcre': '/^local@(.*)$/ local:$1\n',
};

function site(restrictions = '', of: Readonly<Record<string, string>> = files): Site {
  const sources = Object.entries(of).map(([name, text]) => {
    return new SourceText(`/etc/postfix/${name}`, name === 'main.cf' ? text + restrictions : text);
  });
  return siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
}

const sessions = [
  { sender: 'a@example.org', recipient: 'user1@example.com' },
  { sender: 'a@example.org', recipient: 'victim@example.org' },
  { service: 'submission', tls: true, sasl_username: 'user1', sender: 'user2@example.com', recipient: 'a@example.org' },
  { client_address: '192.0.2.7', sender: '', recipient: 'nobody@example.com' },
];

export const benches: readonly Bench[] = [
  {
    name: 'sessions at a known site',
    unit: 'session',
    sizes: [10, 100],
    prepare: size => {
      const known = site();
      return () => Array.from({ length: size }, (_, i) => trySession(known, sessions[i % sessions.length] ?? {}));
    },
    promise: 100,
  },
  {
    name: 'all searches over a typical site, from scratch',
    unit: 'site',
    sizes: [1],
    prepare: () => () => searchListeners(site()),
    promise: 10,
  },
  {
    name: 'all searches over a hoster’s site with ten listeners, from scratch',
    unit: 'site',
    sizes: [1],
    prepare: () => () => searchListeners(site('', hosted)),
    promise: 10,
  },
  {
    name: 'a session through a long restriction list',
    unit: 'restriction',
    sizes: [1_000, 10_000],
    prepare: size => {
      const long = site(`smtpd_data_restrictions = ${'reject_unauth_pipelining, '.repeat(size)}\n`);
      return () => trySession(long, sessions[0] ?? {});
    },
  },
];

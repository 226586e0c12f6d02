/** The whole check, as command line and editor run it. */
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

const main = `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = example.com, localhost
mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.0/24
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
header_checks = pcre:/etc/postfix/header_checks
`;
const master = `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - y - 0 cleanup
`;
const checks = '/^From:.*@example\\.com/ REJECT forged\n';
const firewall = `#!/bin/sh
iptables -P INPUT DROP
for net in 192.0.2.0/24 198.51.100.0/24; do iptables -A INPUT -s $net -p tcp --dport 587 -j ACCEPT; done
iptables -A INPUT -p tcp --dport 25 -j ACCEPT
`;

/** Everything is read anew, as after a start. */
function checkSite(extraLines: string): () => unknown {
  return () => {
    const sources = Object.entries({
      'main.cf': main + extraLines,
      'master.cf': master,
      header_checks: checks,
      'firewall.sh': firewall,
    }).map(([name, text]) => new SourceText(`/etc/postfix/${name}`, text));
    const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
    return check(site, rules);
  };
}

export const benches: readonly Bench[] = [
  { name: 'a typical site, all rules, from scratch', unit: 'site', sizes: [1], prepare: () => checkSite('') },
  {
    name: 'a main.cf of many comment lines',
    unit: 'line',
    sizes: [2_500, 25_000],
    prepare: size => checkSite('# a comment that people leave behind\n'.repeat(size)),
  },
];

import { equal, match, ok } from 'node:assert/strict';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import { mailPorts } from '@postfix-tools/server/analysis/packet/regions/rule-share';
import { siteFirewalls } from '@postfix-tools/server/analysis/packet/site-firewalls';
import { brazilian } from '@postfix-tools/server/facts/countries';
import { rule } from '@postfix-tools/server/rules/iptables/ipt-allowlist';
import { format } from '@postfix-tools/server/text/message';
import { applyFix, checkRule, findings, siteOfTexts } from '../../support/rules';

const main = { 'main.cf': 'myhostname = mx.example.com.br\n' };
const list = (...networks: string[]) =>
  networks.map(network => `iptables -A INPUT -p tcp --dport 587 -s ${network} -j ACCEPT`);
const script = (...lines: string[]) => ({ 'firewall.sh': `#!/bin/sh\niptables -P INPUT DROP\n${lines.join('\n')}\n` });
const three = list('130/8', '187.0.0.0/8', '200/7');

/** What part of the country gets in to a mail port, by the rules as they are. */
function measured(files: Readonly<Record<string, string>>): number {
  const [one] = siteFirewalls(siteOfTexts(files));
  ok(one);
  const covered = mailPorts.map(port => {
    const { open } = reach(one.firewall.ruleset, { family: 4, way: 'in', port });
    const own = open.surely.networks.map(({ address: [first = 0], bits }) =>
      brazilian().within({ first: first >>> 0, bits }),
    );
    return own.reduce((sum, n) => sum + n, 0) / brazilian().size;
  });
  return Math.max(...covered);
}

describe('ipt-allowlist', () => {
  it('measures what a list covers and what it lets in beside, in both languages', () => {
    const found = findings(rule, { ...main, ...script(...three) });
    equal(found.length, 1);
    const [finding] = found;
    ok(finding);
    match(format(finding.message, 'en'), /for 587 covers 27 % of the addresses of Brazil .*, and 66.5 % of what/);
    match(format(finding.message, 'pt-BR'), /para 587 cobre 27 % dos endereços do Brasil .*, e 66,5 % do que/);
    equal(finding.evidence?.packet?.['dport'], 587);
    equal(finding.source.positionAt(finding.span.start).line, 2);
  });

  it('reads loops, lists, ranges, user chains, translation and dumps', () => {
    const some = [
      script('for n in 130/8 187/8 200/7; do iptables -A INPUT -s $n -p tcp --dport 587 -j ACCEPT; done'),
      script('iptables -A INPUT -s 130/8,187/8,200/7 -p tcp -m multiport --dports 465,587 -j ACCEPT'),
      script('iptables -N own', ...three.map(l => l.replace('INPUT', 'own')), 'iptables -A INPUT -j own'),
      {
        'rules.v4':
          '*filter\n:INPUT DROP [0:0]\n-A INPUT -s 130.0.0.0/8 -p tcp --dport 25 -j ACCEPT\n-A INPUT -s 187.0.0.0/8 -p tcp --dport 25 -j ACCEPT\n-A INPUT -s 200.0.0.0/8 -p tcp --dport 25 -j ACCEPT\nCOMMIT\n',
      },
    ];
    for (const files of some) equal(findings(rule, { ...main, ...files }).length, 1, JSON.stringify(files));
    const both = findings(rule, { ...main, ...(some[1] ?? {}) })[0];
    equal(both?.message.args['ports'], '465, 587');
  });

  it('a file that speaks of Brazil is measured without main.cf', () =>
    equal(findings(rule, script('# somente Brasil', ...three)).length, 1));

  it('is silent elsewhere, about offices, private networks, and ports open to all', () => {
    checkRule(rule, { 'main.cf': 'myhostname = mx.example.com\n', ...script(...three) });
    checkRule(rule, { ...main, ...script(...list('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24')) });
    checkRule(rule, { ...main, ...script(...list('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')) });
    checkRule(rule, { ...main, ...script(...three, 'iptables -A INPUT -p tcp --dport 587 -j ACCEPT') });
    checkRule(rule, { ...main, ...script(...list('187.0.0.0/8', '200.0.0.0/8')) });
  });

  it('writes the list that covers the country, and is content with it', () => {
    const files = { ...main, ...script(...three, 'iptables -A INPUT -p tcp --dport 80 -j ACCEPT') };
    const fix = findings(rule, files)[0]?.fixes[0];
    ok(fix);
    equal(fix.safe, false);
    const after = applyFix(files, fix);
    const lines = (after['firewall.sh'] ?? '').trimEnd().split('\n');
    const written = lines.filter(line => line.includes('--dport 587'));
    ok(written.length > 1000 && written.length <= 2000);
    equal(lines.length, written.length + 3);
    ok(!after['firewall.sh']?.includes('130/8'));
    equal(findings(rule, after).length, 0);
  });

  it('writes it in the form the list has: loops, variables, arrays, comma lists, dumps', () => {
    const rule587 = 'iptables -A INPUT -s $n -p tcp --dport 587 -j ACCEPT';
    const body = (words: string) => [`for n in ${words}; do`, `  ${rule587}`, 'done'];
    const dump = [':INPUT DROP [0:0]', '-A INPUT -s 130.0.0.0/8,187.0.0.0/8,200.0.0.0/7 -p tcp --dport 25 -j ACCEPT'];
    const forms: Record<string, string>[] = [
      script(...body('130/8 187.0.0.0/8 192.168.0.0/16 200/7 198.51.100.7')),
      script(`for n in 130/8 187/8 200/7; do ${rule587}; done`),
      script(String.raw`X=$'\'`, ...body('130/8 187/8 200/7'), "# '"),
      script('NETS="130/8 187/8', '  192.168.0.0/16 200/7 198.51.100.7"', ...body('$NETS')),
      script('NETS="130/8 187/8 200/7"', ...body('$NETS'), ...body('$NETS').map(l => l.replace('587', '465'))),
      {
        'firewall.sh': `#!/bin/bash\niptables -P INPUT DROP\nNETS=(130/8 187/8 200/7)\n${body('"${NETS[@]}"').join('\n')}\n`,
      },
      script('iptables -A INPUT -s 130/8,187/8,192.168.0.0/16,200/7,198.51.100.7 -p tcp --dport 587 -j ACCEPT'),
      script(...three, ...list('192.168.0.0/16', '198.51.100.7')),
      script('iptables -A INPUT -s 201.9.0.0/16 -j DROP', ...list('130/8', '192.168.0.0/16', '187/8', '200/7')),
      { 'rules.v4': `*filter\n${dump.join('\n')}\nCOMMIT\n` },
    ];
    for (const form of forms) {
      const files = { ...main, ...form };
      const name = JSON.stringify(form);
      const fix = findings(rule, files)[0]?.fixes[0];
      ok(fix, name);
      const after = applyFix(files, fix);
      equal(findings(rule, after).length, 0, name);
      const text = after['firewall.sh'] ?? after['rules.v4'] ?? '';
      equal((text.match(/\b\d+\.\d+\.\d+\.\d+\/\d+/g) ?? []).length > 1000, true, name);
      equal(text.includes('192.168.0.0/16'), name.includes('192.168.0.0/16'), name);
      equal(text.includes('198.51.100.7'), name.includes('198.51.100.7'), name);
      ok(measured(after) > 0.99, name);
    }
  });

  it('leaves a list alone that others go over as well, that is computed, whose lines differ or have others between them', () => {
    const use = 'iptables -A INPUT -s $n -p tcp --dport 587 -j ACCEPT';
    for (const lines of [
      ['for n in 130/8 187/8 200/7; do', `  ${use}`, '  iptables -A INPUT -s $n -p tcp --dport 22 -j ACCEPT', 'done'],
      ['NETS="130/8 187/8 200/7"', `for n in $NETS; do ${use}; done`, 'echo $NETS'],
      ['for n in 130 187 200; do iptables -A INPUT -s $n.0.0.0/8 -p tcp --dport 587 -j ACCEPT; done'],
      [...list('130.0.0.0/8'), 'iptables -A INPUT -s 187.1.0.0/16 -j DROP', ...list('187.0.0.0/8', '200.0.0.0/7')],
      [...list('130/8', '187/8'), 'iptables -A INPUT -s 201.9.0.0/255.255.0.0 -j RETURN', ...list('200/7')],
      [...three.slice(0, 2), 'iptables -A INPUT -i eth0 -p tcp --dport 587 -s 200/7 -j ACCEPT'],
    ])
      equal(findings(rule, { ...main, ...script(...lines) })[0]?.fixes.length, 0, lines.join('\n'));
  });
});

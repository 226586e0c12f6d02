import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { rule as egress } from '@postfix-tools/server/rules/iptables/ipt-egress-25-open';
import { rule as endless } from '@postfix-tools/server/rules/iptables/ipt-endless';
import { rule as masquerade } from '@postfix-tools/server/rules/iptables/ipt-masquerade-inbound';
import { rule as noEstablished } from '@postfix-tools/server/rules/iptables/ipt-no-established';
import { rule as noTwin } from '@postfix-tools/server/rules/iptables/ipt-no-ipv6-twin';
import { rule as reversed } from '@postfix-tools/server/rules/iptables/ipt-order-reversed';
import { rule as ownBlocked } from '@postfix-tools/server/rules/iptables/ipt-own-delivery-blocked';
import { rule as portClosed } from '@postfix-tools/server/rules/iptables/ipt-port-closed';
import { rule as noListener } from '@postfix-tools/server/rules/iptables/ipt-port-without-listener';
import { rule as prompt } from '@postfix-tools/server/rules/iptables/ipt-prompt-pasted';
import { rule as refused } from '@postfix-tools/server/rules/iptables/ipt-refused';
import { rule as shadowed } from '@postfix-tools/server/rules/iptables/ipt-shadowed';
import { rule as short } from '@postfix-tools/server/rules/iptables/ipt-short-network';
import { rule as udp } from '@postfix-tools/server/rules/iptables/ipt-udp-smtp';
import type { Rule } from '@postfix-tools/server/rules/rule';
import { check } from '@postfix-tools/server/rules/driver';
import type { Files } from '@postfix-tools/server/text/files';
import { checkFix, checkRule, findings, siteOfTexts } from '../../support/rules';

const script = (...lines: string[]) => ({ 'firewall.sh': `#!/bin/sh\n${lines.join('\n')}\n` });
/** With a line that makes it a firewall script. */
const others = (...lines: string[]) => script('iptables -F', ...lines);
const dump = (...lines: string[]) => ({
  'rules.v4': `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${lines.join('\n')}\nCOMMIT\n`,
});
const silent = (rule: Rule, ...files: Record<string, string>[]) => files.forEach(f => checkRule(rule, f));

/** How many fixes of a rule a script offers, and how often it is run to find them. */
function loads(rule: Rule, ...lines: string[]) {
  const site = siteOfTexts({ 'firewall.sh': `. ./lan.conf\n${lines.join('\n')}\n`, 'lan.conf': 'LAN=10.0.0.0/8\n' });
  let reads = 0;
  const files: Files = {
    list: folder => site.files.list(folder),
    read: path => {
      if (path.endsWith('lan.conf')) reads++;
      return site.files.read(path);
    },
  };
  const [found] = check({ ...site, files }, [rule]);
  const before = reads;
  return { fixes: found?.fixes.length, loads: reads - before };
}

const main = {
  'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8 192.168.1.0/24\n',
};

describe('ipt-endless', () => {
  it('names a script that cannot be followed to its end, and none that ends', () => {
    for (const text of [
      ':(){ :|:& };:',
      'f() { f; }; f',
      'x=a; while :; do x=$x$x; done',
      'while :; do iptables -F; done',
    ])
      equal(findings(endless, script('iptables -P INPUT DROP', text)).length, 1, text);
    silent(endless, script('while read x; do iptables -F; done', 'i=0', 'until [ $i = 9 ]; do i=$((i+1)); done'));
  });
});

describe('ipt-refused', () => {
  it('marks the word to blame where it stands, in a dump and in what a script feeds to iptables-restore', () => {
    const dump = '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dprt 5 -j DROP\nCOMMIT\n';
    const marked = (files: Record<string, string>) =>
      findings(refused, files).map(({ source, span }) => [source.slice(span), source.positionAt(span.start).line + 1]);
    deepEqual(marked({ 'rules.v4': dump }), [['--dprt', 4]]);
    deepEqual(marked({ 'fw.sh': `#!/bin/sh\n# one\niptables-restore <<EOF\n${dump}EOF\n` }), [['--dprt', 7]]);
  });
  it('repeats what iptables says, in scripts and dumps', () => {
    match(
      JSON.stringify(findings(refused, script('iptables -A INPUT --dport 25 -j DROP'))[0]?.message.args),
      /unknown option ..--dport/,
    );
    equal(findings(refused, script('iptables -t nat -A FORWARD -p tcp --dport 25 -j DROP')).length, 1);
    equal(
      findings(refused, script('iptables -A OUTPUT -p tcp --dport 25 -p owner --uid-owner postfix -j ACCEPT'))[0]
        ?.severity,
      'error',
    );
    equal(findings(refused, dump('-A INPUT -p tcp --dprt 25 -j DROP'))[0]?.severity, 'error');
  });
  it('is silent about idioms, holes, and lines that are taken', () =>
    silent(
      refused,
      script('iptables -D INPUT -j DROP', 'iptables -X OLD', 'iptables -C INPUT -j DROP || iptables -A INPUT -j DROP'),
      dump('-A INPUT -p tcp --dport {{ port }} -j ACCEPT', '{% for p in ports %}'),
      script('iptables -A INPUT -s 130/8 -p tcp --dport smtp -j ACCEPT'),
    ));
  it('is silent about chains that other programs make, and about asking whether one is there', () =>
    silent(
      refused,
      script('iptables -A FORWARD -o docker0 -j DOCKER', 'iptables -I f2b-postfix -s 192.0.2.1 -j REJECT'),
      script('ip6tables -nL OWN >/dev/null 2>&1', 'have=$?', 'iptables -S OWN'),
    ));
  it('is silent about options whose target, protocol or first value is not known', () =>
    silent(
      refused,
      script(
        'X=$(cat /etc/x)',
        'iptables -A INPUT -j "$X" --reject-with icmp-host-prohibited',
        'iptables -A INPUT -p "$X" --icmp-type 8 -j DROP',
        'iptables -A INPUT -m set --match-set "$X" src -j DROP',
        'iptables -A INPUT -p tcp --tcp-flags "$X" SYN -j DROP',
        'iptables -A INPUT -j SET --add-set "$X" src',
      ),
    ));
  it('tells of iptables misspelt, and mends it', () => {
    for (const [written, meant] of [
      ['iptable -A INPUT', 'iptables -A INPUT'],
      ['Iptables -A INPUT', 'iptables -A INPUT'],
      ['iptables-A INPUT', 'iptables -A INPUT'],
      ['ip6table -A INPUT', 'ip6tables -A INPUT'],
    ] as const) {
      equal(findings(refused, others(`${written} -j DROP`))[0]?.severity, 'error', written);
      checkFix(refused, others(`${written} -j DROP`), others(`${meant} -j DROP`));
    }
    equal(findings(refused, others('if foo; then iptable -F; fi'))[0]?.severity, 'warning');
    equal(findings(refused, others('PATH="/sbin:/usr/sbin:$PATH"', 'iptable -F'))[0]?.severity, 'error');
    equal(findings(refused, others('IPT=iptable', '$IPT -A INPUT -j DROP'))[0]?.fixes?.length ?? 0, 0);
  });
  it('is silent about names that a program or function of one’s own may have', () =>
    silent(
      refused,
      others('ip4tables -F', 'ip46tables -F', '_iptables -F', 'iptables2 -F', '/opt/iptable -F', 'iptable list'),
      others('iptables-apply -t 30', 'ebtables -F', 'iptables-xml -c', 'iptables_x -F'),
      others('iptable() { iptables "$@"; }', 'iptable -F'),
      others('. /etc/functions', 'iptable -F'),
      others('ln -s /sbin/iptables /sbin/iptable', 'iptable -F'),
      others('command -v iptable && iptable -F'),
      others('if type iptable >/dev/null 2>&1; then iptable -F; fi'),
      others('PATH=/opt/fw/bin:$PATH', 'iptable -F'),
    ));
  it('warns of a dump whose last line has no end', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT';
    equal(findings(refused, { 'rules.v4': text })[0]?.severity, 'warning');
    checkFix(refused, { 'rules.v4': text }, { 'rules.v4': `${text}\n` });
  });
  it('offers the option that was meant, where iptables takes the line with it', () => {
    checkFix(
      refused,
      script('iptables -A INPUT -p tcp --dstport 25 -j DROP'),
      script('iptables -A INPUT -p tcp --dport 25 -j DROP'),
    );
    checkFix(refused, dump('-A INPUT -p tcp --dprt 25 -j DROP'), dump('-A INPUT -p tcp --dport 25 -j DROP'));
    deepEqual(findings(refused, script('iptables -A INPUT -p tcp --xyzzyx 25 -j DROP'))[0]?.fixes, []);
  });
  it('names the cause, not a warning that comes before it', () =>
    match(
      JSON.stringify(findings(refused, script('iptables -A INPUT -i 10.0.0.0/8 tcp -j DROP'))[0]?.message.args),
      /Bad argument `tcp'/,
    ));
  it('is only likely where a condition decides', () =>
    equal(
      findings(refused, script('if [ -e /etc/x ]; then iptables -A INPUT --dport 25 -j DROP; fi'))[0]?.severity,
      'warning',
    ));
  it('does not guess whether a chain is there where conditions decide what was made before', () => {
    silent(
      refused,
      script('iptables -N OWN', 'if [ -e /etc/x ]; then iptables -N OWN; fi'),
      script('if [ -e /etc/x ]; then ip6tables -A OWN -j DROP; fi', 'iptables -N OWN'),
    );
    equal(findings(refused, script('iptables -N OWN', 'iptables -N OWN')).length, 1);
    equal(findings(refused, script('if [ -e /etc/x ]; then iptables -A OWN -j DROP; fi')).length, 1);
  });
  it('sets the firewall up anew only for a line that iptables reads', () => {
    const line = (more: string) => `iptables -t nat -A FORWARD --dport 25 ${more} -s $LAN -j DROP`;
    deepEqual(loads(refused, line('--sport 1 --xyzzyx')), { fixes: 0, loads: 0 });
    deepEqual(loads(refused, line('')), { fixes: 1, loads: 1 });
  });
  it('mends what was copied', () => {
    checkFix(
      refused,
      script('iptables -t nat -A FORWARD -p tcp --dport 25 -j DROP'),
      script('iptables -A FORWARD -p tcp --dport 25 -j DROP'),
    );
    checkFix(
      refused,
      script('iptables -A OUTPUT -p tcp --dport 25 -p owner --uid-owner postfix -j ACCEPT'),
      script('iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT'),
    );
    checkFix(
      refused,
      script('iptables -A INPUT --dport 25 -j DROP'),
      script('iptables -A INPUT -p tcp --dport 25 -j DROP'),
    );
  });
});

describe('ipt-prompt-pasted', () => {
  const lines = ['# iptables -A INPUT -j DROP', '# iptables -A OUTPUT -j DROP'];
  it('speaks of two or more in a row, in a file where nothing runs', () => {
    equal(findings(prompt, script(...lines)).length, 1);
    silent(
      prompt,
      script(lines[0] ?? ''),
      script(...lines, 'iptables -A INPUT -j ACCEPT'),
      script('#iptables -A INPUT', '#iptables -X'),
    );
  });
  it('takes the prompts away', () => checkFix(prompt, script(...lines), script(...lines.map(l => l.slice(2)))));
});

describe('ipt-short-network', () => {
  it('says how it is read', () => {
    deepEqual(
      findings(short, script('iptables -A INPUT -s 130/8,200/7 -j ACCEPT')).map(f => f.message.args.whole),
      ['130.0.0.0/8', '200.0.0.0/7'],
    );
    silent(
      short,
      script('iptables -A INPUT -s 10.0.0.0/8 -j ACCEPT', '# -s 10/8'),
      dump('-A INPUT -s 10.0.0.1 -j DROP'),
    );
  });
  it('reads octets as iptables does: a 0 in front is octal, and what is no number is not taken', () => {
    const read = (network: string) =>
      findings(short, script(`iptables -A INPUT -s ${network} -j ACCEPT`)).map(f => f.message.args.whole);
    deepEqual(read('010.1/16'), ['8.1.0.0/16']);
    deepEqual(['130.08/16', '10/08', '300/8', '10/33'].flatMap(read), []);
  });
  it('writes it', () =>
    checkFix(
      short,
      script('iptables -A INPUT -d 10.1/16 -j ACCEPT'),
      script('iptables -A INPUT -d 10.1.0.0/16 -j ACCEPT'),
    ));
});

describe('ipt-udp-smtp', () => {
  it('takes the rule out', () => {
    checkFix(udp, script('iptables -I OUTPUT -p udp --dport 25 -j DROP', 'iptables -L'), script('iptables -L'));
    silent(udp, script('iptables -A OUTPUT -p udp --dport 53 -j DROP', 'iptables -A OUTPUT -p tcp --dport 25 -j DROP'));
  });
});

describe('ipt-own-delivery-blocked', () => {
  const drop = 'iptables -A OUTPUT -p tcp --dport 25 -j DROP';
  it('sends a packet of the mail user', () => {
    const [alone] = findings(ownBlocked, script(drop));
    deepEqual(
      [alone?.severity, alone?.evidence?.packet?.user, alone?.evidence?.packet?.verdict],
      ['warning', 'postfix', 'DROP'],
    );
    equal(findings(ownBlocked, { ...main, ...script(drop) })[0]?.severity, 'error');
  });
  it('is silent with the exception, and with a relayhost on another port', () =>
    silent(
      ownBlocked,
      { ...main, ...script('iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT', drop) },
      { 'main.cf': 'relayhost = [smtp.example.net]:587\n', ...script(drop) },
      script('iptables -P OUTPUT DROP', 'iptables -A OUTPUT -s 203.0.113.4 -j ACCEPT'),
      script('iptables -A OUTPUT -p tcp --dport 25 -m owner ! --uid-owner postfix -j DROP'),
    ));
  it('asks about the port of the relayhost, and about its address where that is known', () => {
    const relay = (value: string, ...lines: string[]) => ({ 'main.cf': `relayhost = ${value}\n`, ...script(...lines) });
    const stopped = 'iptables -A OUTPUT -p tcp -m multiport --dports 465,587 -j DROP';
    const owner = (user: string) => `iptables -A OUTPUT -p tcp --dport 587 -m owner --uid-owner ${user} -j ACCEPT`;
    const ports = ['[mx.example.net]:587', 'mx.example.net:submission', '[203.0.113.4]:465'].map(
      value => findings(ownBlocked, relay(value, stopped))[0]?.message.args.port,
    );
    deepEqual(ports, [587, 587, 465]);
    equal(findings(ownBlocked, relay('[mx.example.net]:587', owner('root'), stopped))[0]?.severity, 'error');
    const one = 'iptables -A OUTPUT -d 203.0.113.4 -j ACCEPT';
    equal(findings(ownBlocked, relay('[203.0.113.5]:587', one, stopped)).length, 1);
    silent(
      ownBlocked,
      relay('[mx.example.net]:587', owner('postfix'), stopped),
      relay('[mx.example.net]:587', one, stopped),
      relay('[203.0.113.4]:587', one, stopped),
      relay('[mx.example.net]', one, drop),
      relay('[mx.example.net]:$port', stopped),
    );
  });
  it('lets the mail user pass, wherever the rule ends up', () => {
    checkFix(
      ownBlocked,
      script(drop),
      script('iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT', drop),
    );
    const inserted = drop.replace('-A', '-I');
    checkFix(
      ownBlocked,
      script(inserted),
      script(inserted, 'iptables -I OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT'),
    );
  });
});

describe('who gets in and out', () => {
  it('ipt-no-established: the answer that is dropped', () => {
    const before = script('iptables -P INPUT DROP', 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT');
    equal(findings(noEstablished, before)[0]?.evidence?.packet?.sport, 25);
    checkFix(
      noEstablished,
      before,
      script(
        'iptables -P INPUT DROP',
        'iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
        'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
      ),
    );
    silent(
      noEstablished,
      script('iptables -P INPUT DROP', 'iptables -A INPUT -m state --state ESTABLISHED -j ACCEPT'),
      script('iptables -A INPUT -j ACCEPT'),
    );
  });
  it('ipt-port-closed and ipt-port-without-listener: master.cf against INPUT', () => {
    const master = { ...main, 'master.cf': 'smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n' };
    const files = {
      ...master,
      ...script(
        'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
        'iptables -A INPUT -p tcp --dport 465 -j ACCEPT',
        'iptables -P INPUT DROP',
      ),
    };
    deepEqual(
      findings(portClosed, files).map(f => f.evidence?.packet?.dport),
      [587],
    );
    deepEqual(
      findings(noListener, files).map(f => f.message.args.port),
      [465],
    );
    silent(portClosed, { ...master, ...script('iptables -A INPUT -p tcp --dport 25 -j ACCEPT') });
  });
  it('ipt-egress-25-open: the LAN behind a router', () => {
    const nat = 'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE';
    equal(findings(egress, script(nat))[0]?.evidence?.packet?.path, 'forward-out');
    silent(egress, script(nat, 'iptables -A FORWARD -p tcp --dport 25 -j DROP'), script('iptables -A INPUT -j ACCEPT'));
  });
  it('ipt-masquerade-inbound: a stranger who arrives as somebody trusted', () => {
    const dnat = 'iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 25 -j DNAT --to-destination 192.168.1.55';
    const [found] = findings(masquerade, { ...main, ...script(dnat, 'iptables -t nat -A POSTROUTING -j MASQUERADE') });
    deepEqual([found?.severity, found?.evidence?.packet?.seen_src], ['error', '192.168.1.1']);
    silent(masquerade, { ...main, ...script(dnat, 'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE') });
    const here = 'iptables -t nat -A INPUT -p tcp --dport 25 -j SNAT --to-source 192.168.1.7';
    equal(findings(masquerade, { ...main, ...script(here) })[0]?.evidence?.packet?.seen_src, '192.168.1.7');
  });
  it('ipt-no-ipv6-twin: what is closed over IPv4 alone', () => {
    equal(findings(noTwin, script('iptables -A INPUT -p tcp --dport 587 -j DROP')).length, 1);
    silent(
      noTwin,
      script('iptables -A INPUT -p tcp --dport 587 -j ACCEPT'),
      script('for i in iptables ip6tables; do $i -A INPUT -p tcp --dport 587 -j DROP; done'),
    );
    deepEqual(loads(noTwin, 'iptables -A INPUT -p tcp --dport 587 -j DROP'), { fixes: 1, loads: 1 });
    const [differs] = findings(
      noTwin,
      script('iptables -A INPUT -p tcp --dport 587 -j DROP', 'ip6tables -A INPUT -p tcp --dport 22 -j ACCEPT'),
    );
    deepEqual([differs?.severity, differs?.message.args.ports], ['warning', '587']);
    const closed4 = 'iptables -P INPUT DROP\niptables -A INPUT -p tcp --dport 22 -j ACCEPT\nip6tables -P INPUT DROP\n';
    silent(noTwin, script(`${closed4}ip6tables -A INPUT -s ::1 -j ACCEPT\nip6tables -A INPUT -s fe80::/10 -j ACCEPT`));
    const opened = findings(noTwin, script(`${closed4}ip6tables -A INPUT -j ACCEPT`));
    deepEqual(
      opened.map(f => f.message.args.ports),
      ['25, 465, 587'],
    );
  });
});

describe('rules in each other’s way', () => {
  it('ipt-shadowed: no packet is left for it', () => {
    const [found] = findings(
      shadowed,
      script(
        'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
        'iptables -A INPUT -p tcp -s 203.0.113.9 --dport 25 -j DROP',
      ),
    );
    deepEqual([found?.evidence?.packet?.verdict, found?.message.args.line], ['ACCEPT', 2]);
    silent(
      shadowed,
      script('iptables -A INPUT -s 203.0.113.9 -j DROP', 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT'),
    );
  });
  it('ipt-order-reversed: a series of -I', () => {
    const series = [
      'iptables -I INPUT -p tcp -s 198.51.100.0/24 --dport 587 -j ACCEPT',
      'iptables -I INPUT -p tcp --dport 587 -j DROP',
    ];
    const [found] = findings(reversed, script(...series));
    ok(found);
    equal(found.evidence?.packet?.verdict, 'DROP');
    silent(shadowed, script(...series));
    silent(reversed, script(...series.map(l => l.replace('-I', '-A'))));
    checkFix(reversed, script(...series), script(...series.map(l => l.replace('-I', '-A'))));
    const offered = (...lines: string[]) => findings(reversed, script(...lines)).flatMap(f => f.fixes).length;
    equal(offered('iptables -A INPUT -p tcp --dport 587 -s 10.0.0.0/8 -j DROP', ...series), 1);
    equal(offered('iptables -A INPUT -p tcp -j REJECT', ...series), 0);
    equal(offered(...series, 'iptables -I INPUT -s 198.51.100.7 -p tcp --dport 587 -j LOG'), 1);
    const later = 'iptables -A INPUT -p tcp -s 203.0.113.0/24 -m multiport --dports 25,587 -j ACCEPT';
    equal(offered(...series, later), 1);
  });
});

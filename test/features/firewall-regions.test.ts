import assert from 'node:assert/strict';
import { lensAsks, lensesOf, lensText } from '@postfix-tools/server/features/code-lens';
import { inlayHints } from '@postfix-tools/server/features/inlay-hints';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { format, type Lang } from '@postfix-tools/server/text/message';
import { cursorIn, docText } from '../support/features';

const script = (...lines: string[]) => `#!/bin/sh\n${lines.join('\n')}\n`;
const list = (...networks: string[]) => [
  'iptables -P INPUT DROP',
  ...networks.map(network => `iptables -A INPUT -s ${network} -p tcp --dport 587 -j ACCEPT`),
];

function lenses(path: string, text: string, lang: Lang = 'en', more: Record<string, string> = {}): string[] {
  const { site, source } = cursorIn({ ...more, [path]: `‸${text}` });
  return lensesOf(site, source)
    .filter(lens => lens.kind === 'reach')
    .map(lens => format(lensText(site, source, lens), lang));
}
function hover(path: string, text: string, lang: Lang = 'en'): string {
  const { site, source, offset } = cursorIn({ [path]: text });
  return docText(hoverAt(site, source, offset)?.doc, lang);
}

describe('firewall: hints say how large a set is', () => {
  const hints = (text: string, lang: Lang = 'en', path = 'fw.sh') => {
    const { site, source } = cursorIn({ [path]: `‸${text}` });
    return inlayHints(site, source, { start: 0, end: source.text.length }).flatMap(({ offset, text: hint }) =>
      typeof hint === 'string'
        ? []
        : [`${source.text.slice(0, offset).split(/[\s,]/).pop() ?? ''} ${format(hint, lang)}`],
    );
  };
  it('of lists and ranges, overlaps counted once; not of one network', () => {
    assert.deepEqual(hints('iptables -A INPUT -s 192.0.2.0/24,192.0.2.7,198.51.100.0/25 -d 10/8 -j DROP\n'), [
      '198.51.100.0/25 2 ranges, 384 addresses',
    ]);
    assert.deepEqual(hints('iptables -A INPUT -m iprange --dst-range 10.0.0.0-10.0.4.9 -j DROP\n', 'pt-BR'), [
      '10.0.0.0-10.0.4.9 1.034 endereços',
    ]);
    assert.deepEqual(hints('-A INPUT ! -s 1.0.0.0/8,2.0.0.0/8 -j DROP\n', 'en', 'rules.v4'), []);
    assert.deepEqual(hints('ip6tables -A INPUT -s 2001:db8::/64,2001:db9::/64 -j DROP\n'), ['2001:db9::/64 2 ranges']);
  });
  it('of what a variable or a loop stands for', () => {
    assert.deepEqual(hints('for n in 1.0.0.0/8 3.0.0.0/8; do iptables -A INPUT -s $n -j DROP; done\n'), [
      '$n 2 ranges, 33,554,432 addresses',
    ]);
    assert.deepEqual(hints('N=10.0.0.0/8,11.0.0.0/8\niptables -A INPUT -s "$N" -j DROP\n'), [
      '"$N" 33,554,432 addresses',
    ]);
    assert.deepEqual(hints('N=$(curl x)\niptables -A INPUT -s $N -j DROP\n'), []);
  });
  it('of ipsets whose content is known', () => {
    const rule = 'iptables -A INPUT -m set --match-set br src -j ACCEPT\n';
    assert.deepEqual(hints(`ipset create br hash:net\nipset add br 187.0.0.0/8\nipset add br 200.0.0.0/8\n${rule}`), [
      'br 2 ranges, 33,554,432 addresses',
    ]);
    assert.deepEqual(hints(rule), []);
  });
});

describe('firewall: lenses say who gets through', () => {
  it('in: closed, a list, a neighbour counted as one range, everybody', () => {
    assert.deepEqual(lenses('fw.sh', script(...list('130/8', '200/7', '187.0.0.0/8'))), [
      '25: closed',
      '465: closed',
      '587: open to 130.0.0.0/8 … 3 ranges, 1.56 % of IPv4',
    ]);
    assert.equal(
      lenses('fw.sh', script(...list('186.0.0.0/8', '187.0.0.0/8')), 'pt-BR')[2],
      '587: aberta para 186.0.0.0/7, 0,78 % do IPv4',
    );
    assert.equal(lenses('fw.sh', script(...list('192.0.2.7')))[2], '587: open to 192.0.2.7');
    assert.equal(lenses('fw.sh', script(...list('0/0')))[2], '587: open to all');
    assert.equal(
      lenses('fw.sh', script(...list('1.0.0.0/8', '2.0.0.0/7', '4.0.0.0/8')))[2],
      '587: open to 1.0.0.0/8 …, 1.56 % of IPv4',
    );
  });
  it('of both families where a script speaks of both', () => {
    const both = script(
      'iptables -P INPUT DROP',
      'ip6tables -P INPUT DROP',
      'iptables -A INPUT -p tcp --dport 587 -j ACCEPT',
      'ip6tables -A INPUT -s 2001:db8::/32 -p tcp --dport 587 -j ACCEPT',
    );
    assert.deepEqual(lenses('fw.sh', both), [
      '25: closed',
      '465: closed',
      '587: open to all',
      '25 over IPv6: closed',
      '465 over IPv6: closed',
      '587 over IPv6: open to 2001:db8::/32, < 0.01 % of IPv6',
    ]);
    assert.equal(lenses('fw.sh', both, 'pt-BR')[3], '25 por IPv6: fechada');
  });
  it('in: what nobody knows is said so', () => {
    assert.equal(
      lenses(
        'fw.sh',
        script('iptables -P INPUT DROP', 'iptables -A INPUT -p tcp --dport 587 -m set --match-set br src -j ACCEPT'),
      )[2],
      '587: open or not: that hangs on what the files do not tell',
    );
  });
  it('out as the mail owner, and through; chains that let all pass by their policy alone have none', () => {
    const out = script(
      'iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT',
      'iptables -A OUTPUT -p tcp --dport 25 -j DROP',
      'iptables -A FORWARD -p tcp --dport 25 -j DROP',
    );
    assert.deepEqual(lenses('fw.sh', out), ['25 through: closed', '25 out, for mail: open to all']);
    assert.deepEqual(lenses('fw.sh', out, 'en', { 'main.cf': 'mail_owner = nobody\n' })[1], '25 out, for mail: closed');
    assert.deepEqual(lenses('fw.sh', script('iptables -P OUTPUT ACCEPT')), []);
  });
  it('dumps, of either family', () => {
    const v6 = '*filter\n:INPUT DROP [0:0]\n-A INPUT -s 2001:db8::/32 -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n';
    assert.equal(lenses('rules.v6', v6)[0], '25 over IPv6: open to 2001:db8::/32, < 0.01 % of IPv6');
  });
  it('a lens can be asked for its packet', () => {
    const { site, source } = cursorIn({ 'fw.sh': `‸${script(...list('198.51.100.0/24'))}` });
    const packets = lensesOf(site, source).map(
      lens => lensAsks(site, source, lens)?.questions[0] as Record<string, unknown> | undefined,
    );
    assert.equal(packets[2]?.['dport'], 587);
    assert.match(String(packets[2]?.['src']), /^198\.51\.100\./);
  });
});

describe('firewall: the hover says what a rule really decides', () => {
  const two = (first: string, second: string) => script('iptables -P INPUT DROP', first, second);
  it('what is left of it, its ports and its verdict', () => {
    const text = two(
      'iptables -A INPUT -s 10.0.0.0/9 -j DROP',
      'iptables -A INPUT -s 10.0.0.0/8 -p tcp -m multiport --dports 25,587 -‸j ACCEPT',
    );
    assert.match(
      hover('fw.sh', text),
      /INPUT\*\*: accepts what comes from 10\.128\.0\.0\/9, 0\.2 % of IPv4, mail ports 25, 587 among it\.$/,
    );
    assert.match(
      hover('fw.sh', text, 'pt-BR'),
      /INPUT\*\*: aceita o que vem de 10\.128\.0\.0\/9, 0,2 % do IPv4, inclusive as portas de correio 25, 587\.$/,
    );
  });
  it('a dead rule never gets a packet', () => {
    assert.match(
      hover(
        'fw.sh',
        two(
          'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
          '‸iptables -A INPUT -s 192.0.2.9 -p tcp --dport 25 -j DROP',
        ),
      ),
      /INPUT\*\*: this rule never gets a packet\.$/,
    );
  });
  it('no mail port, other directions, other verdicts, what is not certain', () => {
    const alone = (line: string) => hover('fw.sh', script(line.replace('-j', '-‸j')));
    assert.match(
      alone('iptables -A INPUT -p tcp --dport 80 -j DROP'),
      /drops what comes from any address; no mail port\.$/,
    );
    assert.match(
      alone('iptables -A OUTPUT -d 192.0.2.0/24 -p tcp --dport 25 -j REJECT'),
      /refuses what goes to 192\.0\.2\.0\/24, .*mail ports 25 among/,
    );
    assert.match(
      alone('iptables -A OUTPUT -d 192.0.2.0/24 -p udp -j REJECT'),
      /refuses what goes to 192\.0\.2\.0\/24, .*; no mail port/,
    );
    assert.match(
      alone('iptables -A INPUT -p tcp --dport 25 -m limit --limit 1/s -j ACCEPT'),
      /Not all of it for certain/,
    );
    assert.match(alone('ip6tables -A INPUT -p tcp --dport 25 -j ACCEPT'), /INPUT, IPv6\*\*: accepts/);
    assert.match(hover('fw.sh', script('iptables -N own', 'iptables -A INPUT -‸j own')), /hands to `own` what comes/);
    assert.match(alone('iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE'), /POSTROUTING\*\*: translates/);
  });
  it('a loop makes many rules of one line; a dump has one for each', () => {
    assert.match(
      hover(
        'fw.sh',
        script('for n in 11/8 13/8; do', '  iptables -A INPUT -s $n -p tcp --dport 587 -‸j ACCEPT', 'done'),
      ),
      /accepts what comes from 11\.0\.0\.0\/8 … 2 ranges, 0\.78 % of IPv4, mail ports 587/,
    );
    assert.match(
      hover('rules.v4', '*filter\n:INPUT DROP [0:0]\n-A INPUT -s 192.0.2.1/32 -‸j ACCEPT\nCOMMIT\n'),
      /accepts what comes from 192\.0\.2\.1, mail ports 25, 465, 587/,
    );
  });
});

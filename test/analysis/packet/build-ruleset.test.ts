import { deepEqual, equal } from 'node:assert/strict';
import { dumped, refusals, saved, scripted } from '../../support/firewall';

describe('the state of the tables', () => {
  it('counts insertions from the top and takes a list upside down', () => {
    const firewall = scripted(`iptables -A INPUT -j ACCEPT
iptables -I INPUT -s 192.0.2.1 -j DROP
iptables -I INPUT 2 -s 192.0.2.2,192.0.2.3 -j DROP
iptables -I INPUT 9 -j DROP`);
    deepEqual(saved(firewall, 'INPUT'), [
      '-s 192.0.2.1/32 -j DROP',
      '-s 192.0.2.3/32 -j DROP',
      '-s 192.0.2.2/32 -j DROP',
      '-j ACCEPT',
    ]);
    deepEqual(refusals(firewall), ['4 1 iptables: Index of insertion too big.']);
  });
  it('finds a rule by what it means, and deletes all of a list or none', () => {
    const firewall = scripted(`iptables -A INPUT -p tcp --dport smtp -s 192.0.2.7/24 -j DROP
iptables -A INPUT -s 192.0.2.1,192.0.2.2 -j DROP
iptables -D INPUT -j DROP --source 192.0.2.0/255.255.255.0 -p 6 -m tcp --destination-port 25
iptables -D INPUT -s 192.0.2.2,192.0.2.9 -j DROP`);
    deepEqual(saved(firewall, 'INPUT'), ['-s 192.0.2.1/32 -j DROP', '-s 192.0.2.2/32 -j DROP']);
    deepEqual(refusals(firewall), ['4 1 iptables: Bad rule (does a matching rule exist in that chain?).']);
  });
  it('takes own chains away in the order they were made in, a renamed one in its old place, legacy by name', () => {
    const script = `iptables -N z
iptables -N a
iptables -A a -j ACCEPT
iptables -A z -j ACCEPT
iptables -E z m
iptables -X`;
    const says = 'iptables v1.8.9 (nf_tables):  CHAIN_DEL failed (Device or resource busy): chain m';
    deepEqual(refusals(scripted(script)), [`6 4 ${says}`]);
    deepEqual(refusals(scripted(script, { backend: 'legacy' })), ['6 1 iptables: Directory not empty.']);
  });
  it('refuses extensions where the kernel does, also through jumps', () => {
    const firewall = scripted(`iptables -N U
iptables -A U -m owner --uid-owner 0 -j RETURN
iptables -A INPUT -j U
iptables -A OUTPUT -j U
iptables -t nat -A FORWARD -j ACCEPT
iptables -t mangle -A FORWARD -j REJECT`);
    deepEqual(refusals(firewall), [
      '3 4 iptables v1.8.9 (nf_tables):  RULE_APPEND failed (Invalid argument): rule in chain INPUT',
      '5 1 iptables: No chain/target/match by that name.',
      '6 4 iptables v1.8.9 (nf_tables):  RULE_APPEND failed (Invalid argument): rule in chain FORWARD',
    ]);
  });
  it('refuses to jump to a built-in chain, in the words for one that is made or is not', () => {
    const says = (script: string) => refusals(scripted(script)).map(text => /failed \((.*?)\)/.exec(text)?.[1] ?? text);
    deepEqual(says('iptables -A INPUT -j INPUT'), ['Operation not supported']);
    deepEqual(says('iptables -A INPUT -j FORWARD'), ['No such file or directory']);
    deepEqual(says('iptables -A FORWARD -j FORWARD -m owner --uid-owner 0'), ['Invalid argument']);
    deepEqual(says('iptables -P FORWARD DROP\niptables -A INPUT -g FORWARD'), ['Operation not supported']);
    const own = 'iptables -N X\niptables -A X -j INPUT';
    deepEqual(says(own), ['No such file or directory']);
    deepEqual(says(`iptables -A INPUT -j ACCEPT\n${own}`), ['Operation not supported']);
    deepEqual(refusals(scripted(own, { backend: 'legacy' })), [
      "2 1 iptables: Invalid argument. Run `dmesg' for more information.",
    ]);
  });
  it('loads nothing where iptables-restore does not know an option', () => {
    const load = (options: string) =>
      scripted(`iptables-restore ${options} <<X\n*filter\n-A INPUT -j DROP\nCOMMIT\nX\n`);
    const first = (options: string) => load(options).errors.map(error => `${error.status} ${error.says}`);
    deepEqual(first('-x'), ["1 iptables-restore: invalid option -- 'x'"]);
    deepEqual(first('-nx'), ["1 iptables-restore: invalid option -- 'x'"]);
    deepEqual(first('-w5'), ["1 iptables-restore: invalid option -- '5'"]);
    deepEqual(first('--foo'), ["1 iptables-restore: unrecognized option '--foo'"]);
    deepEqual(saved(load('-x'), 'INPUT'), []);
    for (const options of ['', '-n', '-w 5 -v', '-T filter', '-Tfilter', '-M /x', '--tabl filter', '--wait=5 -c'])
      deepEqual(saved(load(options), 'INPUT'), ['-j DROP'], options);
    for (const options of ['-t', '-Tnat', '--tab=nat', '-vT nat', '--test'])
      deepEqual(saved(load(options), 'INPUT'), [], options);
  });
  it('leaves a policy where a dump has a dash in its place', () => {
    const dump = (lines: string) => dumped(`*filter\n${lines}\nCOMMIT\n`);
    const kept = dump(':INPUT DROP [0:0]\n:INPUT - [0:0]');
    deepEqual(refusals(kept), []);
    equal(kept.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.policy, 'DROP');
    deepEqual(refusals(dump(':INPUT - [0:0]\n:X -\n-A X -j INPUT')), [
      '4 4 line 4: RULE_APPEND failed (Operation not supported): rule in chain X',
    ]);
    deepEqual(refusals(dump(':INPUT FOO')), ['2 1 iptables-restore: line 2 failed: Bad policy name.']);
  });
  it('asks some extensions for their place in the built-in chain alone, where nft holds the rules', () => {
    const lines = (match: string, base: string) => `iptables -N U\niptables -A U ${match}\niptables -A ${base} -j U`;
    for (const [match, base] of [
      ['-m policy --dir in --pol none', 'OUTPUT'],
      ['-m addrtype --dst-type LOCAL --limit-iface-in', 'OUTPUT'],
      ['-m physdev --physdev-out eth0', 'OUTPUT'],
      ['-m devgroup --src-group 1', 'OUTPUT'],
      ['-p tcp -j TCPMSS --clamp-mss-to-pmtu', 'INPUT'],
    ] as const) {
      deepEqual(refusals(scripted(lines(match, base))), [], match);
      deepEqual(refusals(scripted(`iptables -A ${base} ${match}`)).length, 1, match);
    }
    equal(refusals(scripted(lines('-m owner --uid-owner 0', 'INPUT'))).length, 1);
    equal(refusals(scripted(lines('-m mac --mac-source 00:11:22:33:44:55', 'OUTPUT'))).length, 1);
  });
  it('takes an extension where what it asks for can be known there', () => {
    const says = (rule: string) =>
      refusals(scripted(`iptables ${rule}`)).map(text => /failed \((.*?)\)/.exec(text)?.[1] ?? text);
    for (const rule of [
      '-A OUTPUT -m policy --dir out --pol ipsec',
      '-A OUTPUT -m devgroup --dst-group 1',
      '-A FORWARD -m devgroup --dst-group 1 --src-group 0x2/0xf',
      '-A FORWARD -m addrtype --dst-type LOCAL --limit-iface-out',
      '-A INPUT -m physdev --physdev-out eth0',
      '-A OUTPUT -m physdev --physdev-in eth0',
      '-A INPUT -p tcp --syn -j TCPMSS --set-mss 1400',
      '-t mangle -A INPUT -p tcp -j ECN --ecn-tcp-remove',
      '-t mangle -A INPUT -j ECN --ecn-ip-ect 0',
    ])
      deepEqual(says(rule), [], rule);
    for (const rule of [
      '-A INPUT -m policy --dir out --pol ipsec',
      '-A OUTPUT -m policy --dir in --pol ipsec',
      '-A INPUT -m devgroup --src-group 1 --dst-group 1',
      '-A INPUT -m addrtype --dst-type LOCAL --limit-iface-out',
      '-A OUTPUT -m physdev --physdev-is-out',
      '-A INPUT -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu',
      '-A INPUT -p tcp -j ECN --ecn-tcp-remove',
      '-t mangle -A INPUT -j ECN --ecn-tcp-cwr 1',
      '-A INPUT -j CT --helper ftp',
    ])
      deepEqual(says(rule), ['Invalid argument'], rule);
    deepEqual(says('-t raw -A PREROUTING -j CT --helper ftp'), ['No such file or directory']);
  });
  it('stops chains that call each other, and nests only so deep', () => {
    const names = [...'abcdefghijklmnop'];
    const chain = names
      .map((name, i) => `iptables -N ${name}\niptables -A ${names[i - 1] ?? 'INPUT'} -j ${name}`)
      .join('\n');
    equal(refusals(scripted(chain)).length, 1);
    equal(
      refusals(scripted('iptables -N a\niptables -A a -j a\niptables -A INPUT -j a'))[0],
      '3 4 iptables v1.8.9 (nf_tables):  RULE_APPEND failed (Too many links): rule in chain INPUT',
    );
  });
  it('keeps chains that are used, renames them everywhere', () => {
    const firewall = scripted(`iptables -N A
iptables -A INPUT -j A
iptables -X A
iptables -E A B
iptables -F INPUT
iptables -X B`);
    deepEqual(refusals(firewall), [
      '3 4 iptables v1.8.9 (nf_tables):  CHAIN_DEL failed (Device or resource busy): chain A',
    ]);
    equal(firewall.ruleset.tables[4].get('filter')?.chains.has('B'), false);
  });
  it('speaks as iptables-legacy where that is called', () => {
    deepEqual(
      refusals(scripted('iptables-legacy -A INPUT -j NOWHERE\niptables-legacy -A INPUT -m owner --uid-owner 0')),
      [
        "1 2 iptables v1.8.9 (legacy): Couldn't load target `NOWHERE':No such file or directory",
        "2 1 iptables: Invalid argument. Run `dmesg' for more information.",
      ],
    );
  });
});

describe('a dump', () => {
  const head = '*filter\n:INPUT DROP [0:0]\n';
  it('is taken table by table, whole or not at all', () => {
    const firewall = dumped(
      '*nat\n-A PREROUTING -p tcp --dport 2525 -j REDIRECT --to-ports 25\nCOMMIT\n' +
        head +
        '-A INPUT -j NOWHERE\nCOMMIT\n',
    );
    equal(saved(firewall, 'PREROUTING', 'nat').length, 1);
    equal(firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.policy, 'ACCEPT');
    deepEqual(refusals(firewall), ["7 2 iptables-restore v1.8.9 (nf_tables): Chain 'NOWHERE' does not exist"]);
  });
  it('tells all lines that are wrong, the first as the program does', () => {
    const firewall = dumped(head + '-A INPUT --dprt 25\n-A INPUT -p tcp --dport 25 -j ACCEPT\n-A INPUT foo\nCOMMIT\n');
    deepEqual(refusals(firewall), ['3 2 iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"']);
    deepEqual(
      firewall.refused.map(({ origin, refusal }) => [origin.source.slice(origin.span), refusal.says]),
      [
        ['--dprt', 'iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"'],
        ['foo', "Bad argument `foo'"],
      ],
    );
  });
  it('takes quotes, counters and a missing newline as iptables-restore does', () => {
    const firewall = dumped(
      '*filter\n[5:10] -A INPUT -m comment --comment "a \\"b\\"" -j DROP\n-A INPUT -m comment --comment \'x\' -j DROP\nCOMMIT',
    );
    deepEqual(saved(firewall, 'INPUT'), [
      '-m comment --comment "a \\"b\\"" -j DROP',
      '-m comment --comment "\\\'x\\\'" -j DROP',
    ]);
  });
  it('wants COMMIT, a table, and no carriage returns', () => {
    deepEqual(refusals(dumped(head)), ['3 1 iptables-restore: COMMIT expected at line 3']);
    deepEqual(refusals(dumped('-A INPUT -j DROP\n')), ['1 1 iptables-restore: line 1 failed']);
    deepEqual(refusals(dumped('*filter\r\nCOMMIT\r\n')), [
      "1 2 iptables-restore v1.8.9 (nf_tables): iptables-restore: line 1 table name 'filter",
    ]);
    deepEqual(refusals(dumped('*filter\n-A INPUT -j DROP\nCOMMIT \n')), ["3 2 Bad argument `COMMIT'"]);
  });
});

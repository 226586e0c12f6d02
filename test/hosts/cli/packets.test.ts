import { deepEqual, equal, match } from 'node:assert/strict';
import { cli } from '../../support/cli';

const script = `#!/bin/sh
IPT=\${IPT:-iptables}
case "$1" in
start)
  $IPT -P INPUT DROP
  $IPT -A INPUT -p tcp --dport 25 -j ACCEPT
  $IPT -A INPUT -p tcp --dport 587 -j REJECT --reject-with tcp-reset
  ;;
esac
`;
const dump = (port: number) => `*filter
:INPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport ${port} -j DROP
COMMIT
`;
const files = { 'fw.sh': script, 'rules.v4': dump(25), 'rules.v6': dump(26) };

interface Output {
  readonly results: readonly {
    readonly got: unknown;
    readonly more?: Readonly<Record<string, unknown>>;
    readonly pass: boolean;
  }[];
}
const test = (policy: object) =>
  cli('test p.json --format json', { files: { ...files, 'p.json': JSON.stringify(policy) } }).json<Output>().results;
const got = (policy: object) => test(policy).map(r => r.got);

describe('packets in policy tests', () => {
  it('go through a script as it is called', () => {
    const packets = [{ path: 'in', dport: 25 }, { dport: '587' }, { dport: 110 }];
    deepEqual(got({ firewall: { script: 'fw.sh', args: ['start'] }, packets }), [
      { verdict: 'ACCEPT' },
      { verdict: 'REJECT' },
      { verdict: 'DROP' },
    ]);
    deepEqual(got({ firewall: 'fw.sh', packets })[2], { verdict: 'ACCEPT' });
  });

  it('go through a script as bash runs it, whatever sh is, unless dash is asked for', () => {
    const bashism = '#!/bin/sh\nports=(25 587)\niptables -A INPUT -p tcp --dport ${ports[1]} -j DROP\n';
    const run = (policy: object) =>
      cli('test p.json --format json', { files: { 'b.sh': bashism, 'p.json': JSON.stringify(policy) } })
        .json<Output>()
        .results.map(r => r.got);
    const packets = [{ dport: 587 }];
    deepEqual(run({ firewall: 'b.sh', packets }), [{ verdict: 'DROP' }]);
    deepEqual(run({ firewall: 'b.sh', shell: 'dash', packets }), [{ verdict: 'ACCEPT' }]);
  });

  it('go through dumps, each of its family', () => {
    const firewall = ['rules.v4', { script: 'rules.v6', family: 6 }];
    const packets = [{ dport: 25 }, { dport: 26 }, { dport: 26, src: '2001:db8:ff::9' }];
    deepEqual(got({ firewall, packets }), [{ verdict: 'DROP' }, { verdict: 'ACCEPT' }, { verdict: 'DROP' }]);
  });

  it('are held against a verdict, or against further facts', () => {
    const packets = [
      { dport: 587, expect: 'REJECT' },
      { dport: 587, expect: { verdict: 'REJECT', answer: 'tcp-reset' } },
      { dport: 587, expect: { answer: 'icmp-port-unreachable' } },
    ];
    deepEqual(
      test({ firewall: { script: 'fw.sh', args: 'start' }, packets }).map(r => r.pass),
      [true, true, false],
    );
  });

  it('need a firewall that can be read', () => {
    const run = cli('test p.json', { files: { 'p.json': JSON.stringify({ firewall: 'gone.sh', packets: [{}] }) } });
    equal(run.status, 2);
    match(run.err, /gone\.sh: no firewall/);
  });
});

describe('postfix-lint try packet', () => {
  it('prints the verdict and the rules met; a script is started as it usually is', () => {
    const { status, out } = cli('try packet --path in --proto tcp --src 203.0.113.9 --dport 587 fw.sh', { files });
    equal(status, 0);
    match(out, /^REJECT {2}answer=tcp-reset\n[^]*fw\.sh:7 +.*--dport 587/);
  });

  it('takes arguments, environment and addresses', () => {
    const run = (argv: string) => cli(`try packet --format json ${argv} fw.sh`, { files }).json<{ got: unknown }>().got;
    deepEqual(run('--dport 110 --arg stop'), { verdict: 'ACCEPT' });
    deepEqual(run('--dport 110 --env IPT=/sbin/iptables'), { verdict: 'DROP' });
    deepEqual(run('--dport 25 --host-address 198.51.100.7 --dst 198.51.100.7'), { verdict: 'ACCEPT' });
  });

  it('exits with 2 for wrong use', () => {
    equal(cli('try packet --dport 25').status, 2);
    equal(cli('try packet --dport many fw.sh', { files }).status, 2);
    equal(cli('try packet --path up fw.sh', { files }).status, 2);
  });
});

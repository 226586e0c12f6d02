import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { refusals, saved, scripted } from '../../support/firewall';
import { shared } from '../../support/shared';

/** What the only refused line of a script says, without the program's name. */
function says(line: string): string {
  const [error] = scripted(line).errors;
  return error ? `${error.status} ${error.says.replace(/^\S+ v1\.8\.9 \(nf_tables\): /, '')}` : 'taken';
}

describe('an iptables command', () => {
  it('is refused for the first thing that is wrong, in the order of the program', () => {
    equal(says('iptables -A INPUT --dport 25 -p tcp -s 256.1.1.1'), '2 unknown option "--dport"');
    equal(says('iptables -A INPUT -p tcp --dport 25,587 -j NOWHERE'), "2 invalid port/service `25,587' specified");
    equal(says('iptables -A INPUT -s 256.1.1.1 -o eth0 -j NOWHERE'), "2 host/network `256.1.1.1' not found");
    equal(says('iptables -A INPUT -o eth0 -j NOWHERE'), "2 Can't use -o with INPUT");
    equal(says('iptables -A NOCHAIN -j NOWHERE'), "2 Chain 'NOWHERE' does not exist");
    equal(says('iptables -A NOCHAIN -m owner --uid-owner 0'), '1 iptables: No chain/target/match by that name.');
    equal(
      says('iptables -t nat -A PREROUTING -j DROP -m conntrack'),
      '2 The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.',
    );
  });
  it('reads marks as strtoul reads numbers, and refuses what stands behind', () => {
    const mark = (text: string) => says(`iptables -t mangle -A PREROUTING -j MARK --set-mark "${text}"`);
    for (const text of ['0x1', '0xff', '0x4000/0x4000', '010', ' 1', '+5', '0X1F']) equal(mark(text), 'taken', text);
    for (const text of ['09', '0xg', '1/2/3', '1 ', '0x', '1,2', '1/0x'])
      equal(mark(text), '2 MARK: trailing garbage after value for option "--set-mark".', text);
    for (const text of ['1/', '1/x', 'abc', '-1', '4294967296', '/1'])
      equal(mark(text), '2 MARK: bad integer value for option "--set-mark", or out of range.', text);
    const xmark = '-A PREROUTING -j MARK --set-xmark 0x1/0xff';
    deepEqual(saved(scripted(`iptables -t mangle ${xmark}`), 'PREROUTING', 'mangle'), [xmark.slice(14)]);
  });
  it('knows the levels of LOG by their whole names, in small letters', () => {
    const level = (name: string) => says(`iptables -A INPUT -j LOG --log-level "${name}"`);
    for (const name of ['0', '7', '01', '0x3', ' 4', 'emerg', 'panic', 'error', 'warning', 'debug'])
      equal(level(name), 'taken', name);
    for (const name of ['8', '-1', '3x', '', 'warn', 'err', 'Warning', 'debu', 'none', 'toString'])
      equal(level(name), `2 log level "${name}" unknown`, name);
  });
  it('reads the programs of bpf, and prints them as they are kept', () => {
    const program = (text: string) => `iptables -A INPUT -m bpf --bytecode '${text}' -j ACCEPT`;
    const kept = (text: string) => saved(scripted(program(text)), 'INPUT').join();
    equal(kept('1,6 0 0 0'), '-m bpf --bytecode "1,6 0 0 0" -j ACCEPT');
    equal(kept(' 65537,06  0 0 010 7,'), '-m bpf --bytecode "1,6 0 0 10" -j ACCEPT');
    equal(kept('+1,+6 0 0 -1'), '-m bpf --bytecode "1,6 0 0 4294967295" -j ACCEPT');
    equal(says(program('x')), '2 bpf: error parsing program length');
    equal(says(program('1')), '2 bpf: error parsing program length');
    equal(says(program('65,6 0 0 0')), '2 bpf: number of instructions exceeds maximum');
    equal(says(program('0,')), '2 bpf: illegal zero length program');
    equal(says(program('1,6 0 0')), '2 bpf: error at instr 0');
    equal(says(program('1,6 0 0 0,6 0 0 0')), '2 bpf: real program length exceeds the encoded length parameter');
    equal(says(program('2,6 0 0 0')), '2 bpf: parsed program length is less than the encoded length parameter');
    equal(says('iptables -A INPUT -m bpf -j ACCEPT'), '2 bpf: one of --bytecode or --pinned is required');
  });
  it('wants a direction of a policy, and no more', () => {
    const policy = (words: string) => says(`iptables -A FORWARD -m policy ${words}`);
    for (const words of ['', '--pol none', '--pol none --strict'])
      equal(policy(words), '2 policy match: neither --dir in nor --dir out specified', words);
    equal(policy('--dir in --pol none --strict'), '2 policy match: policy none but --strict given');
    equal(policy('--dir in --pol ipsec --next'), '2 policy: option "--next" also requires "--strict".');
    for (const words of ['--dir in', '--dir out --pol none', '--dir in --reqid 3', '--dir in --pol none --proto esp'])
      equal(policy(words), 'taken', words);
    const kept = (words: string) => saved(scripted(`iptables -A FORWARD -m policy ${words}`), 'FORWARD').join();
    equal(kept('--reqid 3 --dir in'), '-m policy --dir in --pol ipsec --reqid 3');
    equal(kept('--pol none --dir in --proto esp'), '-m policy --dir in --pol none');
  });
  it('takes options in their short, long and shortened forms', () => {
    deepEqual(saved(scripted('iptables --append INPUT --proto tcp --dpo 25 --jump DROP'), 'INPUT'), [
      '-p tcp -m tcp --dport 25 -j DROP',
    ]);
    deepEqual(
      saved(
        scripted('iptables -AINPUT -p tcp --dport=25 -jDROP || iptables -AINPUT -p tcp --dport=25 -j DROP'),
        'INPUT',
      ),
      ['-p tcp -m tcp --dport 25 -j DROP'],
    );
    equal(says('iptables -A INPUT -ptcp'), '2 unknown protocol "-ptcp" specified');
    equal(says('iptables -A INPUT -p tcp --d 25'), '2 unknown option "--d"');
    equal(says('iptables -A INPUT -qz'), '2 unknown option "INPUT"');
    equal(says('iptables -A INPUT -- x'), '2 unknown arguments found on commandline');
  });
  it('says what is negated in the wrong place', () => {
    equal(says('iptables -A INPUT -s ! 130/8 -j DROP'), "2 Bad argument `130/8'");
    equal(says('iptables -A INPUT ! ! -s 130/8'), '2 multiple consecutive ! not allowed');
    equal(says('iptables -A INPUT ! -j DROP'), '2 cannot have ! before -j');
    equal(says('iptables -A INPUT -j DROP !'), '2 nothing appropriate following !');
    equal(
      says('iptables -A INPUT ! -s 1.2.3.4,5.6.7.8'),
      '2 ! not allowed with multiple source or destination IP addresses',
    );
  });
  it('makes a rule of each pair of source and destination', () => {
    deepEqual(
      saved(scripted('iptables -A INPUT -s 192.0.2.1,192.0.2.2 -d 198.51.100.0/24,203.0.113.9 -j DROP'), 'INPUT'),
      [
        '-s 192.0.2.1/32 -d 198.51.100.0/24 -j DROP',
        '-s 192.0.2.1/32 -d 203.0.113.9/32 -j DROP',
        '-s 192.0.2.2/32 -d 198.51.100.0/24 -j DROP',
        '-s 192.0.2.2/32 -d 203.0.113.9/32 -j DROP',
      ],
    );
  });
  it('leaves names that only the host knows open', () => {
    const firewall = scripted('iptables -A INPUT -s $(hostname -I) -j DROP\niptables -A INPUT -j ACCEPT');
    deepEqual(refusals(firewall), []);
    equal(
      firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules[0]?.rule.conditions[0]?.kind,
      'undecided',
    );
  });
  it('prints what the rest of the extensions take', () => {
    const lines = [
      ['-m limit --limit 90/minute', '-m limit --limit 90/min'],
      ['-m limit --limit 24/day', '-m limit --limit 1/hour'],
      [
        '-m time --weekdays 1,2 --timestart 8:00',
        '-m time --timestart 08:00:00 --weekdays Mon,Tue --datestop 2038-01-19T03:14:07',
      ],
      ['-m statistic --mode random --probability .5', '-m statistic --mode random --probability 0.50000000000'],
      ['-m tos --tos Minimize-Delay', '-m tos --tos 0x10/0x3f'],
      ['-m dscp --dscp-class EF', '-m dscp --dscp 0x2e'],
      ['-m connlimit ! --connlimit-above 3', '-m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr'],
      ['-m state --state NEW,INVALID', '-m state --state INVALID,NEW'],
      ['-m recent --set', '-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource'],
      ['-p icmp --icmp-type ping', '-p icmp -m icmp --icmp-type 8'],
      ['-p udp --dport 70000', '-p udp -m udp --dport 4464'],
    ] as const;
    for (const [given, printed] of lines)
      deepEqual(saved(scripted(`iptables -A INPUT ${given}`), 'INPUT'), [printed], given);
  });
});

interface Fact {
  readonly kind: string;
  readonly line: string;
  readonly setup?: string;
  readonly rc: number;
  readonly stderr_nft: string;
  readonly applied: boolean;
  readonly becomes?: readonly string[];
}

describe('the measured refusals of iptables', () => {
  it('are ours', function () {
    const file = shared('facts/iptables-messages.json');
    if (file === undefined) {
      console.log('Skipped: the measured refusals are not there (../shared/facts)');
      this.skip();
    }
    const facts = JSON.parse(readFileSync(file, 'utf8')) as Fact[];
    const wrong: string[] = [];
    let asked = 0;
    for (const fact of facts) {
      // A carriage return ends the line for those who wrote it down.
      if (fact.line.includes('iptables-restore') || /\\r|\r|\u00a0/.test(fact.line)) continue;
      asked++;
      const firewall = scripted(`${fact.setup ?? ':'}\n${fact.line}\n`);
      const error = firewall.errors.at(-1);
      const first =
        fact.stderr_nft.split('\n').find(text => text.trim() !== '' && !/^\S+ v[\d.]+ \(\w+\): *$/.test(text)) ?? '';
      const ours = error ? `${error.status} ${error.says}` : '0 ';
      if (ours !== `${fact.rc} ${fact.rc === 0 ? '' : first.trimEnd()}`)
        wrong.push(`${fact.line}: ${ours}, measured ${fact.rc} ${first}`);
      if (fact.becomes && !error) {
        const all = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].flatMap(chain =>
          (['filter', 'nat', 'mangle', 'raw'] as const).flatMap(table =>
            saved(firewall, chain, table).map(rule => `-A ${chain} ${rule}`),
          ),
        );
        for (const rule of fact.becomes)
          if (!all.includes(rule)) wrong.push(`${fact.line}: ${all.join()} instead of ${rule}`);
      }
    }
    console.log(`Measured refusals of iptables: ${asked - wrong.length} of ${asked} agree`);
    deepEqual(wrong, []);
  });
});

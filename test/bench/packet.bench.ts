/** Firewalls of many rules: setting up, who reaches the mail ports, which rules never decide, one line edited. */
import type { FirewallFile } from '@postfix-tools/server/analysis/packet/firewall';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

const mailPorts = [25, 465, 587];

/** A dump of so many rules for random networks, every other one for a mail port. */
function dump(rules: number): string {
  let state = 1;
  const next = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  let out =
    '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n';
  for (let i = 0; i < rules; i++) {
    const port = i % 2 ? (mailPorts[next(3)] ?? 25) : 1 + next(65535);
    const network = `${1 + next(223)}.${next(256)}.${next(256)}.0/${[16, 20, 22, 24][next(4)] ?? 24}`;
    out += `-A INPUT -s ${network} -p tcp -m tcp --dport ${port} -j ${next(4) ? 'ACCEPT' : 'DROP'}\n`;
  }
  return `${out}COMMIT\n`;
}

function file(text: string): FirewallFile[] {
  return [{ kind: 'iptables-save', source: new SourceText('rules.v4', text) }];
}

const sizes = [1_000, 10_000];

export const benches: readonly Bench[] = [
  {
    name: 'a dump is read and loaded',
    unit: 'rule',
    sizes,
    prepare: size => {
      const text = dump(size);
      let round = 0;
      // Another comment each time, so that no line is known from before.
      return () => loadFirewall(file(text.replaceAll(' -j ', ` -m comment --comment ${round++} -j `)));
    },
  },
  {
    name: 'one line of it is edited and the dump loaded again',
    unit: 'rule',
    sizes,
    promise: 20,
    prepare: size => {
      const text = dump(size);
      loadFirewall(file(text));
      let round = 0;
      return () => loadFirewall(file(text.replace('--dport 25 ', `--dport ${1000 + (round++ % 60000)} `)));
    },
  },
  {
    name: 'who reaches 25, 465 and 587',
    unit: 'rule',
    sizes,
    promise: 200,
    prepare: size => {
      const { ruleset } = loadFirewall(file(dump(size)));
      return () => mailPorts.map(port => reach(ruleset, { family: 4, way: 'in', port }).open.surely.share);
    },
  },
  {
    name: 'which rules never decide anything',
    unit: 'rule',
    sizes,
    prepare: size => {
      const { ruleset } = loadFirewall(file(dump(size)));
      return () => decided(ruleset).dead.length;
    },
  },
  {
    name: 'one packet',
    unit: 'rule',
    sizes,
    prepare: size => {
      const { ruleset } = loadFirewall(file(dump(size)));
      return () => tryPacket(ruleset, { path: 'in', src: '203.0.113.9', dport: 25 }).verdict;
    },
  },
];

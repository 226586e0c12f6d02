/** Firewalls of many rules: setting up, who reaches the mail ports, which rules never decide, one line edited. */
import type { FirewallFile } from '@postfix-tools/server/analysis/packet/firewall';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import type { Ruleset } from '@postfix-tools/server/analysis/packet/ruleset';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules as allRules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';
import { allowed, banned, containers, networks, networksScript, services, setOfNetworks } from './firewalls';

const mailPorts = [25, 465, 587];

function file(text: string): FirewallFile[] {
  return [{ kind: 'iptables-save', source: new SourceText('rules.v4', text) }];
}

function script(text: string): FirewallFile[] {
  return [{ kind: 'shell', source: new SourceText('firewall.sh', text) }];
}

/** Setting a firewall up anew after one line in its middle has become another. */
function edited(text: string, load: (text: string) => FirewallFile[]): () => unknown {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  const end = text.indexOf('\n', middle);
  const line = text.slice(middle, end);
  let files = load(text);
  loadFirewall(files);
  let round = 0;
  return () => {
    const now = text.slice(0, middle) + line.replace(' -j ', ` -m comment --comment ${round++} -j `) + text.slice(end);
    files = files.map(each => ({ ...each, source: each.source.edited(now) }));
    return loadFirewall(files);
  };
}

/** A ruleset of which nothing is remembered. */
function unseen({ tables, refused, unknown }: Ruleset): Ruleset {
  return { tables, refused, unknown };
}

const firewallRules = allRules.filter(r => r.files.includes('shell') || r.files.includes('iptables-save'));

/** All rules on firewalls, on a mail server with this one, after one line in its middle has become another. */
function rechecked(path: string, text: string): () => unknown {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  const end = text.indexOf('\n', middle);
  const line = text.slice(middle, end);
  const mainCf = new SourceText('/etc/postfix/main.cf', 'myhostname = mx.example.com\n');
  let source = new SourceText(path, text);
  let round = 0;
  return () => {
    // Another address where there is one, else another comment.
    const other = line.replace(/(\d+\.\d+\.)\d+(?=\.\d)/, `$1${round % 256}`);
    const edited = other === line ? line.replace(' -j ', ` -m comment --comment ${round} -j `) : other;
    round++;
    source = source.edited(text.slice(0, middle) + edited + text.slice(end));
    const sources = [mainCf, source];
    const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
    return check(site, firewallRules);
  };
}

const shapes = { banned, allowed, containers, services };

const sizes = [1_000, 10_000];

export const benches: readonly Bench[] = [
  ...Object.entries(shapes).flatMap(([name, shape]): Bench[] => [
    {
      name: `${name}: read and loaded, the mail ports asked, dead rules looked for`,
      unit: 'rule',
      sizes,
      prepare: size => {
        const text = shape(size);
        return () => {
          const { ruleset } = loadFirewall(file(text));
          for (const port of mailPorts) reach(ruleset, { family: 4, way: 'in', port });
          return decided(ruleset).dead.length;
        };
      },
    },
    {
      name: `${name}: who reaches 25, 465 and 587`,
      unit: 'rule',
      sizes,
      promise: 200,
      prepare: size => {
        const { ruleset } = loadFirewall(file(shape(size)));
        return () => mailPorts.map(port => reach(unseen(ruleset), { family: 4, way: 'in', port }).open.surely.share);
      },
    },
    {
      name: `${name}: all rules after an edit of one line`,
      unit: 'rule',
      sizes,
      promise: 20,
      prepare: size => rechecked('/etc/iptables/rules.v4', shape(size)),
    },
  ]),
  {
    name: 'a script of one command a line: all rules after an edit of one line',
    unit: 'rule',
    sizes,
    promise: 20,
    prepare: size => rechecked('/etc/firewall.sh', networksScript(size)),
  },
  {
    name: 'a dump is read and loaded',
    unit: 'rule',
    sizes,
    prepare: size => {
      const text = networks(size);
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
    prepare: size => edited(networks(size), file),
  },
  {
    name: 'a script of one command a line is read and loaded',
    unit: 'rule',
    sizes,
    prepare: size => {
      const text = networksScript(size);
      let round = 0;
      return () => loadFirewall(script(text.replaceAll(' -j ', ` -m comment --comment ${round++} -j `)));
    },
  },
  {
    name: 'one line of it is edited and the script loaded again',
    unit: 'rule',
    sizes,
    promise: 20,
    prepare: size => edited(networksScript(size), script),
  },
  ...(['add', 'restore'] as const).map((how): Bench => ({
    name: `a script fills a set of networks by ipset ${how} and is loaded`,
    unit: 'network',
    sizes,
    prepare: size => {
      const text = setOfNetworks(size, how);
      return () => loadFirewall(script(text));
    },
  })),
  {
    name: 'who reaches 25, 465 and 587',
    unit: 'rule',
    sizes,
    promise: 200,
    prepare: size => {
      const { ruleset } = loadFirewall(file(networks(size)));
      return () => mailPorts.map(port => reach(unseen(ruleset), { family: 4, way: 'in', port }).open.surely.share);
    },
  },
  {
    name: 'which rules never decide anything',
    unit: 'rule',
    sizes,
    prepare: size => {
      const { ruleset } = loadFirewall(file(networks(size)));
      return () => decided(unseen(ruleset)).dead.length;
    },
  },
  {
    name: 'one packet',
    unit: 'rule',
    sizes,
    prepare: size => {
      const { ruleset } = loadFirewall(file(networks(size)));
      return () => tryPacket(ruleset, { path: 'in', src: '203.0.113.9', dport: 25 }).verdict;
    },
  },
];

/** Seeded random firewalls and packets for them, small enough that rules and packets often meet. */
import type { Packet } from '@postfix-tools/server/analysis/packet/packet';

/** A firewall as commands or as a dump, and packets to try on it. */
export interface RandomCase {
  readonly seed: number;
  readonly commands?: readonly (readonly string[])[];
  readonly dump?: string;
  readonly packets: readonly Packet[];
}

type Table = 'filter' | 'nat' | 'mangle' | 'raw';

const builtIn: Readonly<Record<Table, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING', 'INPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
};
const sources = ['203.0.113.9', '203.0.113.77', '198.51.100.25', '8.8.8.8', '130.1.2.3'];
const ports = [25, 465, 587, 2525, 53];
const users = ['0', '102', '1000'];

/** The firewall and packets of a seed, always the same. */
export function randomCase(seed: number): RandomCase {
  const random = new Random(seed);
  const commands = new Rules(random).commands();
  const packets = Array.from({ length: 14 }, (_, i) => randomPacket(random, 40_000 + i));
  if (!random.chance(0.4)) return { seed, commands: [...commands, ...edits(random, commands)], packets };
  return { seed, dump: asDump(commands), packets };
}

class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 2 ** 32;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }
}

class Rules {
  constructor(private readonly random: Random) {}

  commands(): string[][] {
    const { random } = this;
    const out: string[][] = [];
    for (const table of ['filter', 'nat', 'mangle', 'raw'] as const) {
      if (table !== 'filter' && !random.chance(table === 'nat' ? 0.45 : 0.2)) continue;
      const own = table === 'filter' || random.chance(0.3) ? ['A', 'B'] : [];
      for (const name of own) out.push(['iptables', '-t', table, '-N', name]);
      const count = table === 'filter' ? 3 + Math.floor(random.next() * 9) : 1 + Math.floor(random.next() * 3);
      for (let i = 0; i < count; i++) out.push(this.rule(table, own));
      if (table !== 'nat' && random.chance(0.3))
        out.push(['iptables', '-t', table, '-P', random.pick(builtIn[table]), 'DROP']);
    }
    return out;
  }

  private rule(table: Table, own: readonly string[]): string[] {
    const { random } = this;
    const chain = own.length > 0 && random.chance(0.35) ? random.pick(own) : random.pick(builtIn[table]);
    const how = random.chance(0.2) ? ['-I'] : ['-A'];
    const protocol = random.pick(['tcp', 'tcp', 'udp', 'icmp', '']);
    const words = ['iptables', '-t', table, ...how, chain];
    if (protocol !== '') words.push(...(random.chance(0.1) ? ['!'] : []), '-p', protocol);
    const plain = !words.includes('!');
    if (random.chance(0.4))
      words.push(
        ...this.negated([
          '-s',
          random.pick([
            '203.0.113.0/24',
            '130/8',
            '192.168.1.0/24',
            '8.8.8.8',
            '128.0.0.0/1',
            '130.1.2.3/0.0.0.255',
            '198.51.100.25/255.255.255.0',
          ]),
        ]),
      );
    if (random.chance(0.25))
      words.push(
        ...this.negated([
          '-d',
          random.pick(['192.0.2.10', '198.51.100.0/24', '192.168.1.0/24', '10.0.0.0/255.0.255.0']),
        ]),
      );
    if (/PREROUTING|INPUT|FORWARD/.test(chain) && random.chance(0.3))
      words.push(...this.negated(['-i', random.pick(['eth0', 'eth1', 'lo', 'eth+'])]));
    if (/POSTROUTING|OUTPUT|FORWARD/.test(chain) && random.chance(0.3))
      words.push(...this.negated(['-o', random.pick(['eth0', 'eth1', 'lo', 'eth+'])]));
    if (plain && (protocol === 'tcp' || protocol === 'udp') && random.chance(0.7)) words.push(...this.ports(protocol));
    if (plain && protocol === 'icmp' && random.chance(0.5))
      words.push(...this.negated(['--icmp-type', random.pick(['echo-request', '0', 'any'])]));
    if (random.chance(0.2))
      words.push(
        '-m',
        'conntrack',
        ...this.negated(['--ctstate', random.pick(['NEW', 'ESTABLISHED,RELATED', 'INVALID', 'NEW,UNTRACKED', 'DNAT'])]),
      );
    if (/OUTPUT|POSTROUTING/.test(chain) && random.chance(0.25))
      words.push('-m', 'owner', ...this.negated(['--uid-owner', random.pick(['0', '102', '100-1000'])]));
    if (random.chance(0.1)) words.push('-m', 'iprange', ...this.negated(['--src-range', '198.51.100.0-203.0.113.50']));
    if (table === 'filter' && random.chance(0.1))
      words.push('-m', 'mark', ...this.negated(['--mark', random.pick(['1/3', '0x1', '0/0x3'])]));
    if (table !== 'nat' && random.chance(table === 'filter' ? 0.05 : 0.15))
      words.push('-m', 'connmark', ...this.negated(['--mark', random.pick(['1', '0x1/0xf'])]));
    if (random.chance(0.1)) words.push('-m', 'addrtype', ...this.negated(['--dst-type', 'LOCAL']));
    return [...words, ...this.target(table, chain, plain ? protocol : '', own)];
  }

  private negated(words: readonly string[]): string[] {
    return this.random.chance(0.2) ? ['!', ...words] : [...words];
  }

  private ports(protocol: string): string[] {
    const { random } = this;
    const port = String(random.pick(ports));
    const choice = random.next();
    if (choice < 0.5) return this.negated(['--dport', random.pick([port, port, '25:587', ':1024', '40003:'])]);
    if (choice < 0.7)
      return [
        '-m',
        'multiport',
        ...this.negated([
          random.pick(['--dports', '--ports', '--sports']),
          random.pick(['25,465', '1:100,587', '40000:40006,25']),
        ]),
      ];
    if (protocol === 'tcp' && choice < 0.9)
      return this.negated(random.pick([['--syn'], ['--tcp-flags', 'ALL', 'NONE'], ['--tcp-flags', 'SYN,ACK', 'SYN']]));
    return this.negated(['--sport', '40000:40007']);
  }

  private target(table: Table, chain: string, protocol: string, own: readonly string[]): string[] {
    const { random } = this;
    const others = own.filter(name => name > chain || !own.includes(chain));
    if (others.length > 0 && random.chance(0.3)) return [random.pick(['-j', '-j', '-g']), random.pick(others)];
    if (table === 'nat') return this.natTarget(chain, protocol);
    if (table === 'mangle' && random.chance(0.6)) return this.mark();
    if (table === 'raw' && random.chance(0.6))
      return random.pick([
        ['-j', 'NOTRACK'],
        ['-j', 'CT', '--notrack'],
      ]);
    if (table === 'filter' && random.chance(0.15))
      return ['-j', 'REJECT', ...(protocol === 'tcp' && random.chance(0.5) ? ['--reject-with', 'tcp-reset'] : [])];
    return random.pick([['-j', 'ACCEPT'], ['-j', 'ACCEPT'], ['-j', 'DROP'], ['-j', 'DROP'], ['-j', 'RETURN'], []]);
  }

  private mark(): string[] {
    return this.random.pick([
      ['-j', 'MARK', '--set-mark', '1'],
      ['-j', 'MARK', '--set-mark', '0x1/0xff'],
      ['-j', 'MARK', '--set-xmark', '0x3/0x2'],
      ['-j', 'MARK', '--or-mark', '0x2'],
      ['-j', 'MARK', '--and-mark', '1'],
      ['-j', 'MARK', '--xor-mark', '3'],
      ['-j', 'CONNMARK', '--set-mark', '0x1'],
      ['-j', 'CONNMARK', '--save-mark'],
      ['-j', 'CONNMARK', '--restore-mark', '--mask', '0xf'],
    ]);
  }

  private natTarget(chain: string, protocol: string): string[] {
    const { random } = this;
    const port = protocol === 'tcp' || protocol === 'udp';
    if (chain === 'POSTROUTING')
      return random.pick([
        ['-j', 'MASQUERADE'],
        ['-j', 'SNAT', '--to-source', '192.0.2.10'],
        ['-j', 'ACCEPT'],
      ]);
    if (chain === 'INPUT')
      return random.pick([
        ['-j', 'SNAT', '--to-source', '192.0.2.99'],
        ['-j', 'ACCEPT'],
      ]);
    const target = random.pick([
      ['REDIRECT', ...(port ? ['--to-ports', '25'] : [])],
      ['DNAT', '--to-destination', port ? '192.168.1.25:2525' : '192.168.1.25'],
      ['DNAT', '--to-destination', '192.0.2.10'],
      ['RETURN'],
    ]);
    return ['-j', ...target];
  }
}

/** Commands that change what others made: some fit, some are refused. */
function edits(random: Random, commands: readonly (readonly string[])[]): string[][] {
  const out: string[][] = [];
  for (let left = random.chance(0.5) ? 4 : 0; left > 0; left--) {
    const [, , table = 'filter', how = '-A', chain = 'A', ...rest] = random.pick(commands);
    const number = String(1 + Math.floor(random.next() * 4));
    const isRule = how === '-A' || how === '-I';
    const edit = random.pick([
      ['-D', chain, number],
      ['-F', chain],
      ['-X', chain],
      ['-X'],
      ['-E', random.pick(['A', 'B']), 'C'],
      ['-N', chain],
      ['-P', chain, 'ACCEPT'],
      ...(isRule
        ? [
            ['-D', chain, ...rest],
            ['-C', chain, ...rest],
            ['-R', chain, number, ...rest],
          ]
        : []),
      ...(isRule
        ? [
            ['-I', chain, number, ...rest],
            ['-A', chain, ...rest],
          ]
        : []),
    ]);
    out.push(['iptables', '-t', table, ...edit]);
  }
  return out;
}

function randomPacket(random: Random, sport: number): Packet {
  const path = random.pick(['in', 'in', 'out', 'out', 'forward-out', 'forward-in', 'lan-in'] as const);
  const proto = random.pick(['tcp', 'tcp', 'tcp', 'udp', 'icmp'] as const);
  const inside = '192.168.1.50';
  const far = random.pick(['198.51.100.25', '198.51.100.1', '8.8.8.8', '10.3.0.9']);
  const src = {
    in: random.pick(sources),
    out: '192.0.2.10',
    'forward-out': inside,
    'forward-in': random.pick(sources),
    'lan-in': inside,
  }[path];
  const dst = {
    in: '192.0.2.10',
    out: random.chance(0.25) ? '192.0.2.10' : far,
    'forward-out': far,
    'forward-in': inside,
    'lan-in': '192.168.1.1',
  }[path];
  const flags =
    proto === 'tcp' && random.chance(0.15) ? { flags: random.pick(['ACK', 'NONE', 'FIN,PSH,URG', 'SYN,FIN']) } : {};
  const user = path === 'out' && proto !== 'icmp' && !('flags' in flags) ? { user: random.pick(users) } : {};
  return {
    path,
    proto,
    src,
    dst,
    ...(proto === 'icmp' ? {} : { sport, dport: random.pick(ports) }),
    ...flags,
    ...user,
  };
}

/** The same rules as a dump: new chains first, as iptables-save has them. */
function asDump(commands: readonly (readonly string[])[]): string {
  let out = '';
  for (const table of ['raw', 'mangle', 'nat', 'filter'] as const) {
    const here = commands.filter(words => words[2] === table);
    if (here.length === 0) continue;
    out += `*${table}\n`;
    for (const words of here) if (words[3] === '-N') out += `:${words[4] ?? ''} - [0:0]\n`;
    for (const words of here) if (words[3] === '-P') out += `:${words[4] ?? ''} ${words[5] ?? ''} [0:0]\n`;
    for (const words of here) if (words[3] === '-A' || words[3] === '-I') out += `${words.slice(3).join(' ')}\n`;
    out += 'COMMIT\n';
  }
  return out;
}

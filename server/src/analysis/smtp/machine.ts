/** The machine a site runs on: its name and addresses, and its files as Postfix opens them. */
import { derived, remember } from '../../text/derived';
import { isAbsolute } from '../../text/path';
import { siteSettings, type Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { resolveFile } from '../../model/tables';
import { formatIp, maskIp, parseIp } from '../lookup/ip';
import { parsePatterns, type Pattern } from '../lookup/match-list';
import type { Fatal, TableEnv } from '../lookup/table';
import { patternLookup } from './pattern-tables';
import type { Family } from './dns';
import { aliasesOf, defaultHost, type Host } from './session';

/** An interface address of the machine: bytes, prefix length. */
export interface Interface {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The machine a site runs on, and its files as Postfix opens them. */
export class Machine {
  readonly env: TableEnv;
  readonly interfaces: readonly Interface[];
  private readonly envs = new Map<string, TableEnv>();
  private readonly lists = new Map<string, readonly Pattern[] | Fatal>();
  /** The site with the machine's name filled in. */
  readonly site: Site;

  constructor(given: Site, host: Host | undefined) {
    const name = host?.hostname ?? given.options.host?.name ?? defaultHost.hostname;
    const addresses = host?.addresses ?? given.options.host?.addresses ?? defaultHost.addresses;
    const users = new Set(host?.users ?? defaultHost.users);
    const aliases = aliasesOf(host?.aliases ?? defaultHost.aliases);
    this.site = { ...given, options: { ...given.options, host: { name: qualified(given, name), addresses } } };
    this.interfaces = ['127.0.0.1/8', '::1/128', ...addresses, 'fe80::1/64'].flatMap(text => {
      const [address = '', prefix] = text.split('/');
      const bytes = parseIp(address);
      return bytes ? [{ bytes, bits: Number(prefix ?? bytes.length * 8) }] : [];
    });
    const { site } = this;
    const configured = siteSettings(site).text('config_directory') || '/etc/postfix';
    this.env = {
      file: path => {
        if (!isAbsolute(path)) return { kind: 'missing' };
        const found = resolveFile(site, path);
        if (found.state.kind === 'text') return { kind: 'text', source: found.state.source };
        if (found.state.kind !== 'missing') return { kind: 'unknown' };
        if (path === '/etc/aliases') return { kind: 'text', source: aliases };
        for (const ending of ['.db', '.lmdb', '.cdb']) {
          if (resolveFile(site, path + ending).state.kind !== 'missing') return { kind: 'unknown' };
        }
        const inFolder = path.startsWith(`${configured}/`) || path.startsWith('/etc/postfix/');
        return { kind: inFolder && !site.partial ? 'missing' : 'unknown' };
      },
      pattern: patternLookup,
      user: user => users.has(user),
    };
  }

  /** The environment of a process that is chrooted or not, on a machine that knows NIS or not. */
  envOf(jailed: boolean, nis: boolean): TableEnv {
    return remember(this.envs, `${jailed} ${nis}`, () => ({ ...this.env, jailed, nis }));
  }

  /** A list of patterns as all of the machine's processes read it; see {@link parsePatterns}. */
  patterns(value: string, name: string): readonly Pattern[] | Fatal {
    return remember(this.lists, `${name} ${value}`, () => parsePatterns(value, name, this.env));
  }

  /** Whether an address is one of the machine's that inet_interfaces lets Postfix use. */
  isOwn(address: string, settings: Settings): boolean {
    const bytes = parseIp(address);
    return bytes !== undefined && this.ownInterfaces(settings).some(i => sameBytes(i.bytes, bytes));
  }

  /** The addresses of inet_interfaces and inet_protocols, in the machine's order. */
  readonly ownInterfaces = derived((settings: Settings): readonly Interface[] => {
    const words = settings.words('inet_interfaces').map(w => w.text.toLowerCase());
    const protocols = new Set(settings.words('inet_protocols').map(w => w.text.toLowerCase()));
    const family = (i: Interface): boolean =>
      protocols.size === 0 || protocols.has('all') || protocols.has(i.bytes.length === 4 ? 'ipv4' : 'ipv6');
    const byWord = (word: string): Interface[] => {
      if (word === 'all') return [...this.interfaces];
      if (word === 'loopback-only') return this.interfaces.filter(isLoopback);
      const name = word.replace(/^\[|\]$/g, '');
      const bytes = parseIp(name);
      if (bytes) {
        const known = this.interfaces.find(i => sameBytes(i.bytes, bytes));
        return [known ?? { bytes, bits: bytes.length * 8 }];
      }
      if (name === 'localhost') return this.interfaces.filter(isLoopback);
      return this.interfaces.filter(i => !isLoopback(i) && i.bytes.length === 4).slice(0, 1);
    };
    return words.flatMap(byWord).filter(family);
  });

  /** The families of inet_protocols in which names are looked up; IPv6 first where the machine has such an address (RFC 6724). */
  readonly families = derived((settings: Settings): readonly Family[] => {
    const words = new Set(settings.words('inet_protocols').map(w => w.text.toLowerCase()));
    const all = words.size === 0 || words.has('all');
    const six = this.interfaces.some(i => i.bytes.length === 16 && !isLoopback(i) && i.bytes[0] !== 0xfe);
    const order: readonly Family[] = six ? ['AAAA', 'A'] : ['A', 'AAAA'];
    return order.filter(family => all || words.has(family === 'A' ? 'ipv4' : 'ipv6'));
  });

  /** The default of mynetworks: what mynetworks_style makes of the own addresses (mynetworks(3)). */
  ownNetworks(settings: Settings): string {
    const style = settings.text('mynetworks_style').toLowerCase();
    const out: string[] = [];
    for (const { bytes, bits } of this.ownInterfaces(settings)) {
      const first = bytes[0] ?? 0;
      const classBits = first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 4;
      const wide = style === 'host' ? bytes.length * 8 : style === 'class' && bytes.length === 4 ? classBits : bits;
      const net = formatIp(maskIp(bytes, wide));
      out.push(bytes.length === 4 ? `${net}/${wide}` : `[${net}]/${wide}`);
    }
    return [...new Set(out)].join(' ');
  }
}

const sameBytes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
const isLoopback = (i: Interface): boolean =>
  i.bytes.length === 4 ? i.bytes[0] === 127 : i.bytes.every((b, at) => b === (at === 15 ? 1 : 0));

/** The machine's name with $mydomain appended where it has no dot (check_myhostname in mail_params.c). */
function qualified(site: Site, name: string): string {
  if (name.includes('.')) return name;
  const domain = siteSettings(site).get('mydomain');
  return `${name}.${domain.isSet ? domain.value : 'localdomain'}`;
}

const machines = derived((site: Site) => {
  const plain = new Machine(site, undefined);
  const byHost = derived((host: Host) => new Machine(site, host));
  return (host: Host | undefined): Machine => (host ? byHost(host) : plain);
});

/** The machine of a site; the same for the same site and host. */
export function machineOf(site: Site, host?: Host): Machine {
  return machines(site)(host);
}

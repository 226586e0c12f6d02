/** One smtpd service as it stands before a client comes: its settings, lists, tables, and what it resolves addresses with. */
import { bracePayload, splitList } from '../../syntax/list';
import type { Service } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';
import { isAbsolute } from '../../text/path';
import { internalService, serviceSettings } from '../../model/services';
import { siteSettings, type PlacedWord, type Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { resolveFile } from '../../model/tables';
import { formatIp, maskIp, parseIp } from '../lookup/ip';
import { Maps, openMaps } from '../lookup/maps';
import { matchClient, matchString, parsePatterns, type Match, type Pattern } from '../lookup/match-list';
import { openTable, type Table, type TableEnv } from '../lookup/table';
import { explore, Remembered, type Ask } from '../doubt';
import type { RewriteSettings } from '../lookup/rewrite';
import { patternLookup } from './pattern-tables';
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

  /** Whether an address is one of the machine's that inet_interfaces lets Postfix use. */
  isOwn(address: string, settings: Settings): boolean {
    const bytes = parseIp(address);
    return bytes !== undefined && this.ownInterfaces(settings).some(i => sameBytes(i.bytes, bytes));
  }

  /** The addresses of inet_interfaces and inet_protocols, in the machine's order. */
  ownInterfaces(settings: Settings): readonly Interface[] {
    return this.interfacesOf(settings);
  }

  private readonly interfacesOf = derived((settings: Settings): readonly Interface[] => {
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

/** A restriction as written in a list, with its place. */
export type RestrictionWord = PlacedWord;

/** Lists of restrictions by the parameter that holds them. */
export const restrictionParameters = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
] as const;
export type RestrictionParameter = (typeof restrictionParameters)[number];

type PatternParameter =
  | 'mynetworks'
  | 'relay_domains'
  | 'mydestination'
  | 'virtual_alias_domains'
  | 'virtual_mailbox_domains'
  | 'permit_mx_backup_networks';

/** An smtpd service; everything is worked out when first asked for. */
export class SmtpServer {
  readonly settings: Settings;
  /** What trivial-rewrite(8) goes by: main.cf and its own `-o`. */
  readonly rewriteSettings: Settings;
  private readonly lists = new Map<string, readonly RestrictionWord[]>();
  private readonly maps = new Map<string, Maps>();
  private readonly tables = new Map<string, Table>();
  private readonly trusted = new Remembered<Match>();
  private readonly patterns = new Map<string, readonly Pattern[]>();
  /** Why the process ends as soon as something needs a list or table it can't open. */
  readonly lastWords: string[] = [];

  constructor(
    readonly machine: Machine,
    readonly service: Service,
  ) {
    const { site } = machine;
    this.settings = serviceSettings(site, service);
    const name = siteSettings(site).text('rewrite_service_name') || 'rewrite';
    const rewrite = internalService(site, name);
    this.rewriteSettings = rewrite ? serviceSettings(site, rewrite) : siteSettings(site);
  }

  /** The words of a restriction list. */
  list(parameter: string): readonly RestrictionWord[] {
    return remember(this.lists, parameter, () => this.settings.words(parameter));
  }

  /** The tables of a `…_maps` parameter. */
  mapsOf(parameter: string, settings = this.settings): Maps {
    return remember(this.maps, `${settings === this.settings ? '' : 'rewrite '}${parameter}`, () => {
      const opened = openMaps(settings.text(parameter), this.tableEnv(settings, parameter));
      if (opened instanceof Maps) return opened;
      this.lastWords.push(opened.fatal);
      return new Maps([]);
    });
  }

  /**
   * The table of an access restriction. `{ type:name, … }` is opened, but only check_ccert_access ever finds it: for the
   * others it is a table that fails.
   */
  accessTable(word: string): Maps {
    const inner = bracePayload({ text: word, start: 0, end: word.length });
    const name = inner ? (splitList(inner.text)[0]?.text ?? '') : word;
    const says = `unexpected dictionary: ${word}`;
    const failing: Table = { spec: word, fixed: false, lookup: () => ({ kind: 'error', retry: true, says }) };
    const table = remember(this.tables, name, () => {
      if (!name.includes(':')) return failing;
      const opened = openTable(name, this.machine.env);
      if (!('fatal' in opened)) return opened;
      this.lastWords.push(opened.fatal);
      return failing;
    });
    return new Maps([inner ? failing : table]);
  }

  /** The patterns of a list of networks or domains. */
  patternsOf(parameter: PatternParameter, settings = this.settings): readonly Pattern[] {
    return remember(this.patterns, `${settings === this.settings ? '' : 'rewrite '}${parameter}`, () => {
      const setting = settings.get(parameter);
      const unset = parameter === 'mynetworks' && !setting.isSet;
      const value = unset ? this.machine.ownNetworks(settings) : setting.value;
      const parsed = parsePatterns(value, parameter, this.machine.env);
      if (!('fatal' in parsed)) return parsed;
      this.lastWords.push(parsed.fatal);
      return [];
    });
  }

  /** Whether mynetworks holds a client. */
  trusts(name: string, address: string, ask: Ask): Match {
    return this.trusted.get(`${name.length} ${name}${address}`, ask, asks =>
      matchClient(this.patternsOf('mynetworks'), name, address, this.networkParents(), asks),
    );
  }

  /** Whether parents of a name match too in a list or access table (parent_domain_matches_subdomains). */
  parentsMatch(name: string, settings = this.settings): boolean {
    const parsed = parsePatterns(settings.text('parent_domain_matches_subdomains'), name, this.machine.env);
    if ('fatal' in parsed) return false;
    const [first] = explore(ask => matchString(parsed, name, ask).kind === 'match', 1).runs;
    return first?.outcome ?? false;
  }

  readonly accessParents = once(() => this.parentsMatch('smtpd_access_maps'));
  readonly networkParents = once(() => this.parentsMatch('mynetworks'));
  readonly relayParents = once(() => this.parentsMatch('relay_domains', this.rewriteSettings));
  readonly transportParents = once(() => this.parentsMatch('transport_maps', this.rewriteSettings));

  /** The restriction classes that are declared and defined. */
  readonly classes = once((): ReadonlyMap<string, readonly RestrictionWord[]> => {
    const map = new Map<string, readonly RestrictionWord[]>();
    for (const { text } of this.settings.words('smtpd_restriction_classes')) map.set(text, this.list(text));
    const mismatch = ['reject_authenticated_sender_login_mismatch', 'reject_unauthenticated_sender_login_mismatch'];
    map.set(
      'reject_sender_login_mismatch',
      mismatch.map(text => ({ text, place: undefined })),
    );
    return map;
  });

  readonly rewrite = once((): RewriteSettings => {
    const s = this.rewriteSettings;
    const yes = (name: string): boolean => s.bool(name) ?? false;
    return {
      myorigin: s.text('myorigin'),
      mydomain: s.text('mydomain'),
      myhostname: s.text('myhostname'),
      appendAtMyorigin: yes('append_at_myorigin'),
      appendDotMydomain: yes('append_dot_mydomain'),
      swapBangpath: yes('swap_bangpath'),
      percentHack: yes('allow_percent_hack'),
      resolveDequoted: yes('resolve_dequoted_address'),
      resolveNullDomain: yes('resolve_null_domain'),
      resolveNumericDomain: yes('resolve_numeric_domain'),
      smtputf8: yes('smtputf8_enable'),
      emptyAddress: s.text('empty_address_recipient'),
    };
  });

  /** A yes/no setting; one that is neither counts as no (the process does not come so far). */
  yes(name: string): boolean {
    return this.settings.bool(name) ?? false;
  }

  /** A reply code or another number; the default where the setting is none. */
  number(name: string): number {
    return this.settings.number(name) ?? 0;
  }

  /** The built-in alias_maps asks NIS, which no machine of ours runs: that word is passed over. */
  private tableEnv(settings: Settings, parameter: string): TableEnv {
    const { env } = this.machine;
    const aliases = parameter === 'local_recipient_maps' || parameter === 'alias_maps';
    const nis = !(aliases && !settings.get('alias_maps').isSet);
    return { ...env, jailed: settings === this.settings && this.chrooted(), nis };
  }

  /** Whether the process is chrooted: by its field in master.cf, which below compatibility level 1 means yes when left out. */
  chrooted(): boolean {
    const field = this.service.chroot.text;
    return field === 'y' || (field === '-' && Number.parseInt(this.settings.text('compatibility_level'), 10) < 1);
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function remember<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
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

const servers = derived((machine: Machine) => derived((service: Service) => new SmtpServer(machine, service)));

/** The server of an smtpd service; the same for the same machine and service. */
export function serverOf(machine: Machine, service: Service): SmtpServer {
  return servers(machine)(service);
}

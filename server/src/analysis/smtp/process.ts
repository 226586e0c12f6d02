/** One process that reads settings: its tables and lists, opened when first asked for. */
import { derived, once, remember } from '../../text/derived';
import { internalService, serviceSettings } from '../../model/services';
import { siteSettings, type Settings } from '../../model/settings';
import { explore } from '../doubt';
import { Maps, openMaps } from '../lookup/maps';
import { matchString, type Pattern } from '../lookup/match-list';
import type { RewriteSettings } from '../lookup/rewrite';
import type { TableEnv } from '../lookup/table';
import type { Machine } from './machine';

type PatternParameter =
  | 'mynetworks'
  | 'relay_domains'
  | 'mydestination'
  | 'virtual_alias_domains'
  | 'virtual_mailbox_domains'
  | 'permit_mx_backup_networks';

export class Process {
  private readonly maps = new Map<string, Maps>();
  private readonly patterns = new Map<string, readonly Pattern[]>();
  /** Why the process ends as soon as something needs a list or table it can't open. */
  readonly lastWords: string[] = [];

  constructor(
    readonly machine: Machine,
    readonly settings: Settings,
  ) {}

  /** The tables of a `…_maps` parameter. */
  mapsOf(parameter: string): Maps {
    return remember(this.maps, parameter, () => {
      const opened = openMaps(this.settings.text(parameter), this.tableEnv(parameter));
      if (opened instanceof Maps) return opened;
      this.lastWords.push(opened.fatal);
      return new Maps([]);
    });
  }

  /** The patterns of a list of networks or domains. */
  patternsOf(parameter: PatternParameter): readonly Pattern[] {
    return remember(this.patterns, parameter, () => {
      const { settings, machine } = this;
      const setting = settings.get(parameter);
      const unset = parameter === 'mynetworks' && !setting.isSet;
      const value = unset ? machine.ownNetworks(settings) : setting.value;
      const parsed = machine.patterns(value, parameter);
      if (!('fatal' in parsed)) return parsed;
      this.lastWords.push(parsed.fatal);
      return [];
    });
  }

  /** Whether parents of a name match too in a list or access table (parent_domain_matches_subdomains). */
  parentsMatch(name: string): boolean {
    const parsed = this.machine.patterns(this.settings.text('parent_domain_matches_subdomains'), name);
    if ('fatal' in parsed) return false;
    const [first] = explore(ask => matchString(parsed, name, ask).kind === 'match', 1).runs;
    return first?.outcome ?? false;
  }

  /** Whether the process is chrooted. */
  chrooted(): boolean {
    return false;
  }

  /** The built-in alias_maps asks NIS, which no machine of ours runs: that word is passed over. */
  private tableEnv(parameter: string): TableEnv {
    const aliases = parameter === 'local_recipient_maps' || parameter === 'alias_maps';
    const nis = !(aliases && !this.settings.get('alias_maps').isSet);
    return this.machine.envOf(this.chrooted(), nis);
  }
}

/** trivial-rewrite(8), which all of a site's processes ask. */
export class Rewriter extends Process {
  readonly relayParents = once(() => this.parentsMatch('relay_domains'));
  readonly transportParents = once(() => this.parentsMatch('transport_maps'));

  readonly rewrite = once((): RewriteSettings => {
    const { settings: s } = this;
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
}

/** The trivial-rewrite of a machine's site, with its own `-o`; the same for the same machine. */
export const rewriterOf: (machine: Machine) => Rewriter = derived(machine => {
  const { site } = machine;
  const service = internalService(site, siteSettings(site).text('rewrite_service_name') || 'rewrite');
  return new Rewriter(machine, service ? serviceSettings(site, service) : siteSettings(site));
});

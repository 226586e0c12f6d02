/** What an address resolves to: its class, transport and recipient, as trivial-rewrite(8) tells smtpd(8) (resolve.c). */
import { derived } from '../../text/derived';
import { Remembered, type Ask } from '../doubt';
import { mailhostAddr } from '../lookup/ip';
import { findAddress, recipientStrategy, type AddressSearch, type Found } from '../lookup/maps';
import { matchDomain, matchString, type Match } from '../lookup/match-list';
import { rewriteAddress, stripLocal } from '../lookup/rewrite';
import { fold } from '../lookup/table';
import type { Settings } from '../../model/settings';
import type { Process, Rewriter } from './process';

/** ADDRESS_CLASS_README: which list an address's domain is in. */
export type AddressClass = 'local' | 'alias' | 'virtual' | 'relay' | 'default';

export interface Resolved {
  /** In internal form, folded to lower case. */
  readonly recipient: string;
  readonly class: AddressClass;
  readonly transport: string;
  readonly nexthop: string;
  readonly routed: boolean;
  /** The domain is malformed: "Bad … address syntax". */
  readonly malformed: boolean;
  /** A table could not be asked: 451 4.3.0. */
  readonly failed: boolean;
}

const resolved = derived((_: Rewriter) => new Remembered<Resolved>());

/** Resolves addresses for one session; answers are remembered, as smtpd does. */
export class Resolver {
  private readonly known = new Map<string, Resolved>();

  constructor(
    private readonly rewriter: Rewriter,
    private readonly ask: Ask,
  ) {}

  /** Resolves an address in internal form; `sender` is the other side, for sender-dependent transports. */
  resolve(address: string, sender: string): Resolved {
    const key = `${sender.length} ${sender}${address}`;
    const hit = this.known.get(key);
    if (hit) return hit;
    const { rewriter } = this;
    const answer = resolved(rewriter).get(key, this.ask, ask => new Query(rewriter, ask).resolve(address, sender));
    this.known.set(key, answer);
    return answer;
  }
}

/** One question to trivial-rewrite(8). */
class Query {
  constructor(
    private readonly rewriter: Rewriter,
    private readonly ask: Ask,
  ) {}

  resolve(address: string, sender: string): Resolved {
    const settings = this.rewriter.rewrite();
    const answer = this.query(rewriteAddress(address, settings), rewriteAddress(sender, settings));
    return { ...answer, recipient: fold(answer.recipient) };
  }

  private query(address: string, sender: string): Resolved {
    const { rewriter, ask } = this;
    const s = rewriter.settings;
    let failed = false;
    const isLocal = (domain: string): boolean => {
      const local = localDomain(rewriter, domain, ask);
      if (typeof local === 'object') failed = true;
      return local === true;
    };
    const stripped = stripLocal(address, rewriter.rewrite(), isLocal);
    const base = {
      recipient: stripped?.recipient ?? address,
      routed: stripped?.routed ?? false,
      malformed: false,
      failed: false,
    };
    const none = { ...base, class: 'default' as const, transport: '', nexthop: '' };
    if (!stripped || failed) return { ...none, failed: true };
    if (stripped.malformed) return { ...none, malformed: true };
    const classed = this.classify(stripped.domain, stripped.local, sender);
    if (!classed) return { ...none, failed: true };
    let { transport, nexthop } = classed;
    const colon = transport.indexOf(':');
    if (colon >= 0) {
      if (colon < transport.length - 1) nexthop = transport.slice(colon + 1);
      transport = transport.slice(0, colon);
    }
    if (transport === '') return { ...none, failed: true };
    if (s.text('transport_maps') !== '' && classed.class !== 'alias') {
      const found = this.transportEntry(stripped.recipient);
      if (found.kind === 'error') return { ...none, failed: true };
      if (found.kind === 'found')
        ({ transport, nexthop } = applyEntry(found.value ?? '', stripped.domain, transport, nexthop));
    }
    if (s.text('relocated_maps') !== '') {
      const moved = findAddress(
        rewriter.mapsOf('relocated_maps'),
        stripped.recipient,
        recipientStrategy,
        this.search(),
        ask,
      );
      if (moved.kind === 'error') return { ...none, failed: true };
      if (moved.kind === 'found')
        ({ transport, nexthop } = { transport: 'error', nexthop: relocated(s, moved.value ?? '') });
    }
    if (s.bool('allow_min_user') !== true && stripped.recipient.startsWith('-')) return { ...none, malformed: true };
    return { ...base, class: classed.class, transport, nexthop };
  }

  /** The class of a domain with its transport and next hop; undefined where a table fails. */
  private classify(
    domain: string,
    local: boolean,
    sender: string,
  ): { class: AddressClass; transport: string; nexthop: string } | undefined {
    const { rewriter, ask } = this;
    const s = rewriter.settings;
    if (local) return { class: 'local', transport: s.text('local_transport'), nexthop: domain };
    const alias = matchString(rewriter.patternsOf('virtual_alias_domains'), domain, ask);
    if (alias.kind === 'error') return undefined;
    if (alias.kind === 'match') {
      const where = s.bool('show_user_unknown_table_name') === false ? '' : ' in virtual alias table';
      return { class: 'alias', transport: 'error', nexthop: `5.1.1 User unknown${where}` };
    }
    const mailbox = matchString(rewriter.patternsOf('virtual_mailbox_domains'), domain, ask);
    if (mailbox.kind === 'error') return undefined;
    if (mailbox.kind === 'match') return { class: 'virtual', transport: s.text('virtual_transport'), nexthop: domain };
    const relay = matchDomain(rewriter.patternsOf('relay_domains'), domain, rewriter.relayParents(), ask);
    if (relay.kind === 'error') return undefined;
    const nexthop = this.relayhost(sender, domain);
    if (nexthop === undefined) return undefined;
    if (relay.kind === 'match') return { class: 'relay', transport: s.text('relay_transport'), nexthop };
    const own = this.senderEntry('sender_dependent_default_transport_maps', sender);
    if (own.kind === 'error') return undefined;
    const named = own.kind === 'found' ? (own.value ?? '') : '';
    const transport = named === '' || named.toLowerCase() === 'dunno' ? s.text('default_transport') : named;
    return { class: 'default', transport, nexthop };
  }

  private relayhost(sender: string, domain: string): string | undefined {
    const own = this.senderEntry('sender_dependent_relayhost_maps', sender);
    if (own.kind === 'error') return undefined;
    const relay = own.kind === 'found' && own.value?.toLowerCase() !== 'dunno' ? own.value : undefined;
    return relay ?? (this.rewriter.settings.text('relayhost') || domain);
  }

  private senderEntry(parameter: string, sender: string): Found {
    const s = this.rewriter.settings;
    if (s.text(parameter) === '') return { kind: 'none' };
    const nullKey =
      parameter === 'sender_dependent_relayhost_maps'
        ? 'empty_address_relayhost_maps_lookup_key'
        : 'empty_address_default_transport_maps_lookup_key';
    const key = sender === '' ? s.text(nullKey) : sender;
    return findAddress(this.rewriter.mapsOf(parameter), key, recipientStrategy, this.search(), this.ask);
  }

  private transportEntry(recipient: string): Found {
    const { rewriter } = this;
    const maps = rewriter.mapsOf('transport_maps');
    const domain = rewriter.transportParents() ? ('parents' as const) : ('dotted-parents' as const);
    const strategy = { localPartIfLocal: false, atDomain: false, domain, localPartAt: false };
    const found = findAddress(maps, recipient, strategy, this.search(), this.ask);
    return found.kind === 'none' ? maps.find('*', false, this.ask) : found;
  }

  private search(): AddressSearch {
    return addressSearch(this.rewriter, this.ask);
  }
}

function applyEntry(
  value: string,
  domain: string,
  transport: string,
  nexthop: string,
): { transport: string; nexthop: string } {
  const colon = value.indexOf(':');
  const channel = colon < 0 ? value : value.slice(0, colon);
  const hop = colon < 0 ? '' : value.slice(colon + 1);
  if (channel === '') return { transport, nexthop: hop || nexthop };
  const plain = channel === 'error' || channel === 'retry' ? 'Address is undeliverable' : domain;
  return { transport: channel, nexthop: hop || plain };
}

function relocated(settings: Settings, reply: string): string {
  if (settings.bool('relocated_prefix_enable') !== false) return `5.1.6 User has moved to ${reply}`;
  return /^[245]\.\d{1,3}\.\d{1,3}\s+\S/.test(reply) ? reply : '5.2.0 Mailbox is unavailable';
}

/** Whether a domain is local: in mydestination, or an address literal of the own machine (resolve_local(3)). */
export function localDomain(process: Process, domain: string, ask: Ask): boolean | { readonly retry: boolean } {
  let name = domain;
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (name === '' || name.endsWith('.')) return false;
  const listed: Match = matchString(process.patternsOf('mydestination'), name, ask);
  if (listed.kind === 'match') return true;
  if (listed.kind === 'error') return { retry: listed.retry };
  if (!name.startsWith('[') || !name.endsWith(']')) return false;
  const address = mailhostAddr(name.slice(1, -1));
  if (address === undefined) return false;
  const { settings, machine } = process;
  const proxies = settings.words('proxy_interfaces').map(w => w.text);
  return machine.isOwn(address, settings) || proxies.includes(address);
}

/** What a search for mail addresses goes by in one process. */
export function addressSearch(process: Process, ask: Ask): AddressSearch {
  const { settings } = process;
  return {
    delimiters: settings.text('recipient_delimiter'),
    ownreqSpecial: settings.bool('owner_request_special') ?? true,
    doubleBounce: settings.text('double_bounce_sender'),
    myorigin: settings.text('myorigin'),
    isLocal: domain => localDomain(process, domain, ask),
  };
}

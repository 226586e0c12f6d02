/** One smtpd service as it stands before a client comes: its settings, lists and tables. */
import { bracePayload, splitList } from '../../syntax/list';
import type { Service } from '../../syntax/master-cf/parse';
import { derived, once, remember } from '../../text/derived';
import { serviceSettings } from '../../model/services';
import type { PlacedWord } from '../../model/settings';
import { Maps } from '../lookup/maps';
import { matchClient, type Match } from '../lookup/match-list';
import { openTable, type Table } from '../lookup/table';
import { Remembered, type Ask } from '../doubt';
import type { Machine } from './machine';
import { Process, rewriterOf, type Rewriter } from './process';

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

/** An smtpd service; everything is worked out when first asked for. */
export class SmtpServer extends Process {
  readonly rewriter: Rewriter;
  private readonly lists = new Map<string, readonly RestrictionWord[]>();
  private readonly tables = new Map<string, Table>();
  private readonly trusted = new Remembered<Match>();

  constructor(
    machine: Machine,
    readonly service: Service,
  ) {
    super(machine, serviceSettings(machine.site, service));
    this.rewriter = rewriterOf(machine);
  }

  /** The words of a restriction list. */
  list(parameter: string): readonly RestrictionWord[] {
    return remember(this.lists, parameter, () => this.settings.words(parameter));
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

  /** Whether mynetworks holds a client. */
  trusts(name: string, address: string, ask: Ask): Match {
    return this.trusted.get(`${name.length} ${name}${address}`, ask, asks =>
      matchClient(this.patternsOf('mynetworks'), name, address, this.networkParents(), asks),
    );
  }

  readonly accessParents = once(() => this.parentsMatch('smtpd_access_maps'));
  readonly networkParents = once(() => this.parentsMatch('mynetworks'));

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

  /** A yes/no setting; one that is neither counts as no (the process does not come so far). */
  yes(name: string): boolean {
    return this.settings.bool(name) ?? false;
  }

  /** A reply code or another number; the default where the setting is none. */
  number(name: string): number {
    return this.settings.number(name) ?? 0;
  }

  /** By its field in master.cf, which below compatibility level 1 means yes when left out. */
  override chrooted(): boolean {
    const field = this.service.chroot.text;
    return field === 'y' || (field === '-' && Number.parseInt(this.settings.text('compatibility_level'), 10) < 1);
  }
}

const servers = derived((machine: Machine) => derived((service: Service) => new SmtpServer(machine, service)));

/** The server of an smtpd service; the same for the same machine and service. */
export function serverOf(machine: Machine, service: Service): SmtpServer {
  return servers(machine)(service);
}

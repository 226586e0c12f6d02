/** DNS as smtpd asks it, from what the world tells; anything else is a question. */
import { derived } from '../../text/derived';
import { say, type Message } from '../../text/message';
import { validHostname } from '../lookup/ip';
import type { Ask } from '../doubt';
import type { DnsAnswer } from './session';

/** What a lookup gives: records, no such name or record, a null MX, or a temporary failure. */
export type DnsResult =
  { readonly kind: 'ok'; readonly records: readonly string[] } | { readonly kind: 'notfound' | 'nullmx' | 'retry' };

export class Dns {
  private readonly zone: ReadonlyMap<string, DnsAnswer>;
  private readonly ownName: string;
  private readonly ownAnswer: DnsAnswer;

  /** `own` are names known from the session itself: the client's verified name and its address. */
  constructor(zone: Readonly<Record<string, DnsAnswer>> | undefined, own: { name: string; address: string }) {
    this.zone = zone ? cleanZone(zone) : nothing;
    this.ownName = own.name === 'unknown' ? '' : clean(own.name);
    this.ownAnswer = { [own.address.includes(':') ? 'AAAA' : 'A']: [own.address] };
  }

  /** What is known of a name; undefined where nothing is. */
  known(name: string): DnsAnswer | undefined {
    const asked = clean(name);
    return this.zone.get(asked) ?? (asked !== '' && asked === this.ownName ? this.ownAnswer : undefined);
  }

  /** Looks one type up; undefined where the world does not tell. A malformed name is never asked for: it is not found. */
  lookup(name: string, type: string): DnsResult | undefined {
    return validHostname(name) ? this.resolve(name, type) : { kind: 'notfound' };
  }

  /**
   * The addresses of a name in the order in which the system's resolver gives them, of the families asked for; undefined where
   * the world does not tell. The hosts file knows localhost, and a dot at the end of a name is all right.
   */
  addresses(name: string, families: readonly Family[]): DnsResult | undefined {
    const records: string[] = [];
    let retry = false;
    for (const family of clean(name) === 'localhost' ? [...families].sort().reverse() : families) {
      const answer = clean(name) === 'localhost' ? loopback[family] : this.resolve(name, family);
      if (!answer) return undefined;
      if (answer.kind === 'ok') records.push(...answer.records);
      if (answer.kind === 'retry') retry = true;
    }
    return records.length > 0 ? { kind: 'ok', records } : { kind: retry ? 'retry' : 'notfound' };
  }

  private resolve(name: string, type: string): DnsResult | undefined {
    const answer = this.known(name);
    if (answer === undefined) return undefined;
    if (answer === 'NXDOMAIN') return { kind: 'notfound' };
    if (answer === 'SERVFAIL') return { kind: 'retry' };
    const records = answer[type] ?? [];
    if (records.length === 0) return { kind: 'notfound' };
    if (type === 'MX' && records.every(r => /^(?:\d+\s+)?\.$/.test(r))) return { kind: 'nullmx' };
    return { kind: 'ok', records };
  }

  /**
   * Whether a name has an MX or address record, in the order given (dns_lookup_l). What is not told is asked for.
   */
  exists(name: string, types: readonly string[], ask: Ask): DnsResult['kind'] {
    let last: DnsResult['kind'] = 'notfound';
    let retry = false;
    for (const type of types) {
      const result = this.lookup(name, type);
      if (!result) {
        return ask.choose(`dns ${clean(name)}`, ['ok', 'notfound', 'retry'] as const, dnsUnknown(name));
      }
      if (result.kind === 'ok' || result.kind === 'nullmx') return result.kind;
      if (result.kind === 'retry') retry = true;
      last = result.kind;
    }
    return retry ? 'retry' : last;
  }
}

/** A kind of address, by its record. */
export type Family = 'A' | 'AAAA';

const loopback = {
  A: { kind: 'ok', records: ['127.0.0.1'] },
  AAAA: { kind: 'ok', records: ['::1'] },
} as const satisfies Record<Family, DnsResult>;

const nothing: ReadonlyMap<string, DnsAnswer> = new Map();
const cleanZone = derived(
  (zone: Readonly<Record<string, DnsAnswer>>): ReadonlyMap<string, DnsAnswer> =>
    new Map(Object.entries(zone).map(([name, answer]) => [clean(name), answer])),
);

const clean = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Says that an answer hangs on DNS. */
export function dnsUnknown(name: string): Message {
  return say('DNS: what {name} resolves to is not known', 'DNS: não se sabe para onde {name} resolve', { name });
}

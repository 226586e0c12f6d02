/**
 * What went through before: the memory of limit, hashlimit, recent and connlimit. Time stands still but for the fraction
 * of a second a packet takes, so what would depend on the clock stays undecided.
 */
import type { Condition } from '../../syntax/iptables/rule';
import { printAddress } from '../../syntax/iptables/address';
import type { Probe, Truth } from './match-packet';

/** The longest that one packet of a burst may take, in seconds. */
const perPacket = 0.5;

interface Bucket {
  /** Tokens that are left at least and at most. */
  low: number;
  high: number;
}

interface Seen {
  count: number;
}

export class Traffic {
  private readonly buckets = new Map<Condition, Map<string, Bucket>>();
  private readonly lists = new Map<string, Map<string, Seen>>();
  private readonly open = new Map<Condition, Map<string, number>>();
  private current: { table: Map<string, number>; key: string }[] = [];
  private elapsed = 0;
  /** Set while the packets that follow a connection's first one are sent: nobody knows just how many there are. */
  vague = false;

  /** Begins a packet. */
  begin(): void {
    this.elapsed += perPacket;
    this.current = [];
  }

  /** Ends a packet: the connection it opened is closed again unless it is kept. */
  end(keep: boolean): void {
    if (keep) return;
    for (const { table, key } of this.current) {
      const left = (table.get(key) ?? 1) - 1;
      if (left > 0) table.set(key, left);
      else table.delete(key);
    }
    this.current = [];
  }

  /** Whether a condition on rates, lists or numbers is met now; remembers what it changes. */
  meets(condition: Condition, probe: Probe): Truth {
    switch (condition.kind) {
      case 'limit':
        return this.take(condition, '', condition.burst, condition.rate.seconds / condition.rate.count);
      case 'rate-by': {
        if (condition.bytes) return undefined;
        const fields: Readonly<Record<string, string>> = {
          srcip: printAddress(probe.src),
          dstip: printAddress(probe.dst),
          srcport: String(probe.sport ?? ''),
          dstport: String(probe.dport ?? ''),
        };
        const key = condition.by.map(field => fields[field]).join(' ');
        const within = this.take(condition, key, condition.burst, condition.rate.seconds / condition.rate.count);
        return within === undefined ? undefined : within !== condition.above;
      }
      case 'recent':
        return this.recent(condition, probe);
      case 'connections': {
        if (this.vague) return undefined;
        const table = this.open.get(condition) ?? new Map<string, number>();
        this.open.set(condition, table);
        const key = printAddress(keep(condition.side === 'source' ? probe.src : probe.dst, condition.bits));
        const count = (table.get(key) ?? 0) + 1;
        table.set(key, count);
        this.current.push({ table, key });
        return count > condition.count === condition.above;
      }
      default:
        return undefined;
    }
  }

  private take(condition: Condition, key: string, burst: number, refill: number): Truth {
    const table = this.buckets.get(condition) ?? new Map<string, Bucket>();
    this.buckets.set(condition, table);
    const bucket = table.get(key) ?? { low: burst, high: burst };
    table.set(key, bucket);
    const returned = Math.floor(this.elapsed / refill);
    const most = Math.min(burst, bucket.high + returned);
    if (bucket.low >= 1) {
      bucket.low -= this.vague ? 3 : 1;
      bucket.high -= 1;
      return true;
    }
    if (most >= 1) return undefined;
    return false;
  }

  private recent(condition: Extract<Condition, { kind: 'recent' }>, probe: Probe): Truth {
    const list = this.lists.get(condition.list) ?? new Map<string, Seen>();
    this.lists.set(condition.list, list);
    const key = printAddress(condition.side === 'source' ? probe.src : probe.dst);
    const seen = list.get(key);
    const answer = (met: boolean) => met !== condition.not;
    if (condition.action === 'set') {
      if (seen) seen.count += 1;
      else list.set(key, { count: 1 });
      return answer(true);
    }
    if (!seen) return answer(false);
    if (condition.action === 'remove') {
      list.delete(key);
      return answer(true);
    }
    if (condition.seconds > 0 && condition.seconds <= this.elapsed) return undefined;
    const met = seen.count >= Math.max(1, condition.hits);
    if (met && condition.action === 'update') seen.count += 1;
    return answer(met);
  }
}

function keep(address: readonly number[], bits: number): number[] {
  return address.map((word, i) => {
    const left = bits - 32 * i;
    if (left >= 32) return word;
    return left <= 0 ? 0 : (word & (0xffffffff << (32 - left))) >>> 0;
  });
}

/** Sets of addresses for people: as networks, as ranges, and how much of the address space they take. */
import { printAddress } from '../../../syntax/iptables/address';
import type { Address, Family } from '../../../syntax/iptables/rule';
import { once } from '../../../text/derived';
import type { Node } from './diagram';
import { Diagrams, everything, nothing } from './diagram';

/** A network in prefix form. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** Networks listed of one set, at most. */
export const mostNetworks = 20_000;

/** An exact set of addresses of a family, kept as a diagram and read off it as far as it is asked. */
export class AddressSet {
  private readonly listed = once(() => {
    const networks: Network[] = [];
    for (const network of this.each()) {
      if (networks.length === mostNetworks) return { networks, complete: false };
      networks.push(network);
    }
    return { networks, complete: true };
  });

  /** `node` asks only the bits of an address, numbered from `first`. */
  constructor(
    private readonly diagrams: Diagrams,
    private readonly node: Node,
    private readonly first: number,
    readonly family: Family,
  ) {}

  /** No address, or every one. */
  static of(what: typeof nothing, family: Family): AddressSet {
    return new AddressSet(new Diagrams(2), what, 0, family);
  }

  /** The fewest networks that make it up, in order; cut off at {@link mostNetworks}. */
  get networks(): readonly Network[] {
    return this.listed().networks;
  }

  get complete(): boolean {
    return this.listed().complete;
  }

  /** The part of the family's address space, 0 to 1. */
  get share(): number {
    return this.diagrams.share(this.node);
  }

  get isEmpty(): boolean {
    return this.node === nothing;
  }

  /** The same networks one after the other, all of them, found as they are asked for. */
  *each(): Iterable<Network> {
    const { diagrams, first } = this;
    const width = this.family === 4 ? 32 : 128;
    const words = new Array<number>(width / 32).fill(0);
    function* go(node: Node, depth: number): Iterable<Network> {
      if (node === nothing) return;
      if (node === everything) {
        yield { address: words.map(word => word >>> 0), bits: depth };
        return;
      }
      const opened = diagrams.open(node);
      if (!opened || depth >= width) return;
      const here = opened.variable === first + depth;
      yield* go(here ? opened.low : node, depth + 1);
      const word = depth >> 5;
      const bit = 1 << (31 - (depth & 31));
      words[word] = (words[word] ?? 0) | bit;
      yield* go(here ? opened.high : node, depth + 1);
      words[word] = (words[word] ?? 0) & ~bit;
    }
    yield* go(this.node, 0);
  }

  /** Whether one of the networks is such; no more are looked at than it takes. */
  some(test: (network: Network) => boolean): boolean {
    for (const network of this.each()) if (test(network)) return true;
    return false;
  }
}

/** Prints a network: `187.0.0.0/8`, a single address without its length. */
export function printNetwork(network: Network): string {
  const whole = network.address.length === 1 ? 32 : 128;
  const address = printAddress(network.address);
  return network.bits === whole ? address : `${address}/${network.bits}`;
}

/** Prints a share as a person reads it: `2.1 %`, `< 0.01 %`, `100 %`. The decimal sign is the language's. */
export function printShare(share: number, lang: 'en' | 'pt-BR' = 'en'): string {
  const percent = share * 100;
  const text =
    share === 0
      ? '0'
      : percent < 0.01
        ? '< 0.01'
        : percent > 99.99 && share < 1
          ? '> 99.99'
          : String(Number(percent.toPrecision(percent < 1 ? 2 : 3)));
  return `${lang === 'en' ? text : text.replace('.', ',')} %`;
}

/** How many unbroken ranges of addresses the networks of a set make: neighbours count as one. */
export function countRanges({ networks }: AddressSet): number {
  let count = 0;
  let next: bigint | undefined;
  for (const { address, bits } of networks) {
    const first = address.reduce((sum, word) => sum * 4294967296n + BigInt(word >>> 0), 0n);
    if (first !== next) count++;
    next = first + (1n << BigInt(address.length * 32 - bits));
  }
  return count;
}

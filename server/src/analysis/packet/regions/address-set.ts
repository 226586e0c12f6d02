/** Sets of addresses for people: as networks, as ranges, and how much of the address space they take. */
import { printAddress } from '../../../syntax/iptables/address';
import type { Address, Family } from '../../../syntax/iptables/rule';
import type { Diagrams, Node } from './diagram';
import { everything, nothing } from './diagram';

/** A network in prefix form. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** An exact set of addresses of a family. */
export interface AddressSet {
  readonly family: Family;
  /** The fewest networks that make it up, in order; cut off at {@link mostNetworks}. */
  readonly networks: readonly Network[];
  readonly complete: boolean;
  /** The part of the family's address space, 0 to 1. */
  readonly share: number;
}

/** Networks listed of one set, at most. */
export const mostNetworks = 20_000;

/** Reads a set off a diagram that asks only the address bits, numbered from `first`. */
export function addressSet(diagrams: Diagrams, node: Node, first: number, family: Family): AddressSet {
  const width = family === 4 ? 32 : 128;
  const networks: Network[] = [];
  const words = new Array<number>(width / 32).fill(0);
  let complete = true;
  const go = (n: Node, depth: number): void => {
    if (n === nothing || !complete) return;
    if (networks.length >= mostNetworks) {
      complete = false;
      return;
    }
    if (n === everything) {
      networks.push({ address: words.map(word => word >>> 0), bits: depth });
      return;
    }
    const opened = diagrams.open(n);
    if (!opened || depth >= width) return;
    const here = opened.variable === first + depth;
    go(here ? opened.low : n, depth + 1);
    const word = depth >> 5;
    const bit = 1 << (31 - (depth & 31));
    words[word] = (words[word] ?? 0) | bit;
    go(here ? opened.high : n, depth + 1);
    words[word] = (words[word] ?? 0) & ~bit;
  };
  go(node, 0);
  return { family, networks, complete, share: diagrams.share(node) };
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

/** What an ipset holds, as far as matching goes (ipset(8); the kernel's net/netfilter/ipset). */
import type { Address, Family, Range } from './rule';

/** One dimension of an element: addresses, or ports of a protocol. */
export type SetPart =
  | {
      readonly kind: 'addresses';
      /** Both included. */
      readonly from: Address;
      readonly to: Address;
      /** The length of the network's prefix; absent for a range that is no single network. */
      readonly prefix?: number;
    }
  /** Without a protocol: tcp or udp (bitmap:port). For icmp the number is the type times 256 plus the code. */
  | { readonly kind: 'ports'; readonly protocol?: number; readonly range: Range };

/** An element; with `nomatch` it takes its network out of a wider one. */
export interface SetElement {
  readonly parts: readonly SetPart[];
  readonly nomatch: boolean;
}

/** All that is in a set. */
export type SetContent =
  | {
      readonly kind: 'elements';
      /** Absent: packets of both. */
      readonly family?: Family;
      /** How many of the fields `src`, `dst` a rule must give; with fewer nothing is matched. */
      readonly dimensions: number;
      /** The least specific network first. */
      readonly elements: readonly SetElement[];
    }
  | { readonly kind: 'list'; readonly members: readonly SetContent[] };

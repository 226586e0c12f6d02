/** The IPv4 addresses of a country, unpacked when they are first asked for. */
import table from './country-br.json';

/** Where the addresses come from, and when they were true. */
export const countrySource = { source: table.source, date: table.date, licence: table.licence };

/** An IPv4 network as a number and its prefix length. */
export interface V4Network {
  readonly first: number;
  readonly bits: number;
}

/** The addresses of a country. */
export class Country {
  /** How many addresses there are. */
  readonly size: number;
  private readonly first: readonly number[];
  private readonly last: readonly number[];
  /** How many addresses lie in the ranges before each. */
  private readonly before: readonly number[];

  /** `packed`: for each range its distance from the end of the one before and its length, in base 36. */
  constructor(packed: string) {
    const numbers = packed.split(' ').map(word => parseInt(word, 36));
    const first: number[] = [];
    const last: number[] = [];
    const before: number[] = [];
    let end = 0;
    let size = 0;
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      const from = end + (numbers[i] ?? 0);
      const length = numbers[i + 1] ?? 0;
      first.push(from);
      last.push(from + length - 1);
      before.push(size);
      size += length;
      end = from + length;
    }
    this.size = size;
    this.first = first;
    this.last = last;
    this.before = before;
  }

  /** How many of the country's addresses lie in a network. */
  within({ first, bits }: V4Network): number {
    return this.below(first + 2 ** (32 - bits)) - this.below(first);
  }

  private below(address: number): number {
    let low = 0;
    let high = this.first.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.first[middle] ?? 0) < address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const from = this.first[low - 1] ?? 0;
    const to = Math.min(address - 1, this.last[low - 1] ?? 0);
    return (this.before[low - 1] ?? 0) + to - from + 1;
  }

  /**
   * At most so many networks that hold the whole country, with as few other addresses as a price per network allows:
   * the lowest price that keeps to the number is taken.
   */
  cover(most: number): V4Network[] {
    for (let price = 1; ; price *= 1.15) {
      const found = this.at(price);
      if (found.length <= most) return found;
    }
  }

  /** The networks that hold the country at the least cost, each costing a price and one for every address beside it. */
  private at(price: number): V4Network[] {
    const out: V4Network[] = [];
    const cheapest = (first: number, bits: number): number => {
      const size = 2 ** (32 - bits);
      const own = this.within({ first, bits });
      if (own === 0) return 0;
      const whole = price + size - own;
      const mark = out.length;
      if (own < size) {
        const parts = cheapest(first, bits + 1) + cheapest(first + size / 2, bits + 1);
        if (parts < whole) return parts;
        out.length = mark;
      }
      out.push({ first, bits });
      return whole;
    };
    cheapest(0, 0);
    return out;
  }
}

let brazil: Country | undefined;

/** Brazil's addresses. */
export function brazilian(): Country {
  return (brazil ??= new Country(table.ranges));
}

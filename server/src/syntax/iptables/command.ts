/** What one call of iptables asks for, once its arguments are read: a change of a table, or a refusal. */
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { Family, Rule } from './rule';

export type Backend = 'nft' | 'legacy';

/** The tables of iptables. */
export type TableName = 'filter' | 'nat' | 'mangle' | 'raw' | 'security';

/** What a rule needs from the state of the tables to be taken: checked when the command is run. */
export interface RuleNeeds {
  /** Extensions and targets that the kernel takes in some chains only, in the order in which they are checked. */
  readonly places: readonly Place[];
  /** The chain that is jumped to, where the target is no built-in one. */
  readonly jump?: string;
  /** What iptables itself says when it hands the rule on. */
  readonly handOver?: string;
  /** Set where it asks or changes sets (ipset). */
  readonly sets?: true;
}

/** Where the kernel takes an extension: chains by table, `all` for each, own chains included. */
export interface Place {
  readonly extension: string;
  readonly chains: Readonly<Partial<Record<TableName, readonly string[] | 'all'>>> | 'any';
  /** With nft, asked only of rules in a built-in chain itself: in a chain that is jumped to it is taken anywhere. */
  readonly direct?: boolean;
  /** The kernel refuses it everywhere (with the errno's text), whatever the chain. */
  readonly never?: string;
}

/** A command about rules: one for each pair of source and destination. */
interface AboutRules {
  readonly chain: string;
  readonly rules: readonly Rule[];
  readonly needs: RuleNeeds;
}

/** One command, ready to be carried out. */
export type Command = {
  readonly table: TableName;
  readonly family: Family;
  readonly backend: Backend;
  /** Said on stderr although the command works. */
  readonly warnings: readonly string[];
} & (
  | ({ readonly do: 'append' } & AboutRules)
  | ({ readonly do: 'delete' } & AboutRules)
  | ({ readonly do: 'check' } & AboutRules)
  | ({ readonly do: 'insert'; readonly number: number } & AboutRules)
  | ({ readonly do: 'replace'; readonly number: number } & AboutRules)
  | {
      readonly do: 'delete-number';
      readonly chain: string;
      readonly number: number;
    }
  | { readonly do: 'list'; readonly chain?: string }
  | { readonly do: 'flush'; readonly chain?: string }
  | { readonly do: 'zero'; readonly chain?: string; readonly number?: number }
  | { readonly do: 'delete-chain'; readonly chain?: string }
  | { readonly do: 'new-chain'; readonly chain: string }
  | { readonly do: 'policy'; readonly chain: string; readonly policy: string }
  | { readonly do: 'rename'; readonly chain: string; readonly to: string }
  | { readonly do: 'nothing' }
);

/** iptables takes the line not at all: nothing changes. */
export interface Refusal {
  readonly kind: 'refused';
  /** The exit status. */
  readonly status: number;
  /** The first line that says something on stderr, as the program prints it. */
  readonly says: string;
  /** What it is refused for, where it first prints warnings of other things. */
  readonly cause?: string;
  /** The word that is to blame, where one is. */
  readonly span?: Span;
}

/** What reading the arguments gives. */
export type Read =
  | { readonly kind: 'command'; readonly command: Command }
  | Refusal
  /** So much of the line is unknown that it is not even clear what it does. */
  | { readonly kind: 'unknown'; readonly why: readonly Message[] };

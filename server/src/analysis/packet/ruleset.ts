/** Tables, chains and rules as they stand after a script or a dump, each rule with the place that made it. */
import type { Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { Refusal, TableName } from '../../syntax/iptables/command';
import type { Family, Rule } from '../../syntax/iptables/rule';

/** Where a command stands: the whole of it, and the condition that nobody knows where it hangs on one. */
export interface Origin {
  readonly source: SourceText;
  readonly span: Span;
  /** The command as written or, after expansion, as run. */
  readonly text: string;
  /** Whether it is run at all hangs on these; empty where it certainly is. */
  readonly hangsOn: readonly Message[];
}

/** A rule in a chain. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly origin: Origin;
  /** Whether the rule is there at all hangs on these: its own command's conditions, and those of one that may take it away. */
  readonly hangsOn: readonly Message[];
}

export interface Chain {
  readonly name: string;
  /** The policy of a built-in chain. `unknown` where a condition nobody knows decides it. */
  readonly policy?: 'ACCEPT' | 'DROP' | 'unknown';
  readonly policyOrigin?: Origin;
  readonly rules: readonly PlacedRule[];
  /** What the chain's policy hangs on, where that is unknown. */
  readonly hangsOn: readonly Message[];
}

/** A command that iptables refuses, and what it says. */
export interface RefusedCommand {
  readonly origin: Origin;
  readonly refusal: Refusal;
}

export interface Table {
  readonly chains: ReadonlyMap<string, Chain>;
}

/** The rules of both families. */
export interface Ruleset {
  /** The file that made them, the first of several: what was known of them before an edit is found by its lineage. */
  readonly source?: SourceText;
  readonly tables: Readonly<Record<Family, ReadonlyMap<TableName, Table>>>;
  readonly refused: readonly RefusedCommand[];
  /** What the rules as a whole hang on: commands of which not even the chain is known. */
  readonly unknown: readonly Message[];
}

/** The tokens of a file: what stands where and what it means. Every feature that points at something starts here. */
import type { Service } from '../../syntax/master-cf/parse';
import type { TableName } from '../../model/tables';
import type { FlagMark, PatternPart } from '../../syntax/table/table-line';
import type { Span } from '../../text/span';

/** How a token is painted; the names are those of semantic tokens. */
export const tokenTypes = [
  'comment',
  'parameter',
  'variable',
  'operator',
  'keyword',
  'number',
  'string',
  'function',
  'class',
  'namespace',
  'type',
  'property',
  'regexp',
  'macro',
  'event',
] as const;
export type TokenType = (typeof tokenTypes)[number];

/**
 * A token that introduces a name is a declaration; names of Postfix or iptables themselves come from their library. The others
 * tell what a part of a pattern is; package.json says how they are coloured.
 */
export const tokenModifiers = [
  'declaration',
  'defaultLibrary',
  'deprecated',
  'delimiter',
  'group',
  'quantifier',
  'alternation',
  'anchor',
  'characterClass',
  'escape',
] as const;
export type TokenModifier = (typeof tokenModifiers)[number];

export type Role = 'set' | 'use';

/** Which iptables a name is of; `both`: the same words are given to iptables and to ip6tables. */
export type Families = 4 | 6 | 'both';

/** The columns of master.cf. */
export type Column = 'type' | 'private' | 'unprivileged' | 'chroot' | 'wakeup' | 'maxProcesses';

/** What a token stands for. */
export type Meaning =
  /** A parameter: set in main.cf or by `-o` (of `service`), or used by `$name` or by name. */
  | { readonly kind: 'parameter'; readonly name: string; readonly role: Role; readonly service?: Service }
  | { readonly kind: 'restriction'; readonly name: string; readonly list: string; readonly service?: Service }
  /** A restriction class where it is called; it is set as the parameter of its name. */
  | { readonly kind: 'class'; readonly name: string }
  | {
      readonly kind: 'service';
      readonly name: string;
      readonly role: Role;
      readonly inet: boolean;
      readonly service?: Service;
    }
  | { readonly kind: 'column'; readonly column: Column; readonly text: string; readonly service: Service }
  | { readonly kind: 'program'; readonly name: string; readonly service?: Service }
  | { readonly kind: 'flag'; readonly text: string; readonly program: string }
  | { readonly kind: 'table'; readonly table: TableName; readonly parameter: string }
  | { readonly kind: 'file'; readonly path: string }
  /** A network, an address or a range as written; `by` iptables a figure after 0 is octal, and what is missing is 0. */
  | { readonly kind: 'network'; readonly text: string; readonly by?: 'iptables' }
  | { readonly kind: 'port'; readonly text: string; readonly by?: 'iptables' }
  | { readonly kind: 'domain'; readonly text: string }
  /** A local user or alias (`domain` empty), or an address in another domain; `set` where a table says where its mail goes. */
  | { readonly kind: 'user'; readonly name: string; readonly domain: string; readonly role: Role }
  /** A word with a meaning of its own in this value. */
  | { readonly kind: 'word'; readonly text: string; readonly parameter: string }
  | { readonly kind: 'action'; readonly name: string; readonly where: 'access' | 'checks' }
  /** A stretch of a pattern; `within` counts bytes of the pattern. */
  | { readonly kind: 'pattern'; readonly part: PatternPart; readonly within: Span }
  /** `on`: whether what it toggles holds for the pattern. */
  | {
      readonly kind: 'pattern-flag';
      readonly letter: string;
      readonly toggles: FlagMark['toggles'];
      readonly on: boolean;
    }
  /** What a group of the rule's pattern took, in an action. */
  | { readonly kind: 'group'; readonly name: string; readonly part: PatternPart | undefined }
  /** `if` and `endif` of a pattern table. */
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'option'; readonly name: string; readonly extension?: string }
  | { readonly kind: 'match'; readonly name: string }
  | { readonly kind: 'target'; readonly name: string }
  /** `table` is undefined where a variable says it. */
  | {
      readonly kind: 'chain';
      readonly name: string;
      readonly table: string | undefined;
      readonly family: Families;
      readonly role: Role;
    }
  | { readonly kind: 'iptables-table'; readonly name: string }
  | { readonly kind: 'shell-variable'; readonly name: string; readonly role: Role }
  | { readonly kind: 'shell-function'; readonly name: string; readonly role: Role }
  /** A key of .postfix-lint.yaml. */
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string };

export interface Token {
  readonly span: Span;
  readonly type: TokenType;
  readonly modifiers?: readonly TokenModifier[];
  readonly meaning?: Meaning;
}

/** Takes a token by offsets of the text that is being read. Empty stretches are passed over. */
export type Paint = (
  start: number,
  end: number,
  type: TokenType,
  meaning?: Meaning,
  modifiers?: readonly TokenModifier[],
) => void;

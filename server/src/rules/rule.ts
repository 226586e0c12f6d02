/** What a rule is, what it may say, and how it says it. Each rule is one file that exports one `rule`. */
import type { Site } from '../model/site';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import type { Args, Message, Text } from '../text/message';
import type { FileKind } from '../model/file-kind';
import type { Evidence } from '../analysis/evidence';

export type { Evidence };

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One edit of a fix, in the file it changes; a source that does not exist yet is created by its edit. */
export interface FileEdit {
  readonly source: SourceText;
  readonly span: Span;
  readonly newText: string;
}

/** A way to mend a finding. `safe`: may be applied unseen by `postfix-lint fix` and fix-all. */
export interface Fix {
  readonly title: Message;
  readonly safe: boolean;
  readonly edits: readonly FileEdit[];
}

/** Another place that belongs to a finding. */
export interface Related {
  readonly source: SourceText;
  readonly span: Span;
  readonly message: Message;
}

/** What a rule found, as plain data without a language. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly source: SourceText;
  readonly span: Span;
  readonly message: Message;
  readonly evidence?: Evidence;
  readonly related: readonly Related[];
  /** Worked out when they are first asked for. */
  readonly fixes: readonly Fix[];
}

/** A sample in a rule's page: the text of one file, or several files by name (`main.cf`, `master.cf`, …). */
export type Sample = string | Readonly<Record<string, string>>;

/** The rule's page, docs/rules/ID.md. `bad` must make the rule fire, `good` must leave it silent: a test runs both. */
export interface RulePage {
  /** What it is and why it matters. */
  readonly why: string;
  /** How to be rid of it. */
  readonly remedy: string;
  readonly bad: Sample;
  readonly good: Sample;
  /** Sources: manual pages by name and section, RFCs, measured facts. */
  readonly see: readonly string[];
}

export interface Extras {
  readonly severity?: Severity;
  readonly evidence?: Evidence;
  readonly related?: readonly Related[];
  /** A function where fixes are tried out on the site: it runs once somebody asks for them, not at each check. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
}

/** Says one finding: where, by the key of one of the rule's messages, with what fills it. */
export type Report<Key extends string> = (
  source: SourceText,
  span: Span,
  message: Key,
  args?: Args,
  extras?: Extras,
) => void;

export interface Rule<Key extends string = string> {
  /** Kebab-case, says the defect; stable for ever. */
  readonly id: string;
  readonly title: Text;
  /** The severity where a report names none. Error only for what is certain from the files alone. */
  readonly severity: Severity;
  /** The kinds of file it reads. */
  readonly files: readonly FileKind[];
  /** Postfix versions it holds for: from `since`, before `until`. */
  readonly since?: string;
  readonly until?: string;
  /** Whether it has a quick fix, and whether it rests on evidence: shown in the catalogue, held against the samples. */
  readonly fixable?: boolean;
  readonly evidence?: boolean;
  /** Looks at one setting at a time, so that it also reads settings outside of main.cf (`postconf -e`, overlays). */
  readonly perSetting?: boolean;
  readonly page: RulePage;
  readonly messages: Readonly<Record<Key, Text>>;
  /** Looks at a site and reports. Pure; may throw only by mistake (the driver then reports the rule as broken). */
  check(site: Site, report: Report<Key>): void;
}

/** Checks a rule's declaration by its type; returns it unchanged. */
export function defineRule<Key extends string>(rule: Rule<Key>): Rule<Key> {
  return rule;
}

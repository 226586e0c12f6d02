/** The requests beside the protocol: the file system that an editor lends to a server without one, and what-if questions. */
import { RequestType, RequestType0, type Range } from 'vscode-languageserver';

/** What an editor reads at a URI. */
export type ReadFile =
  | { readonly kind: 'text'; readonly base64: string }
  | { readonly kind: 'folder'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

interface Uris {
  readonly uris: readonly string[];
}

/** Server to client: the files at these URIs, in their order. */
export const readFiles = new RequestType<Uris, readonly ReadFile[], void>('postfix/readFiles');

/** Server to client: files below these folders whose names may be configuration or scripts. */
export const findFiles = new RequestType<Uris, readonly string[], void>('postfix/findFiles');

/** What the status bar says of the site of a document. */
export interface SiteStatus {
  readonly folder: string;
  readonly targetVersion: string;
}

/** Client to server: the site that a document belongs to; null where it is none of ours. */
export const siteStatus = new RequestType<{ readonly uri: string }, SiteStatus | null, void>('postfix/site');

/** A rule for a list to choose from. */
export interface RuleEntry {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
}

/** Client to server: the catalogue of rules, in the language of the session. */
export const ruleList = new RequestType0<readonly RuleEntry[], void>('postfix/rules');

/** Client to server: a rule's page as Markdown; null for an unknown id. */
export const explainRule = new RequestType<{ readonly id: string }, string | null, void>('postfix/explain');

/** A what-if question; the fields are those of policy tests, `uri` the document that it is asked from. */
export interface Question {
  readonly kind: 'session' | 'header' | 'packet';
  readonly uri: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One step on the way to an answer. */
export interface AnswerStep {
  readonly text: string;
  readonly outcome: string;
  readonly uri?: string;
  /** From 0. */
  readonly line?: number;
}

/** What a group of a pattern took; null where it took part in nothing. */
export interface GroupText {
  readonly name: string;
  readonly text: string | null;
}

/** The rule of a table that answered, and what its pattern took. */
export interface FiredRule {
  readonly uri: string;
  readonly range: Range;
  /** The whole match under the name `$0`, then the groups; empty for a rule that fires where its pattern does not match. */
  readonly groups: readonly GroupText[];
}

export interface Answer {
  readonly question: string;
  readonly verdict: string;
  readonly steps: readonly AnswerStep[];
  /** What the answer hangs on. */
  readonly unknown: readonly string[];
  readonly fired?: FiredRule;
}

/** Client to server: what would happen; null where there is no site to ask about. */
export const tryQuestion = new RequestType<Question, Answer | null, void>('postfix/try');

/** One demand of the Port 25 report, with its words in the language of the session. */
export interface DemandEntry {
  readonly id: string;
  readonly status: 'met' | 'not-met' | 'unknown';
  readonly statusName: string;
  readonly title: string;
  /** The documents that demand it. */
  readonly source: string;
  readonly reason: string;
  /** The session or packet that shows it, on one line. */
  readonly evidence?: string;
  readonly uri?: string;
  /** From 0. */
  readonly line?: number;
}

/** The Port 25 report of a site. */
export interface PortReport {
  readonly title: string;
  readonly demands: readonly DemandEntry[];
}

/** Client to server: the Port 25 report of the document's site, else of the workspace's first; null where there is none. */
export const portReport = new RequestType<{ readonly uri: string | null }, PortReport | null, void>('postfix/report');

/** Findings as JSON; the shape is a promise to those who read it by program. */
import type { FileEdit, Finding } from '../../../rules/rule';
import { relativeEvidence } from '../../evidence-line';
import { format, type Lang } from '../../../text/message';
import type { SourceText } from '../../../text/source-text';
import type { Span } from '../../../text/span';

/** Version of the shape. */
export const jsonVersion = 1;

type Shown = (path: string) => string;

/** One finding, places as LSP counts them. */
export function findingJson(finding: Finding, lang: Lang, shown: Shown) {
  const { source, span, severity, rule, message, evidence, related, fixes } = finding;
  return {
    file: shown(source.path),
    range: rangeOf(source, span),
    severity,
    code: rule,
    message: format(message, lang),
    ...(evidence && { evidence: relativeEvidence(evidence, shown) }),
    related: related.map(r => ({
      file: shown(r.source.path),
      range: rangeOf(r.source, r.span),
      message: format(r.message, lang),
    })),
    fixes: fixes.map(fix => ({
      title: format(fix.title, lang),
      safe: fix.safe,
      edits: fix.edits.map(edit => editJson(edit, shown)),
    })),
  };
}

/** The whole answer of `check --format json`. */
export function checkJson(findings: readonly Finding[], files: number, lang: Lang, shown: Shown): string {
  const diagnostics = findings.map(f => findingJson(f, lang, shown));
  return `${JSON.stringify({ version: jsonVersion, files, diagnostics }, null, 2)}\n`;
}

/** A span as LSP counts: lines and characters from 0. */
export function rangeOf(source: SourceText, { start, end }: Span) {
  return { start: source.positionAt(start), end: source.positionAt(end) };
}

function editJson({ source, span, newText }: FileEdit, shown: Shown) {
  return { file: shown(source.path), range: rangeOf(source, span), newText };
}

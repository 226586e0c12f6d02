/** Findings as SARIF 2.1.0, for code scanning services. */
import type { FileEdit, Finding, Rule } from '../../../rules/rule';
import { format, type Lang } from '../../../text/message';
import { rangeOf } from './json';
import type { SourceText } from '../../../text/source-text';
import type { Span } from '../../../text/span';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/** The whole log: one run, the rules that spoke, their results with evidence and fixes. */
export function checkSarif(
  findings: readonly Finding[],
  rules: readonly Rule[],
  version: string,
  lang: Lang,
  shown: (path: string) => string,
): string {
  const spoke = rules.filter(r => findings.some(f => f.rule === r.id));
  const place = (source: SourceText, span: Span) => ({
    physicalLocation: { artifactLocation: artifact(source), region: region(source, span) },
  });
  const artifact = (source: SourceText) => ({ uri: encodeURI(shown(source.path)) });
  const results = findings.map(finding => ({
    ruleId: finding.rule,
    level: levels[finding.severity],
    message: { text: format(finding.message, lang) },
    locations: [place(finding.source, finding.span)],
    ...(finding.related.length > 0 && {
      relatedLocations: finding.related.map((r, id) => ({
        id,
        ...place(r.source, r.span),
        message: { text: format(r.message, lang) },
      })),
    }),
    ...(finding.fixes.length > 0 && {
      fixes: finding.fixes.map(fix => ({
        description: { text: format(fix.title, lang) },
        artifactChanges: changes(fix.edits).map(([source, edits]) => ({
          artifactLocation: artifact(source),
          replacements: edits.map(e => ({
            deletedRegion: region(e.source, e.span),
            ...(e.newText !== '' && { insertedContent: { text: e.newText } }),
          })),
        })),
      })),
    }),
    properties: { severity: finding.severity, ...(finding.evidence && { evidence: finding.evidence }) },
  }));
  const driver = {
    name: 'postfix-lint',
    version,
    rules: spoke.map(rule => ({
      id: rule.id,
      shortDescription: { text: rule.title[lang] },
      fullDescription: { text: rule.page.why },
      help: { text: rule.page.remedy },
      defaultConfiguration: { level: levels[rule.severity] },
    })),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function region(source: SourceText, span: Span) {
  const { start, end } = rangeOf(source, span);
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function changes(edits: readonly FileEdit[]): [SourceText, FileEdit[]][] {
  const bySource = new Map<string, [SourceText, FileEdit[]]>();
  for (const edit of edits) {
    const entry = bySource.get(edit.source.path) ?? [edit.source, []];
    entry[1].push(edit);
    bySource.set(edit.source.path, entry);
  }
  return [...bySource.values()];
}

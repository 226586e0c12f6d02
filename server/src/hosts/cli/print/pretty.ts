/** Findings for people: place, severity, message, the line with a caret, the evidence, the fix. */
import type { Finding, Severity } from '../../../rules/rule';
import { format, type Lang } from '../../../text/message';
import type { SourceText } from '../../../text/source-text';
import type { Span } from '../../../text/span';
import { evidenceLine, relativeEvidence } from '../../evidence-line';
import { paints, visible, width, wrap, type Paints } from './layout';

const severityNames: Readonly<Record<Lang, Readonly<Record<Severity, string>>>> = {
  en: { error: 'error', warning: 'warning', information: 'info', hint: 'hint' },
  'pt-BR': { error: 'erro', warning: 'aviso', information: 'info', hint: 'dica' },
};

const words = {
  en: {
    fix: 'fix',
    unsafe: 'look at it first',
    see: 'see',
    clean: 'No problems',
    none: 'Nothing was checked',
    in: 'in',
    files: ['file', 'files'],
  },
  'pt-BR': {
    fix: 'correção',
    unsafe: 'confira antes',
    see: 'veja',
    none: 'Nada foi verificado',
    clean: 'Nenhum problema',
    in: 'em',
    files: ['arquivo', 'arquivos'],
  },
} as const;

const plurals: Readonly<Record<Lang, Readonly<Record<Severity, readonly [string, string]>>>> = {
  en: {
    error: ['error', 'errors'],
    warning: ['warning', 'warnings'],
    information: ['information', 'information'],
    hint: ['hint', 'hints'],
  },
  'pt-BR': {
    error: ['erro', 'erros'],
    warning: ['aviso', 'avisos'],
    information: ['informação', 'informações'],
    hint: ['dica', 'dicas'],
  },
};

export interface Look {
  readonly lang: Lang;
  readonly colour: boolean;
  shown(path: string): string;
}

/** All findings and a last line that counts them. */
export function checkPretty(findings: readonly Finding[], files: number, look: Look): string {
  const paint = paints(look.colour);
  return (
    findings.map(f => `${findingPretty(f, look, paint)}\n\n`).join('') + `${summary(findings, files, look.lang)}\n`
  );
}

/** Counts by severity: `2 errors, 1 warning in 3 files`. Of no file at all nothing is said to be well. */
export function summary(findings: readonly Finding[], files: number, lang: Lang): string {
  const counts = (['error', 'warning', 'information', 'hint'] as const).flatMap(severity => {
    const n = findings.filter(f => f.severity === severity).length;
    return n > 0 ? [`${n} ${plurals[lang][severity][n === 1 ? 0 : 1]}`] : [];
  });
  const w = words[lang];
  if (files === 0) return w.none;
  return `${counts.join(', ') || w.clean} ${w.in} ${files} ${w.files[files === 1 ? 0 : 1]}`;
}

function findingPretty(finding: Finding, look: Look, paint: Paints): string {
  const { source, span, severity, rule, message, evidence, related, fixes } = finding;
  const name = severityNames[look.lang][severity];
  const head = `${paint.place(place(source, span, look))}  ${paint[severity](name)}  ${paint.dim(rule)}`;
  const lines = [head, wrap(format(message, look.lang), '  '), excerpt(source, span, paint[severity], paint)];
  const w = words[look.lang];
  if (evidence)
    lines.push(
      wrap(
        evidenceLine(
          relativeEvidence(evidence, path => look.shown(path)),
          look.lang,
        ),
        '       ',
        '     = ',
      ),
    );
  for (const { source: other, span: at, message: why } of related) {
    lines.push(wrap(`${w.see} ${place(other, at, look)}: ${format(why, look.lang)}`, '       ', '     = '));
  }
  for (const fix of fixes.slice(0, 3)) {
    const note = fix.safe ? '' : ` (${w.unsafe})`;
    lines.push(wrap(`${w.fix}: ${format(fix.title, look.lang)}${note}`, '       ', '     = '));
  }
  return lines.filter(Boolean).join('\n');
}

function place(source: SourceText, span: Span, look: Look): string {
  const { line, character } = source.positionAt(span.start);
  return `${look.shown(source.path)}:${line + 1}:${character + 1}`;
}

/** The line a span starts in, cut to the width around it, with carets below. */
export function excerpt(source: SourceText, span: Span, mark: (text: string) => string, paint: Paints): string {
  const { line, character } = source.positionAt(span.start);
  const start = source.starts[line] ?? 0;
  const next = source.starts[line + 1];
  const raw = source.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  if (raw.trim() === '' && span.end <= span.start) return '';
  const room = width - 9;
  const length = Math.max(1, Math.min(span.end - start, raw.length) - character);
  const from = character + Math.min(length, room) <= room ? 0 : Math.max(0, character - 20);
  const cut = raw.slice(from, from + room);
  const text = `${from > 0 ? '…' : ''}${visible(cut).slice(from > 0 ? 1 : 0)}${from + room < raw.length ? '…' : ''}`;
  const carets = '^'.repeat(Math.max(1, Math.min(length, cut.length - (character - from))));
  const number = String(line + 1).padStart(5);
  return [
    `${paint.dim(`${number} |`)} ${text.trimEnd()}`,
    `${paint.dim('      |')} ${' '.repeat(character - from)}${mark(carets)}`,
  ].join('\n');
}

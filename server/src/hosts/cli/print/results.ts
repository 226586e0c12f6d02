/** Answers to what-if questions, as JSON and for people. */
import { format, type Lang } from '../../../text/message';
import type { Step } from '../../../analysis/answer';
import type { Result } from '../policy/judge';
import { paints, visible, wrap } from './layout';
import type { Look } from './pretty';

/** One result; lines of the trace count from 0, as everywhere in JSON. */
export function resultJson(result: Result, lang: Lang, shown: (path: string) => string) {
  const { name, kind, document, index, expect, got, more, pass, reasons } = result;
  return {
    name,
    kind,
    document,
    index,
    ...(expect !== undefined && { expect }),
    got,
    ...(more && Object.keys(more).length > 0 && { more }),
    pass,
    trace: reasons.trace.map(({ source, span, text, outcome }) => ({
      ...(source && { file: shown(source.path) }),
      ...(source && span && { line: source.positionAt(span.start).line }),
      text,
      outcome,
    })),
    unknown: reasons.unknown.map(message => format(message, lang)),
  };
}

const words = {
  en: { expected: 'expected', got: 'got', hangs: 'hangs on', passed: 'passed', failed: 'failed' },
  'pt-BR': {
    expected: 'esperado',
    got: 'obtido',
    hangs: 'depende de',
    passed: 'como esperado',
    failed: 'diferente(s)',
  },
} as const;

/** One result of a test: a line where all is as expected, else with the way to the answer. */
export function testPretty(result: Result, look: Look): string {
  const paint = paints(look.colour);
  const { name, expect, got, pass } = result;
  const w = words[look.lang];
  if (pass) return `${paint.good('✓')} ${name}\n`;
  const difference = `${w.expected} ${brief(expect)}, ${w.got} ${brief(got)}`;
  return `${paint.bad('✗')} ${name}\n${wrap(difference, '    ')}\n${reasonsPretty(result, look, '    ')}`;
}

/** One answer to `try`, with the way to it. */
export function answerPretty(result: Result, look: Look): string {
  const paint = paints(look.colour);
  const more = result.more && Object.keys(result.more).length > 0 ? `  ${paint.dim(brief(result.more))}` : '';
  return `${paint.place(brief(result.got))}${more}\n${reasonsPretty(result, look, '  ')}`;
}

/** The last line of a test: how many are as expected. */
export function testSummary(results: readonly Result[], lang: Lang): string {
  const passed = results.filter(r => r.pass).length;
  const w = words[lang];
  return `${passed} ${w.passed}, ${results.length - passed} ${w.failed}\n`;
}

function reasonsPretty({ reasons }: Result, look: Look, indent: string): string {
  const paint = paints(look.colour);
  const places = reasons.trace.map(step => placeOf(step, look));
  const column = Math.min(36, Math.max(0, ...places.map(p => p.length)));
  const steps = reasons.trace.map((step, i) => {
    const head = `${indent}${(places[i] ?? '').padEnd(column)}  `;
    const text = wrap(
      `${visible(step.text.replaceAll('\n', ' '))} → ${step.outcome}`,
      `${indent}${' '.repeat(column)}    `,
      head,
    );
    return `${paint.dim(text.slice(0, head.length))}${text.slice(head.length)}\n`;
  });
  const unknown = reasons.unknown.map(m => `${wrap(`${words[look.lang].hangs}: ${format(m, look.lang)}`, indent)}\n`);
  // Several tables have a chain of the same name whose policy is the same: once is enough to read.
  return steps.filter((step, i) => step !== steps[i - 1]).join('') + unknown.join('');
}

function placeOf({ source, span }: Step, look: Look): string {
  if (!source) return '';
  const name = look.shown(source.path);
  return span ? `${name}:${source.positionAt(span.start).line + 1}` : name;
}

/** `reject 554 5.7.1 rcpt`, `REJECT forged sender`, `null`: an answer or expectation in a few words. */
function brief(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.every(([name]) => ['verdict', 'code', 'enhanced', 'stage', 'action', 'output'].includes(name))) {
    return entries.map(([, v]) => (typeof v === 'string' ? v : JSON.stringify(v))).join(' ');
  }
  return entries.map(([name, v]) => `${name}=${typeof v === 'string' ? v : JSON.stringify(v)}`).join(' ');
}

/** Characters that pages and word processors put in the place of plain ones. */
import { holesIn } from '../model/holes';
import type { SourceText } from '../text/source-text';
import { span, type Span } from '../text/span';

export type PastedKind = 'dash' | 'quote' | 'space' | 'invisible';

/** One such character, or a run of dashes, with what was meant. */
export interface Pasted {
  readonly kind: PastedKind;
  readonly span: Span;
  readonly instead: string;
}

const any = /[\u00a0\u00ad\u2000-\u2015\u2018-\u201f\u202f\u205f\u2060\u2212\u3000\ufeff]/;
const each = new RegExp(`[\\u2010-\\u2015\\u2212]+|${any.source}`, 'g');
const space = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;

/** Whether a text holds any of them: a quick look before a thorough one. */
export function hasPasted(text: string): boolean {
  return any.test(text);
}

/** Those in a stretch of a source. A dash counts only where an option starts: before a letter, after white space. */
export function pastedIn(source: SourceText, { start, end }: Span): Pasted[] {
  const text = source.text.slice(start, end);
  if (!any.test(text)) return [];
  const out: Pasted[] = [];
  const holes = holesIn(text);
  for (const match of text.matchAll(each)) {
    const at = match.index;
    const length = match[0].length;
    if (holes.some(h => h.start <= at && at < h.end)) continue;
    const found = judge(source.text, start + at, match[0]);
    if (found) out.push({ ...found, span: span(start + at, start + at + length) });
  }
  return out;
}

function judge(text: string, at: number, run: string): { kind: PastedKind; instead: string } | undefined {
  if (/[\u2010-\u2015\u2212]/.test(run)) {
    const before = at === 0 ? ' ' : text.charAt(at - 1);
    const option = /^(-?)([A-Za-z])([A-Za-z0-9-]*)/.exec(text.slice(at + run.length, at + run.length + 40));
    if (!option || !(/[\s"'{(]/.test(before) || space.test(before))) return undefined;
    if (option[1]) return { kind: 'dash', instead: '-' };
    return { kind: 'dash', instead: option[3] === '' ? '-' : '--' };
  }
  if (/[\u2018-\u201b]/.test(run)) return { kind: 'quote', instead: "'" };
  if (/[\u201c-\u201f]/.test(run)) return { kind: 'quote', instead: '"' };
  return space.test(run) ? { kind: 'space', instead: ' ' } : { kind: 'invisible', instead: '' };
}

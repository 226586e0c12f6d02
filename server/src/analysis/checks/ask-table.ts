/** Asks a table the same headers after each edit: where the rest of it is as before, only what is new is asked again. */
import { firstFrom, tableRules } from './as-language';
import { derived } from '../../text/derived';
import { editOf, LastMade, placeAfter, type Edit } from './edited-table';
import type { LoadedRule, LoadedTable } from './load-table';
import { fitting } from './rule-index';
import { tryHeader, type ChecksUse, type HeaderAnswer } from './try-header';

/** An answer without its trace: rules that surely do not answer, as they want a text that is not there, are not asked. */
export type TableAnswer = Omit<HeaderAnswer, 'trace'>;

/** For each header the place of the rule that answered, -1 for none. */
type Answers = Map<string, number>;

interface Memory {
  readonly own: Answers;
  readonly edit: Edit | undefined;
  /** The answers of the table before the edit. */
  readonly before: Answers | undefined;
}

const latest = new LastMade<{ readonly rules: readonly LoadedRule[]; readonly own: Answers }>();
const mostHeaders = 2000;

const memoryOf = derived((table: LoadedTable): Memory => {
  const last = latest.get(table);
  const found = last && editOf(last.rules, table.rules, asksTheSame);
  const edit = found && askedAnew(found, last.rules, table);
  const own: Answers = new Map();
  latest.set(table, { rules: table.rules, own });
  return { own, edit, before: edit && last?.own };
});

/** The edit with the rules that are asked on other terms, as an if around them is another; undefined where ifs came or went. */
function askedAnew(edit: Edit, before: readonly LoadedRule[], { rules, ifs }: LoadedTable): Edit | undefined {
  const { start, oldEnd, newEnd } = edit;
  const gone = before.slice(start, oldEnd);
  const fresh = rules.slice(start, newEnd);
  if ([...gone, ...fresh].every(r => r.kind === 'rule')) return edit;
  if (gone.length !== fresh.length || fresh.some((r, i) => r.kind !== gone[i]?.kind)) return undefined;
  const ends = fresh.map((r, i) => (r.kind === 'if' ? (ifs.get(start + i) ?? rules.length) : 0));
  const end = Math.max(newEnd, ...ends);
  return { start, oldEnd: end, newEnd: end };
}

function asksTheSame(a: LoadedRule, b: LoadedRule): boolean {
  return (
    a.kind === b.kind &&
    a.patterns.length === b.patterns.length &&
    a.patterns.every((p, i) => p.compiled === b.patterns[i]?.compiled && p.part.negated === b.patterns[i]?.part.negated)
  );
}

/**
 * What a table answers to a line (bytes), as `tryHeader` has it. The answers of header_checks are remembered by table, and across
 * small edits of a table.
 */
export function askTable(table: LoadedTable, use: ChecksUse, key: string): TableAnswer {
  if (use !== 'header_checks') return tryHeader(table, use, key);
  const memory = memoryOf(table);
  const known = memory.own.get(key);
  const places = known === undefined ? candidates(table, memory, key) : [known];
  const answer = places ? among(table, places, key) : tryHeader(table, 'header_checks', key);
  // An answer with more to tell than its rule is asked for in full each time.
  const plain = answer.unknown.length === 0 && answer.log.length === 0;
  if (plain && memory.own.size < mostHeaders) memory.own.set(key, answer.rule ?? -1);
  return answer;
}

/**
 * The rules to ask: after an edit the new ones, and the one that answered before; those behind it too where it is gone. Undefined
 * where they are too many to tell.
 */
function candidates(table: LoadedTable, { edit, before }: Memory, key: string): number[] | undefined {
  const rules = tableRules(table);
  const old = edit && before?.get(key);
  const now = edit && old !== undefined && old >= 0 ? placeAfter(edit, old) : undefined;
  const isDone = now !== undefined || old === -1;
  const from = edit && old !== undefined ? firstFrom(rules, edit.start) : 0;
  const end = edit && isDone ? firstFrom(rules, edit.newEnd) : rules.length;
  const { places, cut } = fitting(rules, from, end, key);
  if (cut !== undefined) return undefined;
  return [...places.flatMap(p => rules[p]?.index ?? []), ...(now === undefined ? [] : [now])];
}

/** Asks some rules, each within the ifs that are around it. */
function among(table: LoadedTable, asked: readonly number[], key: string): TableAnswer {
  const places = new Set<number>();
  for (const rule of asked) for (let p = rule; p >= 0; p = table.around[p] ?? -1) places.add(p);
  return tryHeader(
    table,
    'header_checks',
    key,
    [...places].sort((a, b) => a - b),
  );
}

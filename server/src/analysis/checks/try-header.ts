/** What a pcre: or regexp: table answers to a key: a header, a body line, an address. */
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import type { Reasoned, Step } from '../answer';
import { groupNumber } from '../../syntax/table/replacement';
import { matchSteps } from './compiled-pattern';
import { entryOf, lineNumberOf, type LoadedRule, type LoadedTable, type RulePattern } from './load-table';
import { isUtf8, printable } from './printable';

/** Who asks: header and body checks without UTF-8 checks, access tables and all others with them. */
export type ChecksUse = 'header_checks' | 'body_checks' | 'access' | 'plain';

/** The answer. All texts are bytes, one character each (text/source-text.ts, fromBytes, makes them readable). */
export interface HeaderAnswer extends Reasoned {
  /** The text that the rule gives, with what its groups took; null where no rule matches, and where it is not known. */
  readonly action: string | null;
  /** The place of that rule among the table's rules. */
  readonly rule?: number;
  /** Starts and ends in the key of the whole match and the groups; -1 where a group took nothing. */
  readonly groups?: readonly number[];
  /** What postmap says during the lookup. */
  readonly log: readonly string[];
}

/** How a rule's pattern fared. */
interface Asked {
  readonly holds: boolean;
  readonly groups?: readonly number[];
  readonly outcome: string;
}

/**
 * Asks a table as `postmap -q` does: the first rule that matches answers. `header`: the key in bytes, a folded header with
 * its newlines; what stands behind a NUL is not seen. Never throws; where our budget is spent, `unknown` says so. `among`: the
 * places of the rules that are asked, ascending, with the ifs around them; without it all are.
 */
export function tryHeader(table: LoadedTable, use: ChecksUse, header: string, among?: readonly number[]): HeaderAnswer {
  return new Lookup(table, use, header, among).run();
}

/** How much work all the rules of one lookup together may take. */
const lookupSteps = 20 * matchSteps;

class Lookup {
  private readonly trace: Step[] = [];
  private readonly unknown: Message[] = [];
  private readonly log: string[] = [];
  private readonly key: string;
  private steps = lookupSteps;

  constructor(
    private readonly table: LoadedTable,
    private readonly use: ChecksUse,
    header: string,
    private readonly among: readonly number[] | undefined,
  ) {
    const nul = header.indexOf('\0');
    this.key = nul < 0 ? header : header.slice(0, nul);
  }

  private say(text: string): void {
    this.log.push(`warning: ${printable(text)}`);
  }

  run(): HeaderAnswer {
    const { table, key } = this;
    const name = `${table.type}:${table.source.path}`;
    const checked = this.use === 'access' || this.use === 'plain';
    if (checked && !isUtf8(key)) {
      this.say(`${name}: non-UTF-8 key "${key}": malformed UTF-8 or invalid codepoint`);
      return this.answer(null);
    }
    const found = this.search();
    const { action } = found;
    if (action !== null && checked && !isUtf8(action)) {
      this.say(`${name}: key "${key}": non-UTF-8 value "${action}": malformed UTF-8 or invalid codepoint`);
      this.log.push(`fatal: ${printable(`table ${name}: query error`)}`);
      return this.answer(null);
    }
    if (action === '') {
      this.say(`table ${name}: key ${key}: empty string result is not allowed`);
      this.say(`table ${name} should return NO RESULT in case of NOT FOUND`);
    }
    return found;
  }

  private answer(action: string | null, rule?: number, groups?: readonly number[]): HeaderAnswer {
    const { trace, unknown, log } = this;
    return { action, ...(rule === undefined ? {} : { rule }), ...(groups ? { groups } : {}), trace, unknown, log };
  }

  private search(): HeaderAnswer {
    const { among } = this;
    const { rules, ifs } = this.table;
    const count = among?.length ?? rules.length;
    let from = 0;
    for (let next = 0; next < count; next++) {
      const at = among ? (among[next] ?? 0) : next;
      const rule = rules[at];
      if (at < from || !rule || rule.kind === 'endif') continue;
      const [first, second] = rule.patterns;
      if (!first) continue;
      const { says } = rule.line;
      const highest = says.kind === 'rule' ? says.replacement.highest : 0;
      const asked = this.ask(at, first, highest);
      if (this.unknown.length > 0) return this.answer(null);
      if (rule.kind === 'if') {
        this.note(at, asked.outcome);
        if (asked.holds) continue;
        const endif = ifs.get(at);
        if (endif === undefined) return this.answer(null);
        from = endif;
        continue;
      }
      if (!asked.holds) continue;
      if (second) {
        const also = this.ask(at, second, 0);
        if (this.unknown.length > 0) return this.answer(null);
        if (!also.holds) continue;
      }
      const action = this.expand(rule, asked.groups);
      this.note(at, action);
      return this.answer(action, at, asked.groups);
    }
    return this.answer(null);
  }

  private note(at: number, outcome: string): void {
    const line = entryOf(this.table, at)?.line;
    if (line) this.trace.push({ source: this.table.source, span: line.span, text: line.bytes.trimEnd(), outcome });
  }

  private ask(at: number, pattern: RulePattern, highest: number): Asked {
    const outcome = pattern.compiled.match(this.key, highest, Math.min(matchSteps, Math.max(0, this.steps)));
    this.steps -= outcome.spent;
    const { negated } = pattern.part;
    switch (outcome.kind) {
      case 'match':
        return { holds: !negated, groups: outcome.groups, outcome: negated ? 'no match' : 'match' };
      case 'no match':
        return { holds: negated, outcome: negated ? 'match' : 'no match' };
      case 'error':
        this.say(
          `${this.table.type} map ${this.table.source.path}, line ${lineNumberOf(this.table, at)}: ${outcome.error}`,
        );
        this.note(at, outcome.error);
        return { holds: false, outcome: outcome.error };
      case 'unknown':
        this.note(at, 'unknown');
        this.unknown.push(
          outcome.spent === 0 && this.steps > 0
            ? say(
                'The pattern in line {line} is beyond what is worked out here: it is too large, or it asks for characters instead of bytes by (*UTF).',
                'O padrão da linha {line} vai além do que se calcula aqui: é grande demais, ou pede caracteres em vez de bytes com (*UTF).',
                { line: lineNumberOf(this.table, at) },
              )
            : say(
                'The pattern in line {line} takes too long on this text to say what it answers.',
                'O padrão da linha {line} demora demais com este texto para dizer o que responde.',
                { line: lineNumberOf(this.table, at) },
              ),
        );
        return { holds: false, outcome: 'unknown' };
    }
  }

  private expand(rule: LoadedRule, groups: readonly number[] | undefined): string {
    const { says } = rule.line;
    if (says.kind !== 'rule') return '';
    let out = '';
    for (const part of says.replacement.parts) {
      if (part.kind === 'text') out += part.text;
      else if (groups) {
        const group = groupNumber(part.name);
        const start = groups[2 * group] ?? -1;
        const end = groups[2 * group + 1] ?? -1;
        if (start >= 0 && end > start) out += this.key.slice(start, end);
      }
    }
    return out;
  }
}

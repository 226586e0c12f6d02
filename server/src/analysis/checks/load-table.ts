/** Loads a pcre: or regexp: table as Postfix 3.7 does: the rules that count, and every warning in its order and words. */
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { TableEntry, TableFile } from '../../syntax/table/table-file';
import { parseTableFile } from '../../syntax/table/table-file';
import type { PatternPart, TableLine, TableType } from '../../syntax/table/table-line';
import { groupNumber } from '../../syntax/table/replacement';
import { compiledPattern } from './compiled-pattern';
import type { CompiledPattern } from './compiled-pattern';
import { eachLine } from './each-line';
import { lineFault, patternFault, replacementFault, said } from './load-warnings';
import type { Said, TableWarning } from './load-warnings';
import { printable } from './printable';

/** A pattern of a rule. */
export interface RulePattern {
  readonly part: PatternPart;
  readonly compiled: CompiledPattern;
}

/** A rule, an if or an endif that counts. */
export interface LoadedRule {
  readonly kind: 'rule' | 'if' | 'endif';
  readonly entry: TableEntry;
  /** None for an endif; two for `/a/!/b/` of regexp:. */
  readonly patterns: readonly RulePattern[];
  /** Of an if: the place of its endif among the rules; undefined where it has none. */
  readonly endif?: number;
}

/** A table as Postfix has it in memory. */
export interface LoadedTable {
  readonly source: SourceText;
  readonly type: TableType;
  readonly file: TableFile;
  readonly rules: readonly LoadedRule[];
  readonly warnings: readonly TableWarning[];
}

const loaders = {
  pcre: derived((source: SourceText) => new Loader(parseTableFile(source, 'pcre')).load()),
  regexp: derived((source: SourceText) => new Loader(parseTableFile(source, 'regexp')).load()),
};

/** The rules without a fault. */
const soundIn = eachLine(({ says }): readonly RulePattern[] | undefined => {
  if (says.kind !== 'rule' || says.faults.length > 0 || says.actionText === '') return undefined;
  const { faults, highest } = says.replacement;
  if (faults.length > 0 || (highest > 0 && says.patterns[0]?.negated)) return undefined;
  const patterns = says.patterns.map(part => ({
    part,
    compiled: compiledPattern(part.bytes, part.dialect, part.flags),
  }));
  const parsed = patterns.map(p => p.compiled.parsed);
  return parsed.every(p => p.ok) && highest <= (parsed[0]?.pattern.groups ?? 0) ? patterns : undefined;
});

/** Loads a table; the result is remembered by the source. Never throws. */
export function loadTable(source: SourceText, type: TableType): LoadedTable {
  return loaders[type](source);
}

class Loader {
  private readonly rules: LoadedRule[] = [];
  private readonly warnings: TableWarning[] = [];
  /** Places of the ifs that are open. */
  private readonly open: number[] = [];
  private readonly type: TableType;

  constructor(private readonly file: TableFile) {
    this.type = file.type;
  }

  load(): LoadedTable {
    const { file, rules, warnings } = this;
    const sound = soundIn(file);
    let next = 0;
    for (const entry of file.entries) {
      if (sound[next]?.entry === entry) rules.push({ kind: 'rule', entry, patterns: sound[next++]?.found ?? [] });
      else this.line(entry);
    }
    for (let at = this.open.pop(); at !== undefined; at = this.open.pop()) {
      const rule = rules[at];
      if (rule?.entry.says.kind === 'if') this.warn(rule.entry, said.ifWithoutEndif(), rule.entry.says.keyword);
    }
    return { source: file.source, type: file.type, file, rules, warnings };
  }

  private warn(entry: TableEntry, what: Said, bytes: Span): void {
    const { path } = this.file.source;
    const line = entry.line.number;
    const prefix = what.plain ? '' : `${this.type} map ${path}, line ${line}: `;
    const { kind, message, skips, problem } = what;
    this.warnings.push({
      kind,
      line,
      span: entry.line.place(bytes),
      text: `warning: ${printable(prefix + what.text)}`,
      message,
      skips,
      ...(problem ? { problem } : {}),
    });
  }

  private line(entry: TableEntry): void {
    const { says } = entry;
    for (const fault of says.faults)
      this.warn(entry, lineFault(fault, this.type, entry.line.bytes, this.file.source.path), fault.span);
    switch (says.kind) {
      case 'rule':
        return this.rule(entry, says);
      case 'if':
        return this.condition(entry, says);
      case 'endif':
        return this.endif(entry, says);
      case 'skipped':
        return;
    }
  }

  /** The patterns compiled one after the other; undefined where the library refuses one. */
  private compile(entry: TableEntry, part: PatternPart): RulePattern | undefined {
    const compiled = compiledPattern(part.bytes, part.dialect, part.flags);
    const { parsed } = compiled;
    if (parsed.ok) return { part, compiled };
    const { start, end } = parsed.problem.span;
    this.warn(entry, patternFault(parsed.problem, this.type), span(part.body.start + start, part.body.start + end));
    return undefined;
  }

  private rule(entry: TableEntry, says: Extract<TableLine, { kind: 'rule' }>): void {
    const [first, second] = says.patterns;
    if (!first) return;
    const { replacement, action } = says;
    if (says.actionText === '') this.warn(entry, said.noAction(), first.span);
    const inAction = (place: Span): Span => span(action.start + place.start, action.start + place.end);
    for (const fault of replacement.faults)
      this.warn(entry, replacementFault(fault, this.type, says.actionText), inAction(fault.span));
    if (replacement.faults.length > 0) return this.warn(entry, said.badReplacement(), action);
    const groups = replacement.parts.filter(part => part.kind === 'group');
    const [group] = groups;
    if (group && first.negated) return this.warn(entry, said.groupInNegated(), inAction(group.span));
    const compiled = this.compile(entry, first);
    if (!compiled?.compiled.parsed.ok) return;
    if (replacement.highest > compiled.compiled.parsed.pattern.groups) {
      const beyond = groups.find(part => groupNumber(part.name) === replacement.highest);
      return this.warn(entry, said.noSuchGroup(replacement.highest), beyond ? inAction(beyond.span) : action);
    }
    const patterns = [compiled];
    if (second) {
      const also = this.compile(entry, second);
      if (!also) return;
      patterns.push(also);
    }
    this.rules.push({ kind: 'rule', entry, patterns });
  }

  private condition(entry: TableEntry, says: Extract<TableLine, { kind: 'if' }>): void {
    const { extra } = says;
    if (extra) {
      this.warn(entry, said.extraText(textOf(entry).slice(extra.start, extra.end)), extra);
      this.warn(entry, said.indentedInIf(), extra);
    }
    const compiled = this.compile(entry, says.pattern);
    if (!compiled) return;
    this.open.push(this.rules.length);
    this.rules.push({ kind: 'if', entry, patterns: [compiled] });
  }

  private endif(entry: TableEntry, says: Extract<TableLine, { kind: 'endif' }>): void {
    const at = this.open.pop();
    const rule = at === undefined ? undefined : this.rules[at];
    if (at === undefined || !rule) return this.warn(entry, said.endifWithoutIf(), says.keyword);
    if (says.extra) this.warn(entry, said.extraAfterEndif(), says.extra);
    this.rules[at] = { ...rule, endif: this.rules.length };
    this.rules.push({ kind: 'endif', entry, patterns: [] });
  }
}

/** The bytes of a line up to a NUL. */
function textOf(entry: TableEntry): string {
  const { bytes } = entry.line;
  const nul = bytes.indexOf('\0');
  return nul < 0 ? bytes : bytes.slice(0, nul);
}

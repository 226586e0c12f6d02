/** Loads a pcre: or regexp: table as Postfix 3.7 does: the rules that count, and every warning in its order and words. */
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import { countBelow } from '../../text/chunks';
import type { StandingLine, TableEntry, TableFile } from '../../syntax/table/table-file';
import { parseTableFile } from '../../syntax/table/table-file';
import type { PatternPart, TableLine, TableType } from '../../syntax/table/table-line';
import { groupNumber } from '../../syntax/table/replacement';
import { compiledPattern } from './compiled-pattern';
import type { CompiledPattern } from './compiled-pattern';
import { ofEachLine } from './each-line';
import { lineFault, patternFault, replacementFault, said } from './load-warnings';
import type { Said, TableWarning } from './load-warnings';
import { printable } from './printable';

/** A pattern of a rule. */
export interface RulePattern {
  readonly part: PatternPart;
  readonly compiled: CompiledPattern;
}

/**
 * A rule, an if or an endif that counts, wherever it stands: the same object in all versions of a file, as far as it was edited
 * little by little. {@link entryOf} tells its place.
 */
export interface LoadedRule {
  readonly kind: 'rule' | 'if' | 'endif';
  readonly line: StandingLine;
  /** None for an endif; two for `/a/!/b/` of regexp:. */
  readonly patterns: readonly RulePattern[];
  /** Postfix says nothing about its line, whatever stands before and behind it. */
  readonly quiet: boolean;
}

/** A table as Postfix has it in memory. */
export interface LoadedTable {
  readonly source: SourceText;
  readonly type: TableType;
  readonly file: TableFile;
  readonly rules: readonly LoadedRule[];
  /** For each rule the place of its line among those of the file, ascending. */
  readonly linePlaces: readonly number[];
  /** For each rule the place of the innermost if around it, -1 for none; an if without endif is around all that follow. */
  readonly around: readonly number[];
  /** The place of each if among the rules, ascending, with that of its endif; undefined where it has none. */
  readonly ifs: ReadonlyMap<number, number | undefined>;
  readonly warnings: readonly TableWarning[];
}

const loaders = {
  pcre: derived((source: SourceText) => new Loader(parseTableFile(source, 'pcre')).load()),
  regexp: derived((source: SourceText) => new Loader(parseTableFile(source, 'regexp')).load()),
};

/** What each line counts as, an endif as if its if were there. */
const countedIn = ofEachLine((line): LoadedRule | undefined => {
  const { says } = line;
  switch (says.kind) {
    case 'skipped':
      return undefined;
    case 'endif':
      return { kind: 'endif', line, patterns: [], quiet: false };
    case 'if': {
      const pattern = compiledPart(says.pattern);
      return pattern.compiled.parsed.ok ? { kind: 'if', line, patterns: [pattern], quiet: false } : undefined;
    }
    case 'rule': {
      const { faults, highest } = says.replacement;
      if (faults.length > 0 || (highest > 0 && says.patterns[0]?.negated)) return undefined;
      const patterns = says.patterns.map(compiledPart);
      const parsed = patterns.map(p => p.compiled.parsed);
      if (!parsed.every(p => p.ok) || highest > (parsed[0]?.pattern.groups ?? 0)) return undefined;
      return { kind: 'rule', line, patterns, quiet: says.faults.length === 0 && says.actionText !== '' };
    }
  }
});

function compiledPart(part: PatternPart): RulePattern {
  return { part, compiled: compiledPattern(part.bytes, part.dialect, part.flags) };
}

/** Loads a table; the result is remembered by the source. Never throws. */
export function loadTable(source: SourceText, type: TableType): LoadedTable {
  return loaders[type](source);
}

/** The line of the rule at a place of a table; undefined where there is no such rule. */
export function entryOf({ file, linePlaces }: LoadedTable, rule: number): TableEntry | undefined {
  const place = linePlaces[rule];
  return place === undefined ? undefined : file.entry(place);
}

/** The number of that line, from 1; 0 where there is no such rule. */
export function lineNumberOf(table: LoadedTable, rule: number): number {
  return entryOf(table, rule)?.line.number ?? 0;
}

/** The place of the rule among those of a table that a line of its file is; undefined where the line does not count. */
export function ruleAt({ linePlaces }: LoadedTable, line: number): number | undefined {
  const rule = countBelow(linePlaces, line);
  return linePlaces[rule] === line ? rule : undefined;
}

class Loader {
  private readonly rules: LoadedRule[] = [];
  private readonly linePlaces: number[] = [];
  private readonly around: number[] = [];
  private readonly ifs = new Map<number, number | undefined>();
  private readonly warnings: TableWarning[] = [];
  /** Places of the ifs that are open. */
  private readonly open: number[] = [];
  private readonly type: TableType;

  constructor(private readonly file: TableFile) {
    this.type = file.type;
  }

  load(): LoadedTable {
    const { file, rules, linePlaces, around, ifs, warnings } = this;
    const counted = countedIn(file);
    for (let place = 0; place < counted.length; place++) {
      const rule = counted[place];
      if (!rule?.quiet && !this.line(place, rule)) continue;
      if (!rule) continue;
      around.push((rule.kind === 'if' ? this.open[this.open.length - 2] : this.open[this.open.length - 1]) ?? -1);
      rules.push(rule);
      linePlaces.push(place);
    }
    for (let at = this.open.pop(); at !== undefined; at = this.open.pop()) {
      const entry = file.entry(linePlaces[at] ?? 0);
      if (entry?.says.kind === 'if') this.warn(entry, said.ifWithoutEndif(), entry.says.keyword);
    }
    return { source: file.source, type: file.type, file, rules, linePlaces, around, ifs, warnings };
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

  /** Says what there is to say about a line; whether it counts where it stands. */
  private line(place: number, counted: LoadedRule | undefined): boolean {
    const entry = this.file.entry(place);
    if (!entry) return false;
    const { says } = entry;
    for (const fault of says.faults)
      this.warn(entry, lineFault(fault, this.type, entry.line.bytes, this.file.source.path), fault.span);
    switch (says.kind) {
      case 'rule':
        this.rule(entry, says);
        break;
      case 'if':
        this.condition(entry, says, counted !== undefined);
        break;
      case 'endif':
        return this.endif(entry, says);
      case 'skipped':
        break;
    }
    return counted !== undefined;
  }

  /** Whether the library takes a pattern; else it is said what is wrong. */
  private compiles(entry: TableEntry, part: PatternPart): boolean {
    const { parsed } = compiledPart(part).compiled;
    if (parsed.ok) return true;
    const { start, end } = parsed.problem.span;
    this.warn(entry, patternFault(parsed.problem, this.type), span(part.body.start + start, part.body.start + end));
    return false;
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
    if (!this.compiles(entry, first)) return;
    const { parsed } = compiledPart(first).compiled;
    if (parsed.ok && replacement.highest > parsed.pattern.groups) {
      const beyond = groups.find(part => groupNumber(part.name) === replacement.highest);
      return this.warn(entry, said.noSuchGroup(replacement.highest), beyond ? inAction(beyond.span) : action);
    }
    if (second) this.compiles(entry, second);
  }

  private condition(entry: TableEntry, says: Extract<TableLine, { kind: 'if' }>, counts: boolean): void {
    const { extra } = says;
    if (extra) {
      this.warn(entry, said.extraText(textOf(entry).slice(extra.start, extra.end)), extra);
      this.warn(entry, said.indentedInIf(), extra);
    }
    this.compiles(entry, says.pattern);
    if (!counts) return;
    this.open.push(this.rules.length);
    this.ifs.set(this.rules.length, undefined);
  }

  private endif(entry: TableEntry, says: Extract<TableLine, { kind: 'endif' }>): boolean {
    const at = this.open.pop();
    if (at === undefined) {
      this.warn(entry, said.endifWithoutIf(), says.keyword);
      return false;
    }
    if (says.extra) this.warn(entry, said.extraAfterEndif(), says.extra);
    this.ifs.set(at, this.rules.length);
    return true;
  }
}

/** The bytes of a line up to a NUL. */
function textOf(entry: TableEntry): string {
  const { bytes } = entry.line;
  const nul = bytes.indexOf('\0');
  return nul < 0 ? bytes : bytes.slice(0, nul);
}

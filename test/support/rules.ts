/** What a rule's test needs: text with marks goes in, findings are held against the marks. See marks.ts for the marks. */
import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import { newestPostfix, type Site } from '@postfix-tools/server/model/site';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import type { FileEdit, Finding, Fix, Rule, Sample } from '@postfix-tools/server/rules/rule';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { format, type Args } from '@postfix-tools/server/text/message';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { applyEdits, touches } from '@postfix-tools/server/text/span';
import { readMarks, splitFiles, writeMarks, type Mark, type Marked } from './marks';

/** What a test may say about the world of its files. */
export interface World {
  /** The Postfix version aimed at; the newest when left out. */
  readonly version?: string;
  readonly domains?: readonly string[];
  readonly host?: { readonly name?: string; readonly addresses?: readonly string[] };
}

const firstNames: Readonly<Record<string, string>> = {
  'main.cf': 'main.cf',
  'master.cf': 'master.cf',
  checks: 'header_checks',
  table: 'access',
  shell: 'firewall.sh',
  'iptables-save': 'rules.v4',
  project: '.postfix-lint.yaml',
};

/** The name under which a rule's sample of one text is read. */
export function sampleName(rule: Rule): string {
  return firstNames[rule.files[0] ?? 'main.cf'] ?? 'main.cf';
}

/** The texts of a sample by file name. */
export function filesOf(rule: Rule, sample: Sample): Record<string, string> {
  return typeof sample === 'string' ? splitFiles(sample, sampleName(rule)) : { ...sample };
}

/** A site of texts in memory, in the current folder. */
export function siteOfTexts(texts: Readonly<Record<string, string>>, world: World = {}): Site {
  const sources = Object.entries(texts).map(([path, text]) => new SourceText(path, text));
  return siteOf(sources, new MemoryFiles(sources), {
    postfixVersion: world.version ?? newestPostfix,
    domains: world.domains ?? [],
    ...(world.host && { host: world.host }),
  });
}

/** The findings of one rule. */
export function findings(rule: Rule, sample: Sample, world: World = {}): readonly Finding[] {
  return findingsOn(rule, siteOfTexts(filesOf(rule, sample), world));
}

/** Holds a rule's findings against the marks; a finding without a mark and a mark without a finding fail. */
export function checkRule(rule: Rule, sample: Sample, world: World = {}): void {
  const marked = readAll(rule, sample);
  const found = findingsOn(rule, siteOfTexts(textsOf(marked), world));
  const elsewhere = found.filter(f => !(f.source.path in marked));
  deepEqual(elsewhere, [], 'findings in files that the test does not have');
  for (const [path, { text, marks }] of Object.entries(marked)) {
    const seen = found.filter(f => f.source.path === path).map(f => describeFinding(rule, f, marks));
    equal(writeMarks(text, seen), writeMarks(text, marks), path);
  }
}

/**
 * Applies a fix at the cursor `<|>` (without one: of the first finding) and compares the files it leaves. The rule must be
 * silent there afterwards. `title` picks a fix by its English title, else it is the first.
 */
export function checkFix(
  rule: Rule,
  before: Sample,
  after: Sample,
  world: World & { readonly title?: RegExp } = {},
): void {
  const marked = readAll(rule, before);
  const texts = textsOf(marked);
  const found = findingsOn(rule, siteOfTexts(texts, world));
  const cursor = Object.entries(marked).find(([, m]) => m.cursor !== undefined);
  const at = cursor
    ? found.filter(f => f.source.path === cursor[0] && touches(f.span, cursor[1].cursor ?? -1))
    : found.slice(0, 1);
  if (at.length === 0) fail(`${rule.id} finds nothing ${cursor ? 'at the cursor' : 'in this text'}`);
  const fix = at.flatMap(f => f.fixes).find(f => !world.title || world.title.test(f.title.text.en));
  if (!fix) fail(`no such fix; there are: ${at.flatMap(f => f.fixes.map(x => x.title.text.en)).join(' | ')}`);
  const left = applyFix(texts, fix);
  deepEqual(left, { ...texts, ...filesOf(rule, after) });
  const again = findingsOn(rule, siteOfTexts(left, world));
  ok(again.length < found.length, `after the fix ${rule.id} still finds as much as before`);
}

/** The texts after a fix; a file that is not there yet is created. */
export function applyFix(texts: Readonly<Record<string, string>>, fix: Fix): Record<string, string> {
  const out = { ...texts };
  const byPath = new Map<string, FileEdit[]>();
  for (const edit of fix.edits) byPath.set(edit.source.path, [...(byPath.get(edit.source.path) ?? []), edit]);
  for (const [path, edits] of byPath) {
    const { text, applied } = applyEdits(texts[path] ?? '', edits);
    equal(applied.length, edits.length, `edits of the fix overlap in ${path}`);
    out[path] = text;
  }
  return out;
}

function findingsOn(rule: Rule, site: Site): readonly Finding[] {
  // A rule that is registered runs among all others: some speak about what others found.
  const among = rules.some(r => r.id === rule.id) && rule.id.startsWith('ignore-') ? rules : [rule];
  return check(site, among).filter(f => f.rule === rule.id || f.rule === 'internal-problem');
}

function readAll(rule: Rule, sample: Sample): Record<string, Marked> {
  return Object.fromEntries(Object.entries(filesOf(rule, sample)).map(([path, text]) => [path, readMarks(text)]));
}

function textsOf(marked: Readonly<Record<string, Marked>>): Record<string, string> {
  return Object.fromEntries(Object.entries(marked).map(([path, { text }]) => [path, text]));
}

/** A finding as a mark, with the arguments that the mark at its place cares about, or all where there is none. */
function describeFinding(rule: Rule, finding: Finding, marks: readonly Mark[]): Mark {
  const { source, span, message, severity } = finding;
  const key = Object.entries(rule.messages).find(([, text]) => text === message.text)?.[0] ?? `(${message.text.en})`;
  const line = source.text.indexOf('\n', span.start);
  const end = Math.min(span.end, line < 0 ? source.text.length : Math.max(line, span.start));
  const wanted = marks.find(m => m.start === span.start && m.end === end && m.key === key);
  const all: Record<string, string> = { ...mapValues(message.args), severity };
  const names = wanted ? Object.keys(wanted.args) : Object.keys(message.args);
  return { start: span.start, end, key, args: Object.fromEntries(names.map(name => [name, all[name] ?? '(absent)'])) };
}

function mapValues(args: Args): Record<string, string> {
  const text = (value: Args[string]): string => (typeof value === 'object' ? format(value, 'en') : String(value));
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, text(value)]));
}

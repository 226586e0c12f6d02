/** `postfix-lint fix`: applies fixes and writes the files, the one command that changes configuration. */
import { createTwoFilesPatch } from 'diff';
import { writeFileSync } from 'node:fs';
import { atLeast } from '../../rules/driver';
import { fixAll, type FixAll } from '../../rules/fix-all';
import { rules } from '../../rules/index.generated';
import { format, say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { DiskFiles } from '../disk-files';
import { filesFor, givenPaths, inspect, stdinPath, type Inspection } from './inspect';
import { ruleNames, type Common } from './options';
import { findingJson, jsonVersion } from './print/json';
import { paints, wrap } from './print/layout';
import { summary } from './print/pretty';
import { shown, type Terminal } from './terminal';

/** Applies the fixes that are safe, or those of the rules named; returns the exit status by what is left. */
export function runFix(common: Common, terminal: Terminal): number {
  const named = ruleNames(common.own, 'rule');
  const files = filesFor(common, terminal);
  const paths = givenPaths(common, terminal);
  const before = inspect(paths, files, common, terminal);
  let last = before;
  const quiet: Terminal = { ...terminal, err: () => undefined };
  const done = fixAll(
    changed => {
      if (changed.size > 0) last = inspect(paths, files.with(changed), common, quiet);
      return last.findings;
    },
    (finding, fix) => (named ? named.has(finding.rule) : fix.safe),
    rules.map(r => r.id),
  );
  const dryRun = common.own.flag('dry-run');
  const written = dryRun || write(done, common, terminal);
  if (written) print(done, dryRun ? before : last, files, common, terminal);
  if (before.failed || !written) return 2;
  return (dryRun ? before : last).findings.some(f => atLeast(f.severity, common.failOn)) ? 1 : 0;
}

/** Writes the changed files; false where one could not be written. The standard input's text goes to the standard output. */
function write({ changed }: FixAll, common: Common, terminal: Terminal): boolean {
  const stdin = common.positionals.includes('-') ? stdinPath(common, terminal) : undefined;
  let fine = true;
  for (const [path, source] of changed) {
    if (path === stdin) continue;
    try {
      writeFileSync(path, Buffer.from(source.bytes, 'latin1'));
    } catch (error) {
      fine = false;
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      const message = say('cannot be written: {why}', 'não pode ser gravado: {why}', { why });
      terminal.err(`${shown(terminal, path)}: ${format(message, common.lang)}\n`);
    }
  }
  return fine;
}

function print(done: FixAll, left: Inspection, files: DiskFiles, common: Common, terminal: Terminal): void {
  const { lang } = common;
  const show = (path: string) => shown(terminal, path);
  const diff = [...done.changed].map(([path, after]) => patch(show(path), textAt(files, path), after)).join('');
  if (common.format === 'json') {
    const fixed = done.applied.map(({ finding, fix }) => ({
      file: show(finding.source.path),
      code: finding.rule,
      title: format(fix.title, lang),
    }));
    const changed = [...done.changed.keys()].map(show);
    const diagnostics = left.findings.map(f => findingJson(f, lang, show));
    const report = { version: jsonVersion, files: left.sources.length, changed, fixed, diff, diagnostics };
    terminal.out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (common.own.flag('dry-run')) {
    terminal.out(diff);
    return;
  }
  const toStdout = common.positionals.includes('-');
  const say = toStdout ? (text: string) => terminal.err(text) : (text: string) => terminal.out(text);
  if (toStdout) {
    const state = files.with(done.changed).read(stdinPath(common, terminal));
    terminal.out(state.kind === 'text' ? state.source.text : '');
  }
  const paint = paints(common.colour);
  for (const { finding, fix } of done.applied) {
    const head = `${show(finding.source.path)}: ${finding.rule}: `;
    say(`${paint.good('✓')} ${wrap(head + format(fix.title, lang), '    ').trimStart()}\n`);
  }
  say(`${counted(done, lang)} ${summary(left.findings, left.sources.length, lang)}\n`);
}

function counted({ applied, changed }: FixAll, lang: Common['lang']): string {
  const args = { fixes: applied.length, files: changed.size };
  if (applied.length === 0) return format(say('Nothing to fix.', 'Nada a corrigir.'), lang);
  const message = say(
    'Fixes applied: {fixes}, files changed: {files}. Left:',
    'Correções aplicadas: {fixes}, arquivos alterados: {files}. Restam:',
    args,
  );
  return format(message, lang);
}

function textAt(files: DiskFiles, path: string): SourceText | undefined {
  const state = files.read(path);
  return state.kind === 'text' ? state.source : undefined;
}

/** A unified diff of one file, as patch(1) and git take it. */
function patch(name: string, before: SourceText | undefined, after: SourceText): string {
  const from = before ? `a/${name}` : '/dev/null';
  const text = createTwoFilesPatch(from, `b/${name}`, before?.text ?? '', after.text, undefined, undefined, {
    context: 3,
  });
  return text.replace(/^=+\n/, '');
}

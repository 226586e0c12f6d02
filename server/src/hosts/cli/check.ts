/** `postfix-lint check`: what the rules find in files and folders, or in them beyond a baseline, which it also writes. */
import { writeFileSync } from 'node:fs';
import { baselineText } from '../../rules/baseline';
import { atLeast } from '../../rules/driver';
import { rules } from '../../rules/index.generated';
import type { Finding } from '../../rules/rule';
import { format, say } from '../../text/message';
import { dirname } from '../../text/path';
import { SourceText } from '../../text/source-text';
import { filesFor, givenPaths, inspect } from './inspect';
import type { Common } from './options';
import { checkGithub } from './print/github';
import { checkJson } from './print/json';
import { checkPretty } from './print/pretty';
import { checkSarif } from './print/sarif';
import { absolute, shown, WrongUse, type Terminal } from './terminal';
import { productVersion } from './version';

/** Prints the findings; returns the exit status. */
export function runCheck(common: Common, terminal: Terminal): number {
  const recordAt = common.own.text('write-baseline');
  if (recordAt !== undefined) return record(absolute(terminal, recordAt), common, terminal);
  const { findings, sources, failed } = inspect(
    givenPaths(common, terminal),
    filesFor(common, terminal),
    common,
    terminal,
  );
  print(findings, sources.length, common, terminal);
  if (failed) return 2;
  return findings.some(f => atLeast(f.severity, common.failOn)) ? 1 : 0;
}

/** Writes the baseline that hides all that is found; 0 where that went well. */
function record(path: string, common: Common, terminal: Terminal): number {
  // A project file may name the baseline that is only made here.
  const files = filesFor(common, terminal).with(
    new Map([[path, new SourceText(path, baselineText([], dirname(path)))]]),
  );
  const { findings, sources, failed } = inspect(givenPaths(common, terminal), files, common, terminal);
  if (failed) return 2;
  const file = shown(terminal, path);
  try {
    writeFileSync(path, baselineText(findings, dirname(path)));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new WrongUse(say('{file} cannot be written: {why}', '{file} não pode ser gravado: {why}', { file, why }));
  }
  if (common.format !== 'pretty') {
    print([], sources.length, common, terminal);
    return 0;
  }
  const args = { file, findings: findings.length };
  const message = say(
    '{file}: findings recorded: {findings}. They are not told with --baseline {file}.',
    '{file}: achados registrados: {findings}. Com --baseline {file} não são mostrados.',
    args,
  );
  terminal.out(`${format(message, common.lang)}\n`);
  return 0;
}

function print(findings: readonly Finding[], files: number, common: Common, terminal: Terminal): void {
  const { lang, colour } = common;
  const show = (path: string) => shown(terminal, path);
  const printers = {
    pretty: () => checkPretty(findings, files, { lang, colour, shown: show }),
    json: () => checkJson(findings, files, lang, show),
    sarif: () => checkSarif(findings, rules, productVersion, lang, show),
    github: () => checkGithub(findings, lang, show),
  };
  terminal.out(printers[common.format]());
}

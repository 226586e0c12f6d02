/** `postfix-lint check`: what the rules find in files and folders. */
import { atLeast } from '../../rules/driver';
import { rules } from '../../rules/index.generated';
import { filesFor, givenPaths, inspect } from './inspect';
import type { Common } from './options';
import { checkGithub } from './print/github';
import { checkJson } from './print/json';
import { checkPretty } from './print/pretty';
import { checkSarif } from './print/sarif';
import { shown, type Terminal } from './terminal';
import { productVersion } from './version';

/** Prints the findings; returns the exit status. */
export function runCheck(common: Common, terminal: Terminal): number {
  const files = filesFor(common, terminal);
  const { findings, sources, failed } = inspect(givenPaths(common, terminal), files, common, terminal);
  const { lang, colour } = common;
  const show = (path: string) => shown(terminal, path);
  const print = {
    pretty: () => checkPretty(findings, sources.length, { lang, colour, shown: show }),
    json: () => checkJson(findings, sources.length, lang, show),
    sarif: () => checkSarif(findings, rules, productVersion, lang, show),
    github: () => checkGithub(findings, lang, show),
  };
  terminal.out(print[common.format]());
  if (failed) return 2;
  return findings.some(f => atLeast(f.severity, common.failOn)) ? 1 : 0;
}

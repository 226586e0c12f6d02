/** Takes the arguments of `postfix-lint` to the command they name. */
import { format } from '../../text/message';
import { runCheck } from './check';
import { runExplain, runRules } from './catalogue';
import { runFix } from './fix';
import { helpText } from './help';
import { readOptions, type Command, type Common } from './options';
import { runReport } from './report';
import { runShow } from './show';
import { runTest } from './test';
import { runTry } from './try';
import { languageOf, WrongUse, type Terminal } from './terminal';
import { productVersion } from './version';

type Run = (common: Common, terminal: Terminal) => number;

const runs: Readonly<Record<Command, Run>> = {
  check: runCheck,
  fix: runFix,
  try: runTry,
  test: runTest,
  show: runShow,
  report: runReport,
  rules: runRules,
  explain: runExplain,
};

/** Runs a command line; returns the exit status: 0 fine, 1 something at or above --fail-on, 2 wrong use. */
export function run(argv: readonly string[], terminal: Terminal): number {
  let lang = languageOf(terminal.env);
  try {
    const common = readOptions(argv, terminal);
    lang = common.lang;
    if (common.version) {
      terminal.out(`postfix-lint ${productVersion}\n`);
      return 0;
    }
    if (common.help) {
      terminal.out(helpText(lang));
      return 0;
    }
    return runs[common.command](common, terminal);
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    terminal.err(`postfix-lint: ${format(error.say, lang)}\n`);
    return 2;
  }
}

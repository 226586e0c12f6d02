/** `getopts` (POSIX XCU getopts). OPTIND holds the word, and within a word of several letters also the letter. */
import type { Interpreter } from './execute';
import type { Invocation } from './simple';
import { known } from './value';
import type { Value } from './value';

/** Takes the next option of the arguments; status 1 behind the last. */
export function getopts(shell: Interpreter, invocation: Invocation): void {
  const [spec, name, ...given] = invocation.fields.slice(1);
  const letters = known(spec?.value ?? '') ?? '';
  const variable = known(name?.value ?? '') ?? '';
  const { span } = invocation.command;
  const set_ = (n: string, value: Value): void => {
    shell.assign(n, undefined, value, false, span);
  };
  const position = known(shell.variable('OPTIND', span) ?? '1') ?? '1';
  const [at = 1, letter = 1] = position.split(':').map(Number);
  const args = given.length > 0 ? given.map(f => f.value) : shell.s.positional;
  const arg = args?.[at - 1];
  const text = arg === undefined ? '' : known(arg);
  if (!args || text === undefined) {
    set_(variable, [shell.environment(invocation.place, `$${variable}`)]);
    shell.doubtful(span);
    return;
  }
  if (!/^-./.test(text) || text === '--') {
    set_(variable, '?');
    set_('OPTIND', String(text === '--' ? at + 1 : at));
    shell.decided(1);
    return;
  }
  const option = text[letter] ?? '';
  const where = letters.indexOf(option);
  const more = letter + 1 < text.length;
  set_(variable, where < 0 || option === ':' ? '?' : option);
  if (where >= 0 && letters[where + 1] === ':') {
    set_('OPTARG', more ? text.slice(letter + 1) : (args[at] ?? ''));
    set_('OPTIND', String(more ? at + 1 : at + 2));
  } else {
    shell.s.remove('OPTARG');
    set_('OPTIND', more ? `${at}:${letter + 1}` : String(at + 1));
  }
  shell.decided(0);
}

/** Where the variables of a shell script stand: with a `$` or without one (bash manual "Shell Parameters", "Bash Builtins"). */
import type { Condition, Dialect, Part, ShellScript, SimpleCommand, Word } from '../../syntax/shell/nodes';
import { parseShell } from '../../syntax/shell/parse-shell';
import { walkScript } from '../../syntax/shell/walk';
import { literal } from '../../syntax/shell/words';
import { SourceText } from '../../text/source-text';
import type { Paint, Role } from './token';

/** Builtins whose words are names of variables, the letters of their options that take a value, and what they do to a name. */
const naming: Readonly<Record<string, { readonly valued: string; readonly role: Role }>> = {
  read: { valued: 'dinNptu', role: 'set' },
  mapfile: { valued: 'dnOsuCc', role: 'set' },
  readarray: { valued: 'dnOsuCc', role: 'set' },
  local: { valued: '', role: 'set' },
  declare: { valued: '', role: 'set' },
  typeset: { valued: '', role: 'set' },
  export: { valued: '', role: 'use' },
  readonly: { valued: '', role: 'use' },
  unset: { valued: '', role: 'use' },
};
const declaring: ReadonlySet<string> = new Set(['local', 'declare', 'typeset', 'export', 'readonly']);
const numeric = /^-(?:eq|ne|lt|le|gt|ge)$/;
const ownName = /^[A-Za-z_]\w*$/;

/** A builtin's name and its arguments, without `command` or `builtin` before it. */
function builtin(command: SimpleCommand): { name: string; args: readonly Word[] } {
  const at = command.words.findIndex(word => !/^(?:command|builtin)$/.test(literal(word) ?? ''));
  const head = at < 0 ? undefined : command.words[at];
  return { name: (head && literal(head)) ?? '', args: command.words.slice(at + 1) };
}

/** The letters of the options before the other arguments; `valued` take the next word where nothing follows them. */
function options(args: readonly Word[], valued: string): { letters: string; rest: readonly Word[] } {
  let letters = '';
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    const text = (word && literal(word)) ?? '';
    if (text === '--') return { letters, rest: args.slice(i + 1) };
    if (!word || word.assignment || !/^[-+]\w/.test(text)) return { letters, rest: args.slice(i) };
    const taking = [...text].findIndex((c, k) => k > 0 && valued.includes(c));
    letters += taking < 0 ? text.slice(1) : text.slice(1, taking);
    if (taking === text.length - 1) i++;
  }
  return { letters, rest: [] };
}

/** The arrays that a command makes with words as keys (`declare -A`). */
export function associativeArrays(command: SimpleCommand): string[] {
  const { name, args } = builtin(command);
  if (!declaring.has(name)) return [];
  const { letters, rest } = options(args, '');
  return letters.includes('A') ? rest.flatMap(word => word.assignment?.name ?? literal(word) ?? []) : [];
}

/**
 * Paints the variables of a script. Keys of the arrays of `associative` are words, no arithmetic. Names that a script makes
 * while it runs (`eval "$a=1"`) are not seen.
 */
export function paintVariables(script: ShellScript, associative: ReadonlySet<string>, paint: Paint): void {
  new VariablePainter(script.source, script.dialect, associative, paint).all(script);
}

class VariablePainter {
  private readonly keys = new Set<readonly Part[]>();

  constructor(
    private readonly source: SourceText,
    private readonly dialect: Dialect,
    private readonly associative: ReadonlySet<string>,
    private readonly paint: Paint,
  ) {}

  all(script: ShellScript): void {
    walkScript(script, {
      command: command => {
        if (command.kind === 'simple') this.simple(command);
        else if (command.kind === 'for' || command.kind === 'select')
          this.put(command.nameSpan.start, command.name, 'set');
        else if (command.kind === 'condition') this.condition(command.test);
      },
      assignment: ({ name, nameSpan, subscript, array }) => {
        this.put(nameSpan.start, name, 'set');
        this.subscript(name, subscript);
        for (const element of array ?? []) this.subscript(name, element.subscript);
      },
      part: part => {
        if (part.kind !== 'parameter') return;
        this.subscript(part.name, part.subscript);
        if (part.prefix !== '!*' && part.prefix !== '!@')
          this.put(part.nameSpan.start, part.name, /^:?=$/.test(part.operator ?? '') ? 'set' : 'use');
      },
      arithmetic: parts => {
        if (!this.keys.has(parts)) this.arithmetic(parts);
      },
    });
  }

  private put(start: number, name: string, role: Role): void {
    const end = start + name.length;
    if (!ownName.test(name) || this.source.slice({ start, end }) !== name) return;
    this.paint(start, end, 'variable', { kind: 'shell-variable', name, role }, role === 'set' ? ['declaration'] : []);
  }

  private subscript(array: string, subscript: Word | undefined): void {
    if (subscript && this.associative.has(array)) this.keys.add(subscript.parts);
  }

  private simple(command: SimpleCommand): void {
    const { name, args } = builtin(command);
    const kind = naming[name];
    if (kind) {
      const { letters, rest } = options(args, kind.valued);
      if ((declaring.has(name) || name === 'unset') && /[fF]/.test(letters)) return;
      for (const word of rest) {
        if (!word.assignment) this.name(word, kind.role);
        else if (letters.includes('n') && word.assignment.value) this.name(word.assignment.value, 'use');
      }
    } else if (name === 'let') for (const word of args) this.arithmetic(word.parts);
    else if (name === 'getopts') this.name(args[1], 'set');
    else if (name === 'printf' && literalOf(args[0]) === '-v') this.name(args[1], 'set');
    else if (name === 'test' || name === '[') {
      const at = args.findIndex(word => literal(word) === '-v');
      if (at >= 0) this.name(args[at + 1], 'use');
    } else if (name === 'trap' || name === 'eval') this.commands(args[literalOf(args[0]) === '--' ? 1 : 0]);
  }

  /** A word that is the name of a variable, or of an array with a key. */
  private name(word: Word | undefined, role: Role): void {
    const [, quote = '', name] =
      /^(["']?)([A-Za-z_]\w*)(?:\[[^]*\])?\1$/.exec(word ? this.source.slice(word.span) : '') ?? [];
    if (word && name !== undefined) this.put(word.span.start + quote.length, name, role);
  }

  /** Commands in apostrophes, run later on. */
  private commands(word: Word | undefined): void {
    const text = /^'([^']*)'$/.exec(word ? this.source.slice(word.span) : '')?.[1];
    if (!word || text === undefined) return;
    const by = word.span.start + 1;
    const shifted: Paint = (start, end, ...what) => {
      this.paint(start + by, end + by, ...what);
    };
    paintVariables(parseShell(new SourceText('', text), this.dialect), this.associative, shifted);
  }

  private condition(test: Condition): void {
    switch (test.kind) {
      case 'not':
        this.condition(test.operand);
        return;
      case 'and':
      case 'or':
        this.condition(test.left);
        this.condition(test.right);
        return;
      case 'unary':
        if (test.operator === '-v') this.name(test.operand, 'use');
        return;
      case 'binary':
        if (numeric.test(test.operator)) for (const side of [test.left, test.right]) this.arithmetic(side.parts);
    }
  }

  private arithmetic(parts: readonly Part[]): void {
    for (const [i, part] of parts.entries()) {
      if (part.kind === 'double') this.arithmetic(part.parts);
      if (part.kind !== 'text' && part.kind !== 'quoted') continue;
      const from = part.span.start + (part.kind === 'quoted' ? 1 : 0);
      for (const found of part.value.matchAll(
        /(?<![\w#])([A-Za-z_]\w*)(?!\w)(\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\s*(?:\+\+|--))?/g,
      )) {
        const [, name = '', change] = found;
        const joined =
          (found.index === 0 && isExpansion(parts[i - 1])) ||
          (found.index + name.length === part.value.length && isExpansion(parts[i + 1]));
        if (!joined) this.put(from + found.index, name, change === undefined ? 'use' : 'set');
      }
    }
  }
}

function literalOf(word: Word | undefined): string | undefined {
  return word && literal(word);
}

/** Whether a name next to it is only a piece of one: `A$i`. */
function isExpansion(part: Part | undefined): boolean {
  return part?.kind === 'parameter' || part?.kind === 'command' || part?.kind === 'arithmetic';
}

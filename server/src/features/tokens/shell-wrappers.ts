/** Functions of a script that hand their arguments on to a program: `ipt() { iptables "$@"; ip6tables "$@"; }`. */
import type { FunctionDefinition, Part, Word } from '../../syntax/shell/nodes';
import { walkList } from '../../syntax/shell/walk';
import { literal } from '../../syntax/shell/words';

/** A command in a function that gets all of the function's arguments. */
export interface HandedOn {
  /** The program: a word, or `$name`. */
  readonly to: string;
  /** The table that holds where the arguments say no other; undefined where a variable tells. */
  readonly table: string | undefined;
}

/** What a function hands its arguments on to, in the order of the text. */
export function handedOn({ body, span }: FunctionDefinition): HandedOn[] {
  const out: HandedOn[] = [];
  walkList(
    { items: [{ command: body, background: false }], span },
    {
      command: command => {
        if (command.kind !== 'simple') return;
        const [head, ...words] = command.words.slice(
          command.words.findIndex(word => !/^(?:sudo|exec|command|env|nice)$/.test(literal(word) ?? '')),
        );
        const at = words.findIndex(isAllArguments);
        const to = head && (literal(head) ?? variable(head.parts));
        if (at < 0 || to === undefined) return;
        const table = words.findIndex((word, i) => i < at && /^(?:-t|--table)$/.test(literal(word) ?? ''));
        const said = table < 0 ? undefined : words[table + 1];
        out.push({ to, table: said ? literal(said) : 'filter' });
      },
    },
  );
  return out;
}

function variable(parts: readonly Part[]): string | undefined {
  const [only] = parts.length === 1 ? parts : [];
  if (only?.kind === 'double') return variable(only.parts);
  return only?.kind === 'parameter' && only.operator === undefined ? `$${only.name}` : undefined;
}

function isAllArguments(word: Word): boolean {
  return /^\$[@*]$/.test(variable(word.parts) ?? '');
}

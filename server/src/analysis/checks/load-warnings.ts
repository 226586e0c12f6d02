/** What Postfix says when it loads a pcre: or regexp: table, and the same for people. */
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import type { Span } from '../../text/span';
import type { PatternProblem } from '../../syntax/pattern/tree';
import type { ReplacementFault } from '../../syntax/table/replacement';
import type { LineFault, TableType } from '../../syntax/table/table-line';
import { printable } from './printable';

/** What is wrong, by a name that rules can go by. */
export type WarningKind =
  | LineFault['kind']
  | ReplacementFault['kind']
  | 'pattern'
  | 'no-action'
  | 'group-in-negated'
  | 'no-such-group'
  | 'extra-text'
  | 'indented-in-if'
  | 'extra-after-endif'
  | 'endif-without-if'
  | 'if-without-endif'
  | 'rule-skipped';

/** One warning. */
export interface TableWarning {
  readonly kind: WarningKind;
  /** The line that Postfix names, from 1. */
  readonly line: number;
  /** Where it is in the file. */
  readonly span: Span;
  /** What Postfix prints behind its own name, bytes: `warning: pcre map /etc/x, line 1: …`. */
  readonly text: string;
  readonly message: Message;
  /** The rule is not there, or the line counts for nothing. */
  readonly skips: boolean;
  readonly problem?: PatternProblem;
}

/** What a warning is about, before it has a place. */
export interface Said {
  readonly kind: WarningKind;
  /** Behind `pcre map FILE, line N: `, or all of it where `plain`. */
  readonly text: string;
  readonly message: Message;
  readonly skips: boolean;
  readonly plain?: boolean;
  readonly problem?: PatternProblem;
}

const skipWord = (type: TableType): string => (type === 'pcre' ? 'ignoring' : 'skipping');

/** What Postfix says of a fault of a line. */
export function lineFault(fault: LineFault, type: TableType, bytes: string, path: string): Said {
  switch (fault.kind) {
    case 'indented': {
      const nul = bytes.indexOf('\0');
      const seen = (nul < 0 ? bytes : bytes.slice(0, nul)).slice(0, 30);
      const text = `${path}: logical line must not start with whitespace: "${seen}${bytes.length > 30 ? '...' : ''}"`;
      const message = say(
        'Nothing stands before this line that it could continue: Postfix ignores it. Remove the blanks at its start.',
        'Não há linha anterior que esta possa continuar: o Postfix a ignora. Tire os espaços do começo.',
      );
      return { kind: fault.kind, text, message, skips: true, plain: true };
    }
    case 'no-pattern':
      return {
        kind: fault.kind,
        text: 'no regexp: skipping this rule',
        message: say('There is no pattern: Postfix skips this rule.', 'Falta o padrão: o Postfix ignora esta regra.'),
        skips: true,
      };
    case 'no-delimiter':
      return {
        kind: fault.kind,
        text: `no closing regexp delimiter "${fault.delimiter}": ${skipWord(type)} this rule`,
        message: say(
          'The pattern has no closing {delimiter}: Postfix skips this rule.',
          'O padrão não tem o {delimiter} final: o Postfix ignora esta regra.',
          { delimiter: printable(fault.delimiter) },
        ),
        skips: true,
      };
    case 'unknown-flag':
      return {
        kind: fault.kind,
        text: `unknown regexp option "${fault.letter}": skipping this rule`,
        message: say(
          '{letter} is no flag here: Postfix skips this rule. A {letter} of the pattern itself needs a backslash before the delimiter; the action needs a blank before it.',
          '{letter} não é uma opção aqui: o Postfix ignora esta regra. Um delimitador dentro do padrão precisa de barra invertida antes; a ação precisa de um espaço antes.',
          { letter: printable(fault.letter) },
        ),
        skips: true,
      };
    case 'obsolete-flag':
      return {
        kind: fault.kind,
        text: `ignoring obsolete regexp option "${fault.letter}"`,
        message: say('The flag X does nothing any more: remove it.', 'A opção X não faz mais nada: tire-a.'),
        skips: false,
      };
    case 'not-recognized':
      return {
        kind: fault.kind,
        text: 'ignoring unrecognized request',
        message: say(
          'Postfix ignores this line: a rule begins with a delimiter such as /, else only if and endif are known.',
          'O Postfix ignora esta linha: uma regra começa com um delimitador como /; fora isso só há if e endif.',
        ),
        skips: true,
      };
  }
}

/** What Postfix says of a fault of a replacement. */
export function replacementFault(fault: ReplacementFault, type: TableType, replacement: string): Said {
  switch (fault.kind) {
    case 'truncated':
      return {
        kind: fault.kind,
        text: `truncated macro reference: "${replacement}"`,
        message: say(
          'The bracket behind $ is not closed: Postfix skips this rule.',
          'O parêntese ou chave depois de $ não foi fechado: o Postfix ignora esta regra.',
        ),
        skips: true,
        plain: true,
      };
    case 'empty-name':
      return {
        kind: fault.kind,
        text: `empty macro name: "${replacement}"`,
        message: say(
          'A $ must be followed by the number of a group: write $$ for a dollar sign.',
          'Depois de $ deve vir o número de um grupo: escreva $$ para um cifrão.',
        ),
        skips: true,
        plain: true,
      };
    case 'no-number':
      return {
        kind: fault.kind,
        text: `non-numeric replacement index "${fault.name}"`,
        message: say(
          '{name} is no number of a group: write $$ for a dollar sign, or ${1} where text follows the number.',
          '{name} não é o número de um grupo: escreva $$ para um cifrão, ou ${1} se há texto logo depois do número.',
          { name: printable(fault.name) },
        ),
        skips: true,
      };
    case 'number-zero':
      return {
        kind: fault.kind,
        text: `${type === 'pcre' ? 'out of range' : 'out-of-range'} replacement index "${fault.name}"`,
        message: say(
          'Groups count from 1: enclose the whole pattern in ( ) to use all of it.',
          'Os grupos contam a partir de 1: envolva o padrão inteiro em ( ) para usá-lo todo.',
        ),
        skips: true,
      };
  }
}

/** What Postfix says of a pattern that the library refuses. */
export function patternFault(problem: PatternProblem, type: TableType): Said {
  const text = type === 'pcre' ? `error in regex at offset ${problem.offset}: ${problem.library}` : problem.library;
  return { kind: 'pattern', text, message: problem.message, skips: true, problem };
}

/** Warnings without a parameter but a name or number. */
export const said = {
  noAction: (): Said => ({
    kind: 'no-action',
    text: 'no replacement text: using empty string',
    message: say(
      'The rule has no action: mail with a matching line is refused with 451, each time. Write one, such as REJECT.',
      'A regra não tem ação: e-mail com uma linha que casa é recusado com 451, sempre. Escreva uma, como REJECT.',
    ),
    skips: false,
  }),
  badReplacement: (): Said => ({
    kind: 'rule-skipped',
    text: 'bad replacement syntax: skipping this rule',
    message: say('Postfix skips this rule.', 'O Postfix ignora esta regra.'),
    skips: true,
  }),
  groupInNegated: (): Said => ({
    kind: 'group-in-negated',
    text: '$number found in negative match replacement text: skipping this rule',
    message: say(
      'A negated pattern takes nothing that $n could stand for: Postfix skips this rule.',
      'Um padrão negado não captura nada que $n possa usar: o Postfix ignora esta regra.',
    ),
    skips: true,
  }),
  noSuchGroup: (number: number): Said => ({
    kind: 'no-such-group',
    text: `out of range replacement index "${number | 0}": skipping this rule`,
    message: say(
      'The pattern has no group {number}: Postfix skips this rule.',
      'O padrão não tem o grupo {number}: o Postfix ignora esta regra.',
      { number },
    ),
    skips: true,
  }),
  extraText: (text: string): Said => ({
    kind: 'extra-text',
    text: `ignoring extra text after IF statement: "${text}"`,
    message: say(
      'Nothing can follow the pattern of if. An indented rule on the next line is part of this line: Postfix ignores it.',
      'Nada pode vir depois do padrão do if. Uma regra recuada na linha seguinte faz parte desta linha: o Postfix a ignora.',
    ),
    skips: false,
  }),
  indentedInIf: (): Said => ({
    kind: 'indented-in-if',
    text: 'do not prepend whitespace to statements between IF and ENDIF',
    message: say(
      'Rules between if and endif must not be indented.',
      'As regras entre if e endif não podem ser recuadas.',
    ),
    skips: false,
  }),
  extraAfterEndif: (): Said => ({
    kind: 'extra-after-endif',
    text: 'ignoring extra text after ENDIF',
    message: say('Postfix ignores the text behind endif.', 'O Postfix ignora o texto depois de endif.'),
    skips: false,
  }),
  endifWithoutIf: (): Said => ({
    kind: 'endif-without-if',
    text: 'ignoring ENDIF without matching IF',
    message: say(
      'No if is open here: Postfix ignores this line.',
      'Não há if aberto aqui: o Postfix ignora esta linha.',
    ),
    skips: true,
  }),
  ifWithoutEndif: (): Said => ({
    kind: 'if-without-endif',
    text: 'IF has no matching ENDIF',
    message: say(
      'This if is never closed: where it does not hold, no later rule is asked.',
      'Este if nunca é fechado: quando ele não vale, nenhuma regra posterior é consultada.',
    ),
    skips: false,
  }),
};

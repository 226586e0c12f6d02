/** What glibc's regcomp says to a pattern that it refuses, and the same for people. */
import { say } from '../../text/message';
import type { PatternProblem } from './tree';

const texts = {
  BADPAT: [
    'Invalid regular expression',
    'The pattern ends inside a bracket: add ].',
    'O padrão termina dentro de um colchete: acrescente ].',
  ],
  ECOLLATE: [
    'Invalid collation character',
    'Only a single character can stand in [. .] or [= =] here.',
    'Só um caractere pode ficar em [. .] ou [= =] aqui.',
  ],
  ECTYPE: [
    'Invalid character class name',
    'No such class: alpha, digit, alnum, space, punct, upper, lower, blank, cntrl, graph, print and xdigit are known.',
    'Essa classe não existe: há alpha, digit, alnum, space, punct, upper, lower, blank, cntrl, graph, print e xdigit.',
  ],
  EESCAPE: [
    'Trailing backslash',
    'The pattern ends in a backslash: write \\\\ for a backslash.',
    'O padrão termina em barra invertida: escreva \\\\ para uma barra invertida.',
  ],
  ESUBREG: [
    'Invalid back reference',
    'There is no such group before this place.',
    'Esse grupo não existe antes deste ponto.',
  ],
  EBRACK: [
    'Unmatched [, [^, [:, [., or [=',
    'The bracket is not closed: add ], or write \\[ for a bracket.',
    'O colchete não foi fechado: acrescente ], ou escreva \\[ para um colchete.',
  ],
  EPAREN: [
    'Unmatched ( or \\(',
    'A group is not closed: add ), or write \\( for a parenthesis.',
    'Um grupo não foi fechado: acrescente ), ou escreva \\( para um parêntese.',
  ],
  EBRACE: [
    'Unmatched \\{',
    'The quantifier is not closed: add }, or write \\{ for a brace.',
    'O quantificador não foi fechado: acrescente }, ou escreva \\{ para uma chave.',
  ],
  BADBR: [
    'Invalid content of \\{\\}',
    'A quantifier is written {n}, {n,} or {n,m}: write \\{ if a brace is meant.',
    'Um quantificador se escreve {n}, {n,} ou {n,m}: escreva \\{ se é uma chave.',
  ],
  ERANGE: [
    'Invalid range end',
    'The range runs backwards (letters count as capitals unless the flag i is given): swap its ends, or put the hyphen last.',
    'O intervalo está invertido (letras contam como maiúsculas, salvo com a opção i): troque as pontas ou ponha o hífen no fim.',
  ],
  BADRPT: [
    'Invalid preceding regular expression',
    'There is nothing to repeat here; regexp: has no (?…): write \\ before the character if it is meant literally, or use pcre:.',
    'Não há nada para repetir aqui; regexp: não tem (?…): ponha \\ antes do caractere se ele é literal, ou use pcre:.',
  ],
  ESIZE: ['Regular expression too big', 'A quantifier goes up to 32767.', 'Um quantificador vai no máximo até 32767.'],
  // regcomp reports an unmatched \) as REG_EPAREN too.
  ERPAREN: [
    'Unmatched ( or \\(',
    'This parenthesis closes nothing: remove it.',
    'Este parêntese não fecha nada: tire-o.',
  ],
  // Ours: glibc itself runs out of stack or memory somewhere beyond.
  DEEP: [
    'Memory exhausted',
    'Groups or quantifiers lie too deep inside each other: simplify the pattern.',
    'Há grupos ou quantificadores um dentro do outro demais: simplifique o padrão.',
  ],
} as const satisfies Record<string, readonly [library: string, en: string, ptBR: string]>;

/** glibc's error codes by name, without `REG_`. */
export type PosixCode = keyof typeof texts;

/** Ends the reading of a pattern; caught by the parser, never leaves it. */
export class PosixRefusal extends Error {
  constructor(
    readonly code: PosixCode,
    readonly start: number,
    readonly end: number,
  ) {
    super();
  }
}

/** The problem that a refusal stands for. */
export function posixProblem(refusal: PosixRefusal, length: number): PatternProblem {
  const [library, en, ptBR] = texts[refusal.code];
  const start = Math.max(0, Math.min(refusal.start, length - 1));
  const end = Math.max(start, Math.min(length, refusal.end));
  return { library, offset: refusal.start, span: { start, end }, message: say(en, ptBR) };
}

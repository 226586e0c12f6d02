/** What libpcre2 10.42 says to a pattern that it refuses, and the same for people. */
import { say } from '../../text/message';
import type { Message } from '../../text/message';
import type { PatternProblem } from './tree';

/** The library's text, then English and Portuguese: what is wrong and what to do. */
type Entry = readonly [library: string, en: string, ptBR: string];

/** By libpcre2's error number, 100 taken off. */
const texts: Readonly<Record<number, Entry>> = {
  1: [
    '\\ at end of pattern',
    'The pattern ends in a backslash: write \\\\ for a backslash.',
    'O padrão termina em barra invertida: escreva \\\\ para uma barra invertida.',
  ],
  2: ['\\c at end of pattern', 'Nothing follows \\c: it takes one character.', 'Falta o caractere depois de \\c.'],
  3: [
    'unrecognized character follows \\',
    'No such escape: leave the backslash out, or check the letter.',
    'Essa sequência de escape não existe: tire a barra invertida ou confira a letra.',
  ],
  4: [
    'numbers out of order in {} quantifier',
    'The first number of a quantifier must not exceed the second.',
    'O primeiro número do quantificador não pode ser maior que o segundo.',
  ],
  5: ['number too big in {} quantifier', 'A quantifier goes up to 65535.', 'Um quantificador vai no máximo até 65535.'],
  6: [
    'missing terminating ] for character class',
    'The class is not closed: add ], or write \\[ for a bracket.',
    'A classe não foi fechada: acrescente ], ou escreva \\[ para um colchete.',
  ],
  7: [
    'escape sequence is invalid in character class',
    'This escape means nothing inside […].',
    'Essa sequência de escape não vale dentro de […].',
  ],
  8: [
    'range out of order in character class',
    'The range runs backwards: swap its ends, or put the hyphen last.',
    'O intervalo está invertido: troque as pontas ou ponha o hífen no fim.',
  ],
  9: [
    'quantifier does not follow a repeatable item',
    'There is nothing to repeat here: write \\ before the character if it is meant literally.',
    'Não há nada para repetir aqui: ponha \\ antes do caractere se ele é literal.',
  ],
  11: [
    'unrecognized character after (? or (?-',
    'No such group or flag after (?.',
    'Não existe esse grupo ou opção depois de (?.',
  ],
  12: [
    'POSIX named classes are supported only within a class',
    '[:name:] works only inside a class: write [[:name:]].',
    '[:nome:] só vale dentro de uma classe: escreva [[:nome:]].',
  ],
  13: [
    'POSIX collating elements are not supported',
    '[.x.] and [=x=] are not known in pcre: write the characters themselves.',
    '[.x.] e [=x=] não existem em pcre: escreva os próprios caracteres.',
  ],
  14: [
    'missing closing parenthesis',
    'A group is not closed: add ), or write \\( for a parenthesis.',
    'Um grupo não foi fechado: acrescente ), ou escreva \\( para um parêntese.',
  ],
  15: ['reference to non-existent subpattern', 'There is no such group.', 'Esse grupo não existe.'],
  18: [
    'missing ) after (?# comment',
    'The comment is not closed: add ).',
    'O comentário não foi fechado: acrescente ).',
  ],
  19: [
    'parentheses are too deeply nested',
    'More than 250 groups lie inside each other.',
    'Há mais de 250 grupos um dentro do outro.',
  ],
  20: [
    'regular expression is too large',
    'The compiled pattern would be larger than 64 KB: shorten it, or lower the repeat counts.',
    'O padrão compilado passaria de 64 KB: encurte-o ou reduza as repetições.',
  ],
  22: [
    'unmatched closing parenthesis',
    'This ) closes nothing: remove it, or write \\).',
    'Este ) não fecha nada: tire-o ou escreva \\).',
  ],
  24: [
    'missing closing parenthesis for condition',
    'The condition is not closed: add ).',
    'A condição não foi fechada: acrescente ).',
  ],
  25: [
    'lookbehind assertion is not fixed length',
    'Each branch of a look-behind must have one fixed length: leave out *, + and ?.',
    'Cada alternativa de um look-behind precisa ter tamanho fixo: tire *, + e ?.',
  ],
  26: [
    'a relative value of zero is not allowed',
    'A relative group number can not be zero.',
    'Um número relativo de grupo não pode ser zero.',
  ],
  27: [
    'conditional subpattern contains more than two branches',
    'A conditional group has two branches at most: enclose the alternatives in (?:…).',
    'Um grupo condicional tem no máximo duas alternativas: envolva-as em (?:…).',
  ],
  28: [
    'assertion expected after (?( or (?(?C)',
    'A look-around must stand here, as in (?(?=…)…).',
    'Aqui precisa haver um look-around, como em (?(?=…)…).',
  ],
  29: ['digit expected after (?+ or (?-', 'A number must follow.', 'Falta um número.'],
  30: [
    'unknown POSIX class name',
    'No such class: alpha, digit, alnum, space, punct, upper, lower, xdigit, word … are known.',
    'Essa classe não existe: há alpha, digit, alnum, space, punct, upper, lower, xdigit, word …',
  ],
  34: [
    'character code point value in \\x{} or \\o{} is too large',
    'Patterns are bytes: write two \\x.. for a character above 255.',
    'Os padrões são bytes: escreva dois \\x.. para um caractere acima de 255.',
  ],
  35: [
    'lookbehind is too complicated',
    'The look-behind is too complicated for the library: shorten it.',
    'O look-behind é complicado demais para a biblioteca: encurte-o.',
  ],
  36: [
    '\\C is not allowed in a lookbehind assertion in UTF-8 mode',
    '\\C can not stand in a look-behind here.',
    '\\C não pode ficar num look-behind aqui.',
  ],
  37: [
    'PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u',
    'This Perl escape is not known in pcre.',
    'Essa sequência do Perl não existe em pcre.',
  ],
  38: [
    'number after (?C is greater than 255',
    'A callout number goes up to 255.',
    'O número de um callout vai no máximo até 255.',
  ],
  39: [
    'closing parenthesis for (?C expected',
    'The callout is not closed: add ).',
    'O callout não foi fechado: acrescente ).',
  ],
  41: [
    'unrecognized character after (?P',
    'After (?P only <name>, =name or >name can follow.',
    'Depois de (?P só pode vir <nome>, =nome ou >nome.',
  ],
  42: [
    'syntax error in subpattern name (missing terminator?)',
    'The name is not closed, or has a character that names can not have.',
    'O nome não foi fechado ou tem um caractere inválido.',
  ],
  43: [
    'two named subpatterns have the same name (PCRE2_DUPNAMES not set)',
    'Two groups have the same name: rename one.',
    'Dois grupos têm o mesmo nome: mude um deles.',
  ],
  44: [
    'subpattern name must start with a non-digit',
    'A name can not start with a digit.',
    'Um nome não pode começar com dígito.',
  ],
  46: [
    'malformed \\P or \\p sequence',
    'A property is written \\p{Name} or \\pL.',
    'Uma propriedade se escreve \\p{Nome} ou \\pL.',
  ],
  47: ['unknown property after \\P or \\p', 'No such Unicode property.', 'Essa propriedade Unicode não existe.'],
  48: [
    'subpattern name is too long (maximum 32 code units)',
    'A name has 32 characters at most.',
    'Um nome tem no máximo 32 caracteres.',
  ],
  49: [
    'too many named subpatterns (maximum 10000)',
    'A pattern has 10000 named groups at most.',
    'Um padrão tem no máximo 10000 grupos com nome.',
  ],
  50: [
    'invalid range in character class',
    'The hyphen stands beside something that is no single character: put it first or last in the class.',
    'O hífen está ao lado de algo que não é um caractere: ponha-o no começo ou no fim da classe.',
  ],
  51: [
    'octal value is greater than \\377 in 8-bit non-UTF-8 mode',
    'Patterns are bytes: an octal value goes up to \\377.',
    'Os padrões são bytes: um valor octal vai até \\377.',
  ],
  54: [
    'DEFINE subpattern contains more than one branch',
    'A DEFINE group can not have alternatives.',
    'Um grupo DEFINE não pode ter alternativas.',
  ],
  55: ['missing opening brace after \\o', 'An octal value is written \\o{…}.', 'Um valor octal se escreve \\o{…}.'],
  57: [
    '\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number',
    'A name or number must follow \\g.',
    'Falta o nome ou número depois de \\g.',
  ],
  58: [
    '(?R (recursive pattern call) must be followed by a closing parenthesis',
    'A ) must follow (?R.',
    'Falta ) depois de (?R.',
  ],
  60: ['(*VERB) not recognized or malformed', 'No such verb.', 'Esse verbo não existe.'],
  61: ['subpattern number is too big', 'The group number is too big.', 'O número do grupo é grande demais.'],
  62: ['subpattern name expected', 'A name must stand here.', 'Falta um nome.'],
  64: [
    'non-octal character in \\o{} (closing brace missing?)',
    'Only octal digits can stand in \\o{…}.',
    'Só dígitos octais podem ficar em \\o{…}.',
  ],
  65: [
    'different names for subpatterns of the same number are not allowed',
    'Groups of the same number must have the same name.',
    'Grupos de mesmo número precisam ter o mesmo nome.',
  ],
  66: ['(*MARK) must have an argument', '(*MARK:name) needs a name.', '(*MARK:nome) precisa de um nome.'],
  67: [
    'non-hex character in \\x{} (closing brace missing?)',
    'Only hexadecimal digits can stand in \\x{…}.',
    'Só dígitos hexadecimais podem ficar em \\x{…}.',
  ],
  68: [
    '\\c must be followed by a printable ASCII character',
    'A printable ASCII character must follow \\c.',
    'Depois de \\c deve vir um caractere ASCII imprimível.',
  ],
  69: [
    '\\k is not followed by a braced, angle-bracketed, or quoted name',
    'A name must follow \\k, as in \\k<name>.',
    'Falta o nome depois de \\k, como em \\k<nome>.',
  ],
  71: ['\\N is not supported in a class', '\\N can not stand inside […].', '\\N não pode ficar dentro de […].'],
  73: [
    'disallowed Unicode code point (>= 0xd800 && <= 0xdfff)',
    'A surrogate is no character.',
    'Um substituto (surrogate) não é um caractere.',
  ],
  76: [
    'name is too long in (*MARK), (*PRUNE), (*SKIP), or (*THEN)',
    'The name of a verb has 255 characters at most.',
    'O nome de um verbo tem no máximo 255 caracteres.',
  ],
  78: [
    'digits missing in \\x{} or \\o{} or \\N{U+}',
    'There are no digits between the braces.',
    'Faltam os dígitos entre as chaves.',
  ],
  79: [
    'syntax error or number too big in (?(VERSION condition',
    'A version condition is written (?(VERSION>=10.4)…).',
    'Uma condição de versão se escreve (?(VERSION>=10.4)…).',
  ],
  81: [
    'missing terminating delimiter for callout with string argument',
    'The text of the callout is not closed.',
    'O texto do callout não foi fechado.',
  ],
  82: [
    'unrecognized string delimiter follows (?C',
    'No such delimiter for the text of a callout.',
    'Esse delimitador não vale para o texto de um callout.',
  ],
  84: [
    '(?| and/or (?J: or (?x: parentheses are too deeply nested',
    'Too many groups with flags lie inside each other.',
    'Há grupos com opções demais um dentro do outro.',
  ],
  86: [
    'regular expression is too complicated',
    'The pattern is too complicated for the library: split it.',
    'O padrão é complicado demais para a biblioteca: divida-o.',
  ],
  87: [
    'lookbehind assertion is too long',
    'A look-behind goes back 65535 bytes at most.',
    'Um look-behind volta no máximo 65535 bytes.',
  ],
  93: [
    '\\N{U+dddd} is supported only in Unicode (UTF) mode',
    'Patterns are bytes: write the bytes of the character with \\x...',
    'Os padrões são bytes: escreva os bytes do caractere com \\x...',
  ],
  94: [
    'invalid hyphen in option setting',
    'This hyphen can not stand among the flags.',
    'Esse hífen não pode ficar entre as opções.',
  ],
  95: ['(*alpha_assertion) not recognized', 'No such group after (*.', 'Não existe esse grupo depois de (*.'],
  97: [
    'too many capturing groups (maximum 65535)',
    'A pattern has 65535 groups at most: use (?:…).',
    'Um padrão tem no máximo 65535 grupos: use (?:…).',
  ],
  98: [
    'atomic assertion expected after (?( or (?(?C)',
    'A look-around that may be re-entered can not be a condition.',
    'Um look-around não atômico não pode ser condição.',
  ],
  99: [
    '\\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK)',
    '\\K can not stand in a look-around.',
    '\\K não pode ficar num look-around.',
  ],
};

/** Ends the reading of a pattern; caught by the parser, never leaves it. */
export class PcreRefusal extends Error {
  constructor(
    readonly code: number,
    readonly offset: number,
  ) {
    super();
  }
}

/** Refusals whose offset is that of the byte at fault; for the others it lies behind that byte. */
const atOffset = new Set([3, 7, 8, 9, 11, 12, 13, 22, 25, 28, 94]);

/** The problem that a refusal stands for; `text` is the whole pattern. */
export function pcreProblem(refusal: PcreRefusal, text: string): PatternProblem {
  const [library, en, ptBR] = texts[refusal.code] ?? [
    'internal error',
    'The library refuses this.',
    'A biblioteca recusa isto.',
  ];
  const message: Message = say(en, ptBR);
  const at = Math.min(refusal.offset, text.length);
  const start = atOffset.has(refusal.code) ? at : Math.max(0, at - 1);
  return { library, offset: refusal.offset, span: { start, end: Math.min(text.length, start + 1) }, message };
}

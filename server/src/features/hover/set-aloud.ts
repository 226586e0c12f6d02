/** A set of bytes in words: `[a-z0-9-]`, `.`, `\d`. */
import type { Node } from '../../syntax/pattern/tree';
import type { Text } from '../../text/message';
import { fromBytes } from '../../text/source-text';
import { visibleText } from '../visible-text';

type SetNode = Extract<Node, { kind: 'set' }>;

/** A set as one of its members and as several: "a digit", "digits". */
export interface Named {
  readonly one: Text;
  readonly many: Text;
}

/** What a class has in it, as the words of a list, beside how it is called where it stands alone. */
interface Members extends Named {
  readonly parts: readonly Text[];
}

const both = (en: string, pt: string): Text => ({ en, 'pt-BR': pt });

function members(one: Text, many: Text, parts: readonly Text[] = [many]): Members {
  return { one, many, parts };
}

const letters = both('letters', 'letras');
const digits = both('digits', 'algarismos');
const underscore = both('`_`', '`_`');

const anyCharacter = members(both('any character', 'um caractere qualquer'), both('characters', 'caracteres'));
const lineEnd = members(both('a line end', 'um fim de linha'), both('line ends', 'fins de linha'));
const digit = members(both('a digit', 'um algarismo'), digits);
const space = members(
  both('a white-space character', 'um espaço em branco'),
  both('white-space characters', 'espaços em branco'),
  [both('white space', 'espaços em branco')],
);
const word = members(
  both('a letter, digit or `_`', 'uma letra, um algarismo ou `_`'),
  both('letters, digits or `_`', 'letras, algarismos ou `_`'),
  [letters, digits, underscore],
);
const blank = members(
  both('a blank or tab', 'um espaço ou uma tabulação'),
  both('blanks or tabs', 'espaços ou tabulações'),
  [both('blanks', 'espaços'), both('tabs', 'tabulações')],
);
const never = members(
  both('something that never comes', 'algo que nunca vem'),
  both('things that never come', 'coisas que nunca vêm'),
);

const escapes: Readonly<Record<string, Members>> = {
  d: digit,
  s: space,
  w: word,
  h: blank,
  v: lineEnd,
  C: anyCharacter,
};
const posix: Readonly<Record<string, Members>> = {
  alpha: members(both('a letter', 'uma letra'), letters),
  alnum: members(
    both('a letter or digit', 'uma letra ou um algarismo'),
    both('letters or digits', 'letras ou algarismos'),
    [letters, digits],
  ),
  digit,
  space,
  blank,
  lower: members(both('a small letter', 'uma letra minúscula'), both('small letters', 'letras minúsculas')),
  upper: members(both('a capital letter', 'uma letra maiúscula'), both('capital letters', 'letras maiúsculas')),
  punct: members(both('a punctuation mark', 'um sinal de pontuação'), both('punctuation marks', 'sinais de pontuação')),
  xdigit: members(
    both('a hexadecimal digit', 'um algarismo hexadecimal'),
    both('hexadecimal digits', 'algarismos hexadecimais'),
  ),
  cntrl: members(
    both('a control character', 'um caractere de controle'),
    both('control characters', 'caracteres de controle'),
  ),
  print: members(
    both('a printable character', 'um caractere imprimível'),
    both('printable characters', 'caracteres imprimíveis'),
  ),
  graph: members(
    both('a visible character', 'um caractere visível'),
    both('visible characters', 'caracteres visíveis'),
  ),
  word,
  ascii: members(both('an ASCII character', 'um caractere ASCII'), both('ASCII characters', 'caracteres ASCII')),
};

/** So many members of a class are told. */
const mostMembers = 14;

/** A set in words. `bytes`: the pattern it stands in. */
export function setAloud(bytes: string, { span, set, form, items = [], negated }: SetNode): Named {
  const written = bytes.slice(span.start, span.end);
  if (set.size === 256) return anyCharacter;
  if (set.size === 0) return never;
  if (form === 'dot') return set.has(10) ? anyCharacter : butNot(lineEnd.parts, lineEnd.one);
  if (form === 'escape') return escapeAloud(written);
  const all = items.map(item => memberAloud(bytes.slice(item.span.start, item.span.end), item.kind));
  const [only, ...others] = all;
  const parts = all.flatMap(m => m.parts);
  if (negated) return butNot(parts, only && others.length === 0 ? only.one : undefined);
  if (only && others.length === 0) return only;
  const list = listOf(parts);
  return {
    one: both(`one of ${list.en}`, `um de ${list['pt-BR']}`),
    many: both(`of ${list.en}`, `dentre ${list['pt-BR']}`),
  };
}

function butNot(parts: readonly Text[], single?: Text): Members {
  const list = listOf(parts);
  const one = single ?? list;
  return members(
    both(`any character but ${one.en}`, `um caractere que não seja ${one['pt-BR']}`),
    both(`characters other than ${list.en}`, `caracteres que não sejam ${list['pt-BR']}`),
  );
}

function listOf(parts: readonly Text[]): Text {
  const join = (texts: readonly string[], or: string): string => {
    const unique = [...new Set(texts)];
    const shown = unique.length > mostMembers ? [...unique.slice(0, mostMembers), '…'] : unique;
    return shown.length < 2
      ? shown.join('')
      : `${shown.slice(0, -1).join(', ')} ${or} ${shown[shown.length - 1] ?? ''}`;
  };
  return both(
    join(parts.map(p => p.en), 'or'),
    join(parts.map(p => p['pt-BR']), 'ou'),
  ); // prettier-ignore
}

function escapeAloud(written: string): Members {
  const letter = written.charAt(1);
  const known = escapes[letter];
  if (known) return known;
  if (letter === 'N') return butNot(lineEnd.parts, lineEnd.one);
  const opposite = escapes[letter.toLowerCase()];
  if (opposite) return butNot(opposite.parts, opposite.one);
  const code = `\`${fromBytes(written)}\``;
  return members(
    both(`a character of ${code}`, `um caractere de ${code}`),
    both(`characters of ${code}`, `caracteres de ${code}`),
  );
}

function memberAloud(written: string, kind: string): Members {
  if (kind === 'escape') return escapeAloud(written);
  if (kind === 'posix') {
    const [, not = '', name = ''] = /^\[:(\^?)(\w+):\]$/.exec(written) ?? [];
    const known = posix[name];
    if (known) return not ? butNot(known.parts, known.one) : known;
  }
  if (kind === 'range') {
    if (written === '0-9') return { ...digit, parts: [both('`0` to `9`', '`0` a `9`')] };
    const [, from = '', to = ''] = /^(\\.[^-]*|[^])-(\\.[^]*|[^])$/.exec(written) ?? [];
    if (from !== '') {
      const [a, b] = [byteAloud(from).one, byteAloud(to).one];
      const range = both(`${a.en} to ${b.en}`, `${a['pt-BR']} a ${b['pt-BR']}`);
      return members(
        both(`one of ${range.en}`, `um de ${range['pt-BR']}`),
        both(`of ${range.en}`, `de ${range['pt-BR']}`),
        [range],
      );
    }
  }
  const { one, many } = byteAloud(written);
  return members(one, many, [one]);
}

const carriageReturn = members(
  both('a carriage return', 'um retorno de carro'),
  both('carriage returns', 'retornos de carro'),
);
const tab = members(both('a tab', 'uma tabulação'), both('tabs', 'tabulações'));
const names: Readonly<Record<string, Named>> = {
  ' ': members(both('a blank', 'um espaço'), both('blanks', 'espaços')),
  '\t': tab,
  '\\t': tab,
  '\n': lineEnd,
  '\\n': lineEnd,
  '\r': carriageReturn,
  '\\r': carriageReturn,
  '`': members(both('a backquote', 'um acento grave'), both('backquotes', 'acentos graves')),
};

/** One byte as it is written in a pattern or stands in a text, for people. */
export function byteAloud(written: string): Named {
  const plain = /^\\[^A-Za-z0-9]$/.test(written) ? written.slice(1) : written;
  const known = names[plain];
  if (known) return known;
  const visible = visibleText(plain, 'ascii');
  const code = both(`\`${visible}\``, `\`${visible}\``);
  return { one: code, many: code };
}

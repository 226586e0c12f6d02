/** A pattern read aloud: piece by piece, what it wants to see. */
import { parsePattern } from '../../syntax/pattern/parse-pattern';
import type { AnchorKind, Node } from '../../syntax/pattern/tree';
import type { FlagMark, PatternPart } from '../../syntax/table/table-line';
import { say, type Message, type Text } from '../../text/message';
import { fromBytes } from '../../text/source-text';
import { bullets, code, type Doc } from '../doc';

const both = (en: string, pt: string): Text => ({ en, 'pt-BR': pt });
const joinTexts = (texts: readonly Text[], glue: Text): Text => ({
  en: texts.map(t => t.en).join(glue.en),
  'pt-BR': texts.map(t => t['pt-BR']).join(glue['pt-BR']),
});

const anchors: Readonly<Record<AnchorKind, Text>> = {
  'subject-start': both('the beginning', 'o começo'),
  'subject-end': both('the very end', 'o fim exato'),
  'subject-end-or-last-newline': both('the end', 'o fim'),
  'line-start': both('the beginning of a line', 'o começo de uma linha'),
  'line-end': both('the end of a line', 'o fim de uma linha'),
  'search-start': both('the beginning', 'o começo'),
  'word-boundary': both('the edge of a word', 'a borda de uma palavra'),
  'not-word-boundary': both('no edge of a word', 'nenhuma borda de palavra'),
  'word-start': both('the start of a word', 'o início de uma palavra'),
  'word-end': both('the end of a word', 'o fim de uma palavra'),
};

/** The most pieces that are told; the rest is left to the reader. */
const most = 40;

/** What a pattern wants, as a list. What its library refuses is told with the library's words. */
export function patternHover(part: PatternPart): Doc {
  const parsed = parsePattern(part.bytes, part.dialect, part.flags);
  if (!parsed.ok) {
    return [
      say('The library refuses this pattern: {why}', 'A biblioteca recusa este padrão: {why}', {
        why: parsed.problem.library,
      }),
    ];
  }
  const { root, flags, groups } = parsed.pattern;
  const pieces = piecesOf(root).map(piece => aloud(part.bytes, piece));
  const head = part.negated
    ? say('Fits whatever has **not**, in this order:', 'Casa com o que **não** tem, nesta ordem:')
    : say('Wants, in this order:', 'Quer, nesta ordem:');
  const out: Message[] = [head, ...bullets(pieces.slice(0, most).map(text => literalMessage(text)))];
  if (pieces.length > most) out.push(say('… and {count} more', '… e mais {count}', { count: pieces.length - most }));
  const caseText = flags.caseless
    ? say('Letters in either case.', 'Maiúsculas e minúsculas valem igual.')
    : say('Case of letters counts.', 'Maiúsculas e minúsculas diferem.');
  out.push(caseText);
  if (groups > 0) out.push(say('Groups: {groups}', 'Grupos: {groups}', { groups }));
  return out;
}

function literalMessage(text: Text): Message {
  return { text: both('{text}', '{pt}'), args: { text: text.en, pt: text['pt-BR'] } };
}

/** The parts of a sequence, neighbouring bytes as one text. */
function piecesOf(node: Node): (Node | readonly Node[])[] {
  const items = node.kind === 'sequence' ? node.items : [node];
  const out: (Node | Node[])[] = [];
  for (const item of items) {
    const last = out[out.length - 1];
    if (item.kind === 'byte' && Array.isArray(last)) last.push(item);
    else out.push(item.kind === 'byte' ? [item] : item);
  }
  return out;
}

function aloud(bytes: string, piece: Node | readonly Node[]): Text {
  if (Array.isArray(piece)) return textOf(piece as readonly Node[]);
  const node = piece as Node;
  const written = code(fromBytes(bytes.slice(node.span.start, node.span.end)), 60);
  switch (node.kind) {
    case 'empty':
      return both('nothing', 'nada');
    case 'byte':
      return textOf([node]);
    case 'set':
      return node.form === 'dot'
        ? both('any character', 'um caractere qualquer')
        : both(`one of ${written}`, `um de ${written}`);
    case 'anchor':
      return anchors[node.at];
    case 'sequence':
      return sequence(bytes, node);
    case 'choice':
      return joinTexts(
        node.branches.map(b => sequence(bytes, b)),
        both(' **or** ', ' **ou** '),
      );
    case 'group': {
      const inner = sequence(bytes, node.body);
      const label = node.capture === undefined ? '' : `$${node.capture} = `;
      return both(`${label}(${inner.en})`, `${label}(${inner['pt-BR']})`);
    }
    case 'repeat':
      return repeat(bytes, node);
    case 'look': {
      const inner = sequence(bytes, node.body);
      const where = node.behind ? both('before it', 'antes') : both('behind it', 'depois');
      return node.negative
        ? both(`**not** ${where.en}: ${inner.en}`, `**não** ${where['pt-BR']}: ${inner['pt-BR']}`)
        : both(`${where.en}: ${inner.en}`, `${where['pt-BR']}: ${inner['pt-BR']}`);
    }
    case 'backreference': {
      const name = node.groups.join('/');
      return both(`what group ${name} took`, `o que o grupo ${name} pegou`);
    }
    default:
      return both(written, written);
  }
}

function sequence(bytes: string, node: Node): Text {
  return joinTexts(
    piecesOf(node)
      .slice(0, most)
      .map(p => aloud(bytes, p)),
    both(', then ', ', depois '),
  );
}

function textOf(nodes: readonly Node[]): Text {
  const text = nodes.map(n => (n.kind === 'byte' ? String.fromCharCode(n.byte) : '')).join('');
  const shown =
    text.trim() === ''
      ? code(`"${text}"`)
      : code(fromBytes(text).replace(/[\x00-\x1f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`));
  return both(shown, shown);
}

function repeat(bytes: string, node: Extract<Node, { kind: 'repeat' }>): Text {
  const inner = aloud(bytes, node.body.kind === 'sequence' ? node.body : node.body);
  const { min, max } = node;
  const lazy = node.mode === 'lazy' ? both(', as few as possible', ', o mínimo possível') : both('', '');
  const count =
    min === 0 && max === 1
      ? both('perhaps', 'talvez')
      : max === Infinity
        ? min === 0
          ? both('any number of', 'qualquer número de')
          : both(`${min} or more of`, `${min} ou mais de`)
        : min === max
          ? both(`${min} times`, `${min} vezes`)
          : both(`${min} to ${max} of`, `${min} a ${max} de`);
  return both(`${count.en} ${inner.en}${lazy.en}`, `${count['pt-BR']} ${inner['pt-BR']}${lazy['pt-BR']}`);
}

const flagTexts: Readonly<Record<string, Text>> = {
  caseless: both('letters in either case', 'maiúsculas e minúsculas iguais'),
  multiline: both('`^` and `$` fit at every line', '`^` e `$` valem em cada linha'),
  dotAll: both('`.` takes newlines too', '`.` pega também quebras de linha'),
  extended: both(
    'blanks and `# comments` in the pattern do not count',
    'espaços e `# comentários` no padrão não contam',
  ),
  anchored: both('fits at the beginning only', 'casa só no começo'),
  dollarEndOnly: both('`$` fits at the very end only', '`$` casa só no fim exato'),
  ungreedy: both('repeats take as little as possible', 'repetições pegam o mínimo'),
  basic: both('basic instead of extended syntax', 'sintaxe básica em vez de estendida'),
  obsolete: both('no effect any more', 'sem efeito hoje'),
};

/** What a flag toggles. */
export function flagHover(letter: string, toggles: FlagMark['toggles']): Doc {
  const text = toggles === undefined ? undefined : flagTexts[toggles];
  if (!text) return [say('`{letter}` is no flag here.', '`{letter}` não é uma opção aqui.', { letter })];
  return [
    {
      text: both(`\`{letter}\` switches over: ${text.en}.`, `\`{letter}\` alterna: ${text['pt-BR']}.`),
      args: { letter },
    },
  ];
}

const letters: Readonly<Record<string, keyof typeof flagTexts>> = {
  i: 'caseless',
  m: 'multiline',
  s: 'dotAll',
  x: 'extended',
  A: 'anchored',
  E: 'dollarEndOnly',
  U: 'ungreedy',
};

/** What a flag, `if` or the form of a rule is, for a list to choose from. */
export function aboutPatternWord(name: string): Doc {
  const flag = letters[name];
  if (flag !== undefined) return flagHover(name, flag as FlagMark['toggles']);
  if (name === 'if' || name === 'endif') {
    return [
      say(
        'The rules up to `endif` are asked only where the pattern fits.',
        'As regras até `endif` só são consultadas onde o padrão casa.',
      ),
    ];
  }
  return [say('A rule: pattern, flags, action.', 'Uma regra: padrão, opções, ação.')];
}

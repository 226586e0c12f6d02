/** A pattern read aloud: the part under the cursor, then piece by piece what the whole of it wants to see. */
import { childrenOf } from '../../syntax/pattern/children';
import { parsePattern } from '../../syntax/pattern/parse-pattern';
import { patternSigns } from '../../syntax/pattern/signs';
import type { Node, Pattern } from '../../syntax/pattern/tree';
import type { FlagMark, PatternPart } from '../../syntax/table/table-line';
import { say, type Message, type Text } from '../../text/message';
import { fromBytes } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { bullets, code, type Doc } from '../doc';
import { nodesAround } from '../pattern-at';
import { piecesOf, Reader, type Piece } from './pattern-aloud';

const both = (en: string, pt: string): Text => ({ en, 'pt-BR': pt });

/** The most pieces that are told; the rest is left to the reader. */
const most = 40;

/** What there is to say of a pattern at a place, and the part of it that this is about. */
export interface PatternHover {
  readonly doc: Doc;
  /** Bytes of the pattern. */
  readonly within: Span;
}

/** What a pattern wants, at a byte of it and as a whole. What its library refuses is told with the library's words. */
export function patternHover(part: PatternPart, byte: number): PatternHover {
  const whole = span(0, part.bytes.length);
  const parsed = parsePattern(part.bytes, part.dialect, part.flags);
  if (!parsed.ok) {
    const why = parsed.problem.library;
    const doc = [say('The library refuses this pattern: {why}', 'A biblioteca recusa este padrão: {why}', { why })];
    return { within: whole, doc };
  }
  const under = partUnder(part, parsed.pattern, byte);
  const all = wholePattern(part, parsed.pattern, under !== undefined);
  if (!under) return { within: whole, doc: all };
  const written = code(fromBytes(part.bytes.slice(under.within.start, under.within.end)), 60);
  const first = say('{written}: {text}', '{written}: {text}', { written, text: asMessage(under.text) });
  return { within: under.within, doc: [first, ...all] };
}

function wholePattern(part: PatternPart, { root, groups, names }: Pattern, besidePart: boolean): Doc {
  const reader = new Reader(part.bytes, names);
  const pieces = piecesOf(root);
  const told = pieces.slice(0, most).map(piece => asMessage(reader.aloud(piece)));
  const out: Message[] = [headOf(part.negated, besidePart, pieces.length), ...bullets(told)];
  if (pieces.length > most) out.push(say('… and {count} more', '… e mais {count}', { count: pieces.length - most }));
  out.push(...caseOf(root));
  if (groups > 0) out.push(say('Groups: {groups}', 'Grupos: {groups}', { groups }));
  return out;
}

function headOf(negated: boolean, besidePart: boolean, pieces: number): Message {
  const order = pieces > 1 ? both(', in this order', ', nesta ordem') : both('', '');
  const what = negated
    ? both('Fits what does **not** have', 'Casa com o que **não** tem')
    : besidePart
      ? both('The whole pattern wants', 'O padrão inteiro quer')
      : both('Wants', 'Quer');
  return { text: both(`${what.en}${order.en}:`, `${what['pt-BR']}${order['pt-BR']}:`), args: {} };
}

/** Whether case counts; nothing where there are no letters. */
function caseOf(root: Node): Message[] {
  let either = false;
  let exact = false;
  const todo = [root];
  for (let node = todo.pop(); node && !(either && exact); node = todo.pop()) {
    if (node.kind === 'byte' && /[a-z]/i.test(String.fromCharCode(node.byte))) {
      if (node.caseless) either = true;
      else exact = true;
    }
    todo.push(...childrenOf(node));
  }
  if (either && exact)
    return [say('Case of letters counts in parts of it.', 'Maiúsculas e minúsculas diferem em partes dele.')];
  if (either) return [say('Letters in either case.', 'Maiúsculas e minúsculas valem igual.')];
  return exact ? [say('Case of letters counts.', 'Maiúsculas e minúsculas diferem.')] : [];
}

/** A text as a message of its own: what a pattern has in it is never taken for a placeholder. */
function asMessage(text: Text): Message {
  return { text: both('{en}', '{pt}'), args: { en: text.en, pt: text['pt-BR'] } };
}

/** The smallest part at a byte that says something by itself; undefined where that is the whole pattern. */
function partUnder(
  { bytes, dialect, flags }: PatternPart,
  { root, names }: Pattern,
  byte: number,
): { within: Span; text: Text } | undefined {
  const sign = patternSigns(bytes, dialect, flags).find(s => s.span.start <= byte && byte < s.span.end);
  const around = nodesAround(root, byte);
  if (sign?.kind === 'comment') {
    return { within: sign.span, text: both('a comment, without effect', 'um comentário, sem efeito') };
  }
  if (sign?.kind === 'flags')
    return { within: sign.span, text: inlineFlags(bytes.slice(sign.span.start, sign.span.end)) };
  const last = around[around.length - 1];
  if (!last || last === root) return undefined;
  const above = around[around.length - 2];
  const node = above?.kind === 'repeat' && last.kind !== 'group' ? above : last;
  if (node === root) return undefined;
  const piece = node.kind === 'byte' && above?.kind === 'sequence' ? runAround(above.items, node) : node;
  const text = new Reader(bytes, names).aloud(piece);
  const within = spanOf(piece);
  const itself = text.en === `\`${bytes.slice(within.start, within.end)}\``;
  return { within, text: itself ? both('that very text', 'esse texto mesmo') : text };
}

/** A group of a pattern as it is written and in words; undefined where there is none of that number. */
export function readGroup(part: PatternPart, number: number): Message | undefined {
  const parsed = parsePattern(part.bytes, part.dialect, part.flags);
  if (!parsed.ok) return undefined;
  const { root, names } = parsed.pattern;
  const todo = [root];
  for (let node = todo.pop(); node; node = todo.pop()) {
    if (node.kind === 'group' && node.capture === number) {
      const written = code(fromBytes(part.bytes.slice(node.span.start, node.span.end)), 60);
      const text = asMessage(new Reader(part.bytes, names).aloud(node.body));
      return say('{written}: {text}', '{written}: {text}', { written, text });
    }
    todo.push(...childrenOf(node));
  }
  return undefined;
}

/** The bytes side by side that a byte is one of. */
function runAround(items: readonly Node[], node: Node): readonly Node[] {
  const at = items.indexOf(node);
  let [start, end] = [at, at + 1];
  while (items[start - 1]?.kind === 'byte') start--;
  while (items[end]?.kind === 'byte') end++;
  return items.slice(start, end);
}

function spanOf(piece: Piece): Span {
  const nodes = 'span' in piece ? [piece] : piece;
  return span(nodes[0]?.span.start ?? 0, nodes[nodes.length - 1]?.span.end ?? 0);
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

/** What a flag toggles, and what that comes to. `on`: whether what it stands for holds for its pattern. */
export function flagHover(letter: string, toggles: FlagMark['toggles'], on?: boolean): Doc {
  const text = toggles === undefined ? undefined : flagTexts[toggles];
  if (!text) return [say('`{letter}` is no flag here.', '`{letter}` não é uma opção aqui.', { letter })];
  if (toggles === 'obsolete')
    return [{ text: both(`\`{letter}\`: ${text.en}.`, `\`{letter}\`: ${text['pt-BR']}.`), args: { letter } }];
  const state =
    on === undefined
      ? both('', '')
      : on
        ? both(' It is on here.', ' Aqui está ligado.')
        : both(' It is off here.', ' Aqui está desligado.');
  return [
    {
      text: both(
        `\`{letter}\` switches over: ${text.en}.${state.en}`,
        `\`{letter}\` alterna: ${text['pt-BR']}.${state['pt-BR']}`,
      ),
      args: { letter },
    },
  ];
}

/** `i-s` in words. */
function inlineFlags(written: string): Text {
  const [on = '', off = ''] = written.replace('^', '').split('-');
  const texts = (flags: string): Text[] =>
    [...new Set(flags)].flatMap(letter => inlineTexts[letter] ?? flagTexts[letters[letter] ?? ''] ?? []);
  const list = (found: readonly Text[], head: Text): Text[] =>
    found.length === 0
      ? []
      : [
          both(
            `${head.en} ${found.map(t => t.en).join(', ')}`,
            `${head['pt-BR']} ${found.map(t => t['pt-BR']).join(', ')}`,
          ),
        ];
  const parts = [
    ...(written.startsWith('^') ? [both('all off', 'tudo desligado')] : []),
    ...list(texts(on), both('on:', 'liga:')),
    ...list(texts(off), both('off:', 'desliga:')),
  ];
  return both(parts.map(p => p.en).join('; '), parts.map(p => p['pt-BR']).join('; '));
}

const inlineTexts: Readonly<Record<string, Text>> = {
  n: both('plain groups take nothing', 'grupos simples não pegam nada'),
  J: both('names may come twice', 'nomes podem se repetir'),
};

const letters: Readonly<Record<string, string>> = {
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

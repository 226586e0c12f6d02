/** The parts of a pattern in plain words, in both languages. */
import type { AnchorKind, Condition, Node } from '../../syntax/pattern/tree';
import type { Text } from '../../text/message';
import { fromBytes } from '../../text/source-text';
import { visibleText } from '../visible-text';
import { byteAloud, setAloud, type Named } from './set-aloud';

const both = (en: string, pt: string): Text => ({ en, 'pt-BR': pt });
const map = (text: Text, en: (t: string) => string, pt: (t: string) => string): Text =>
  both(en(text.en), pt(text['pt-BR']));
const joined = (texts: readonly Text[], en: string, pt = en): Text =>
  both(texts.map(t => t.en).join(en), texts.map(t => t['pt-BR']).join(pt));

const anchors: Readonly<Record<AnchorKind, Text>> = {
  'subject-start': both('the start of the text', 'o começo do texto'),
  'subject-end': both('the very end of the text', 'o fim exato do texto'),
  'subject-end-or-last-newline': both('the end of the text', 'o fim do texto'),
  'line-start': both('the start of a line', 'o começo de uma linha'),
  'line-end': both('the end of a line', 'o fim de uma linha'),
  'search-start': both('the start of the text', 'o começo do texto'),
  'word-boundary': both('the edge of a word', 'a borda de uma palavra'),
  'not-word-boundary': both('no edge of a word', 'nenhuma borda de palavra'),
  'word-start': both('the start of a word', 'o início de uma palavra'),
  'word-end': both('the end of a word', 'o fim de uma palavra'),
};

const verbs: Readonly<Record<Extract<Node, { kind: 'verb' }>['verb'], Text>> = {
  accept: both('the match is done here', 'o casamento está feito aqui'),
  fail: both('this way never fits', 'por este caminho nunca casa'),
  commit: both('if the rest fails, nothing else is tried', 'se o resto falhar, nada mais é tentado'),
  prune: both(
    'if the rest fails, no other way from this start',
    'se o resto falhar, nenhum outro caminho deste começo',
  ),
  skip: both('if the rest fails, go on from here', 'se o resto falhar, continua daqui'),
  then: both('if the rest fails, the next alternative', 'se o resto falhar, a próxima alternativa'),
  mark: both('a mark, without effect here', 'uma marca, sem efeito aqui'),
};

/** So many parts of a pattern are told one after the other, and so many alternatives. */
const mostParts = 40;
const mostBranches = 12;
const deepest = 12;

/** A stretch that is told as one: a node, or bytes side by side. */
export type Piece = Node | readonly Node[];

/** The parts of a node, one after the other, bytes side by side as one. */
export function piecesOf(node: Node): Piece[] {
  const out: (Node | Node[])[] = [];
  for (const item of node.kind === 'sequence' ? node.items : [node]) {
    const last = out[out.length - 1];
    if (item.kind === 'byte' && Array.isArray(last)) last.push(item);
    else out.push(item.kind === 'byte' ? [item] : item);
  }
  return out;
}

/** Reads the pattern of these bytes, whose named groups these are. */
export class Reader {
  private left = mostParts * 4;

  constructor(
    private readonly bytes: string,
    private readonly names: ReadonlyMap<string, readonly number[]>,
  ) {}

  /** One part in words; where it goes too deep or on too long, an ellipsis. */
  aloud(piece: Piece, depth = 0): Text {
    if (--this.left < 0 || depth > deepest) return both('…', '…');
    if (isBytes(piece)) return this.literal(piece);
    const node = piece;
    switch (node.kind) {
      case 'empty':
        return both('nothing', 'nada');
      case 'byte':
        return this.literal([node]);
      case 'set':
        return setAloud(this.bytes, node).one;
      case 'anchor':
        return anchors[node.at];
      case 'sequence':
        return this.sequence(node, depth);
      case 'choice':
        return this.choice(node, depth);
      case 'group':
        return this.group(node, depth);
      case 'repeat':
        return this.repeat(node, depth);
      case 'look':
        return this.look(node, depth);
      case 'backreference':
        return map(
          this.groupNames(node.groups),
          t => `once more what ${t} took`,
          t => `de novo o que ${t} pegou`,
        );
      case 'call':
        return node.group === 0
          ? both('the whole pattern again', 'o padrão inteiro de novo')
          : map(
              this.groupNames([node.group]),
              t => `the pattern of ${t} again`,
              t => `o padrão d${t} de novo`,
            );
      case 'conditional': {
        const yes = this.sequence(node.yes, depth + 1);
        const no = node.no ? this.sequence(node.no, depth + 1) : undefined;
        if (node.condition.kind === 'define')
          return both('(groups set aside to be called)', '(grupos reservados para chamada)');
        const condition = this.condition(node.condition, depth);
        return both(
          `(if ${condition.en}: ${yes.en}${no ? `; else: ${no.en}` : ''})`,
          `(se ${condition['pt-BR']}: ${yes['pt-BR']}${no ? `; senão: ${no['pt-BR']}` : ''})`,
        );
      }
      case 'keep':
        return both('(the match is counted from here)', '(o trecho conta a partir daqui)');
      case 'verb':
        return map(
          verbs[node.verb],
          t => `(${t})`,
          t => `(${t})`,
        );
      case 'newline':
        return both('a line end', 'um fim de linha');
      case 'cluster':
        return both('any character', 'um caractere qualquer');
    }
  }

  private literal(nodes: readonly Node[]): Text {
    const text = nodes.map(n => (n.kind === 'byte' ? String.fromCharCode(n.byte) : '')).join('');
    if (text.length === 1) return byteAloud(text).one;
    const shown = visibleText(fromBytes(text));
    if (shown.trim() === '') return both(`${shown.length} blanks`, `${shown.length} espaços`);
    const fence = shown.includes('`') ? '``' : '`';
    const code = fence === '`' && shown.trim() === shown ? `\`${shown}\`` : `${fence}${shown}${fence}`;
    return both(code, code);
  }

  private sequence(node: Node, depth: number): Text {
    const pieces = piecesOf(node);
    const told = pieces.slice(0, mostParts).map(piece => this.aloud(piece, depth + 1));
    if (pieces.length > told.length) told.push(both('…', '…'));
    return joined(told, ', then ', ', depois ');
  }

  private choice(node: Extract<Node, { kind: 'choice' }>, depth: number): Text {
    const { branches } = node;
    const told = branches.slice(0, mostBranches).map(branch => {
      const text = this.sequence(branch, depth + 1);
      return piecesOf(branch).length > 1
        ? map(
            text,
            t => `(${t})`,
            t => `(${t})`,
          )
        : text;
    });
    const rest = branches.length - told.length;
    if (rest > 0) told.push(both(`${rest} more`, `mais ${rest}`));
    return joined(told, ' **or** ', ' **ou** ');
  }

  private group(node: Extract<Node, { kind: 'group' }>, depth: number): Text {
    const inner = this.sequence(node.body, depth + 1);
    if (node.atomic)
      return map(
        inner,
        t => `(${t}; nothing of it is given back)`,
        t => `(${t}; nada disso é devolvido)`,
      );
    if (node.capture === undefined) {
      const alone = node.body.kind !== 'choice' && piecesOf(node.body).length === 1;
      return alone
        ? inner
        : map(
            inner,
            t => `(${t})`,
            t => `(${t})`,
          );
    }
    const name = this.groupNames([node.capture]);
    return both(`(${name.en}: ${inner.en})`, `(${name['pt-BR'].replace(/^o /, '')}: ${inner['pt-BR']})`);
  }

  private groupNames(groups: readonly number[]): Text {
    const [group = 0] = groups;
    const name = [...this.names].find(([, numbers]) => numbers.includes(group))?.[0];
    const label = name === undefined ? String(group) : `${group} \`${name}\``;
    return both(`group ${label}`, `o grupo ${label}`);
  }

  private look(node: Extract<Node, { kind: 'look' }>, depth: number): Text {
    const inner = this.sequence(node.body, depth + 1);
    const several = piecesOf(node.body).length > 1 || node.body.kind === 'choice';
    const text = several
      ? map(
          inner,
          t => `(${t})`,
          t => `(${t})`,
        )
      : inner;
    const where = node.behind ? both('preceded by', 'precedido de') : both('followed by', 'seguido de');
    const not = node.negative ? both('**not** ', '**não** ') : both('', '');
    return both(`${not.en}${where.en} ${text.en}`, `${not['pt-BR']}${where['pt-BR']} ${text['pt-BR']}`);
  }

  private repeat(node: Extract<Node, { kind: 'repeat' }>, depth: number): Text {
    const how =
      node.mode === 'lazy'
        ? both(', as few as possible', ', o mínimo possível')
        : node.mode === 'possessive'
          ? both(', nothing given back', ', sem devolver nada')
          : both('', '');
    return joined([this.times(node, depth), how], '');
  }

  private times(node: Extract<Node, { kind: 'repeat' }>, depth: number): Text {
    const { min, max, body } = node;
    if (body.kind === 'set') return setTimes(setAloud(this.bytes, body), min, max);
    if (body.kind === 'byte') return setTimes(byteAloud(String.fromCharCode(body.byte)), min, max);
    const inner = this.aloud(body, depth + 1);
    if (min === 0 && max === 1)
      return map(
        inner,
        t => `perhaps ${t}`,
        t => `talvez ${t}`,
      );
    if (min === 1 && max === 1) return inner;
    const count = howOften(min, max);
    return both(`${count.en}: ${inner.en}`, `${count['pt-BR']}: ${inner['pt-BR']}`);
  }

  private condition(condition: Condition, depth: number): Text {
    switch (condition.kind) {
      case 'group':
        return map(
          this.groupNames(condition.groups),
          t => `${t} took something`,
          t => `${t} pegou algo`,
        );
      case 'recursion':
        return both('within a call', 'dentro de uma chamada');
      case 'constant':
        return condition.value ? both('always', 'sempre') : both('never', 'nunca');
      case 'define':
        return both('never', 'nunca');
      case 'look':
        return this.look(condition.look, depth + 1);
    }
  }
}

function howOften(min: number, max: number): Text {
  if (max === 0) return both('never', 'nunca');
  if (max === Infinity) {
    if (min === 0) return both('any number of times', 'qualquer número de vezes');
    return min === 1 ? both('once or more', 'uma ou mais vezes') : both(`${min} times or more`, `${min} ou mais vezes`);
  }
  if (min === max) return both(`${min} times`, `${min} vezes`);
  return min === 0
    ? both(`at most ${max} times`, `no máximo ${max} vezes`)
    : both(`${min} to ${max} times`, `de ${min} a ${max} vezes`);
}

function isBytes(piece: Piece): piece is readonly Node[] {
  return Array.isArray(piece);
}

function setTimes({ one, many }: Named, min: number, max: number): Text {
  const anything = many.en === 'characters';
  if (max === 0)
    return map(
      many,
      t => `no ${t}`,
      t => `nada de ${t}`,
    );
  if (min === 0 && max === 1)
    return map(
      one,
      t => `perhaps ${t}`,
      t => `talvez ${t}`,
    );
  if (max === Infinity) {
    if (min === 0)
      return anything
        ? both('anything, or nothing', 'qualquer coisa, ou nada')
        : map(
            many,
            t => `any number ${ofMany(t)}`,
            t => `qualquer número ${deMany(t)}`,
          );
    if (min === 1)
      return anything
        ? both('anything, one character at least', 'qualquer coisa, ao menos um caractere')
        : map(
            many,
            t => `one or more ${t}`,
            t => `${/^(?:letras|tabulações|coisas)/.test(t) ? 'uma' : 'um'} ou mais ${t}`,
          );
    return map(
      many,
      t => `${min} or more ${t}`,
      t => `${min} ou mais ${t}`,
    );
  }
  if (min === max)
    return min === 1
      ? one
      : map(
          many,
          t => `${min} ${t}`,
          t => `${min} ${t}`,
        );
  return min === 0
    ? map(
        many,
        t => `at most ${max} ${t}`,
        t => `no máximo ${max} ${t}`,
      )
    : map(
        many,
        t => `${min} to ${max} ${t}`,
        t => `de ${min} a ${max} ${t}`,
      );
}

function ofMany(text: string): string {
  return text.startsWith('of ') ? text : `of ${text}`;
}

function deMany(text: string): string {
  return text.startsWith('dentre ') ? text : `de ${text}`;
}

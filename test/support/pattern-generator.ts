/** Random patterns, headers and tables from a seed, for comparing our answers with those of the real postmap. */

/** A generator of numbers from 0 to 1; the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A table with one rule, and keys to ask it. */
export interface RandomCase {
  readonly type: 'pcre' | 'regexp';
  readonly table: string;
  readonly keys: readonly string[];
}

const common = [
  'a',
  'a',
  'b',
  'c',
  'From',
  ':',
  '@',
  'x',
  'A',
  '\\.',
  ' ',
  '-',
  '.',
  '.',
  '[ab]',
  '[^a]',
  '[a-c]',
  '[a-z0-9-]',
  '[[:alpha:]]',
  '[[:space:]]',
  '\\w',
  '\\s',
  '\\W',
  '\\S',
  '^',
  '$',
  '\\b',
  '\\B',
  '[]a]',
  '[^]a]',
  '[a-]',
  '[.]',
];
const pcreOnly = [
  '\\d',
  '\\D',
  '\\h',
  '\\R',
  '\\N',
  '\\X',
  '\\K',
  '\\A',
  '\\z',
  '\\Z',
  '\\G',
  '\\1',
  '\\2',
  '\\g{-1}',
  '(?1)',
  '(?R)',
  '(?=a)',
  '(?!b)',
  '(?<=a)',
  '(?<!@)',
  '(?<=ab|c)',
  '(?(1)a|b)',
  '(?(?=a)a|b)',
  '(?i)',
  '(?-i)',
  '(?s-m:.)',
  '(?x) a #c\n',
  '\\Qa.b\\E',
  '\\x41',
  '\\x{62}',
  '\\101',
  '\\cA',
  '(*ACCEPT)',
  '(*FAIL)',
  '(*COMMIT)',
  '(*PRUNE)',
  '(*SKIP)',
  '(*THEN)',
  '(?#c)',
  '\\p{L}',
  '[\\w-]',
  '[[:^alpha:]]',
  '(?|(a)|(b))',
  '(?<n>a)',
  '(?&n)',
  '\\k<n>',
  '(?(DEFINE)(?<d>b))',
  '(?&d)',
  '(?>a+)',
  '\\8',
  '{,2}',
];
const posixOnly = [
  '\\<',
  '\\>',
  '\\`',
  "\\'",
  '[[.-.]]',
  '[[=a=]]',
  '[[:lower:]]',
  '\\d',
  '\\n',
  '\\Z',
  '{,2}',
  ')',
  '\\1',
];
const quantifiers = ['*', '+', '?', '{2}', '{1,2}', '{0,2}', '{2,}', '{0}'];
/** Pieces that make patterns wrong. */
const wrong = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '*',
  '+',
  '?',
  '|',
  '\\',
  '[z-a]',
  '{2,1}',
  '{70000}',
  '[[:foo:]]',
  '(?z)',
  '(?<',
  '\\c',
  '\\x{',
  '\\g',
  '(*FOO)',
  '(?(',
  '(?P',
  '[a-\\d]',
  '\\i',
  '\\p{foo}',
  '(?<=a*)',
  '\\3',
];

class Random {
  constructor(private readonly next: () => number) {}

  chance(p: number): boolean {
    return this.next() < p;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  sequence(depth: number, pcre: boolean, faults: number): string {
    let out = '';
    for (let n = 1 + this.below(4); n > 0; n--) {
      const atom = this.atom(depth, pcre, faults);
      out += atom;
      if (this.chance(0.3) && !/^(?:[\^$]|\\[bBAzZGK<>`'])$/.test(atom) && !atom.startsWith('(*')) {
        out += this.pick(quantifiers);
        if (pcre && this.chance(0.3)) out += this.pick(['?', '+']);
      }
    }
    return out;
  }

  atom(depth: number, pcre: boolean, faults: number): string {
    if (this.chance(faults)) return this.pick(wrong);
    if (depth > 0 && this.chance(0.3)) {
      const opening = pcre && this.chance(0.4) ? this.pick(['(?:', '(?>', '(?=', '(?!', '(?i:', '(?-i:']) : '(';
      return `${opening}${this.alternatives(depth - 1, pcre, faults)})`;
    }
    if (this.chance(0.25)) return this.pick(pcre ? pcreOnly : posixOnly);
    return this.pick(common);
  }

  alternatives(depth: number, pcre: boolean, faults: number): string {
    const branches = [this.sequence(depth, pcre, faults)];
    while (this.chance(0.3)) branches.push(this.chance(0.1) ? '' : this.sequence(depth, pcre, faults));
    return branches.join('|');
  }

  key(): string {
    let out = this.chance(0.3) ? this.pick(['From: ', 'from:', 'X-A: ', 'From : ']) : '';
    for (let n = this.below(14); n > 0; n--)
      out += this.pick(['a', 'a', 'b', 'c', 'A', 'B', 'x', '@', '.', '-', ' ', '1', '\t', '\r', 'From', 'é']);
    return out;
  }
}

/** One random table with its keys. */
export function randomCase(next: () => number): RandomCase {
  const random = new Random(next);
  const pcre = random.chance(0.6);
  const pattern = random.alternatives(random.below(3), pcre, random.chance(0.25) ? 0.15 : 0);
  const delimiter = random.pick(['/', '/', '/', '/', '!', '~', '%']);
  const escaped = pattern.replaceAll('\n', '').replaceAll(delimiter, `\\${delimiter}`);
  let flags = '';
  while (random.chance(0.25)) flags += random.pick(pcre ? ['i', 'm', 's', 'x', 'A', 'E', 'U'] : ['i', 'm', 'x']);
  const bang = random.chance(0.1) && delimiter !== '!' ? '!' : '';
  const action =
    bang === '' && random.chance(0.6) ? random.pick(['HIT [$1]', '[$1][${2}]', 'x$(1)y', '[$1][$2][$3]']) : 'HIT';
  const rule = `${bang}${delimiter}${escaped}${delimiter}${flags} ${action}`;
  const second = random.chance(0.1) ? `if ${delimiter}a${delimiter}\n${rule}\nendif\n` : `${rule}\n`;
  const keys = new Set<string>();
  while (keys.size < 10) keys.add(random.key());
  return { type: pcre ? 'pcre' : 'regexp', table: `${second}/./ REST\n`, keys: [...keys].filter(key => key !== '') };
}

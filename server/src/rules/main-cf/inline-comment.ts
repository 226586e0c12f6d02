import { parameters } from '../../facts/parameters';
import { parseMainCf, type ParameterLine } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { isSpace, trim } from '../../text/space';
import { span } from '../../text/span';
import { insertAbove } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'inline-comment',
  title: {
    en: 'A comment behind a value is part of the value',
    'pt-BR': 'Um comentário depois do valor faz parte do valor',
  },
  severity: 'warning',
  files: ['main.cf'],
  fixable: true,
  perSetting: true,
  page: {
    why: `In main.cf a comment has a line of its own. What stands behind a value belongs to the value: the words of the remark
become host names, tables or restrictions, a number is no number any more. Depending on the parameter the program stops,
answers with a temporary error, or goes by words that were never meant.`,
    remedy: 'Put the remark on a line of its own, above.',
    bad: `message_size_limit = 10240000 # ten megabytes
`,
    good: `# ten megabytes
message_size_limit = 10240000
`,
    see: [
      'postconf(5), "General format"',
      'Postfix 3.7.11: "bad numerical configuration: message_size_limit = 10240000 # ten"',
    ],
  },
  messages: {
    comment: {
      en: 'This is no comment but part of the value of {name}. Put it on a line of its own.',
      'pt-BR': 'Isto não é um comentário, e sim parte do valor de {name}. Coloque-o em uma linha própria.',
    },
  },
  check({ main }, report) {
    if (!main) return;
    for (const parameter of parseMainCf(main).parameters) {
      const { name, value, valueStart, line } = parameter;
      if (!value.includes('#') || isText(name)) continue;
      const hash = commentIn(value);
      if (hash < 0) continue;
      const { joined } = line;
      const from = joined.sourceOffset(valueStart + hash);
      const piece = joined.pieces.find(p => p.start <= from && from < p.end);
      if (!piece) continue;
      const to = from + main.text.slice(from, piece.end).trimEnd().length;
      report(main, span(from, to), 'comment', { name }, { fixes: [moveUp(main, parameter, from, to)] });
    }
  },
});

/** Where a `#` stands behind white space, or at the start, outside braces; -1 where none does. */
function commentIn(value: string): number {
  let level = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value[i];
    if (c === '{') level++;
    else if (c === '}' && level > 0) level--;
    else if (c === '#' && level === 0 && (i === 0 || isSpace(value[i - 1]))) return i;
  }
  return -1;
}

/** Parameters whose value is a sentence, a command or a set of characters. */
function isText(name: string): boolean {
  return (
    parameters.get(name)?.type === 'raw' ||
    /_(?:command|filter|footer|banner|reply|delimiters?|characters|patterns?|shell)$|^recipient_delimiter$|text|message$/.test(
      name,
    )
  );
}

function moveUp(main: SourceText, { line }: ParameterLine, from: number, to: number): Fix {
  let start = from;
  while (start > 0 && (main.text[start - 1] === ' ' || main.text[start - 1] === '\t')) start--;
  // A value that was a comment whole stays empty, with the equals sign in place.
  const comment = trim(main.text.slice(from, to));
  return {
    title: say('Move the comment to a line of its own', 'Mover o comentário para uma linha própria'),
    safe: true,
    edits: [insertAbove(main, line, comment), { source: main, span: span(start, to), newText: '' }],
  };
}

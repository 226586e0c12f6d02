import { parameters } from '../../facts/parameters';
import { holesIn } from '../../model/holes';
import { parseMainCf, type MainCfProblem } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { span } from '../../text/span';
import { removeLine, replaceFix } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'missing-equals',
  title: { en: 'A line of main.cf is no "name = value"', 'pt-BR': 'Uma linha do main.cf não é "nome = valor"' },
  severity: 'error',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `Every logical line of main.cf is \`name = value\`. On a line without an equals sign, or with nothing before it, each
Postfix program stops with a fatal error: the mail system does not start, and one that runs dies piece by piece as its
processes are renewed.`,
    remedy:
      'Write the equals sign. A continued list must be indented, or its second line is taken for a setting of its own; what is meant as a remark starts with `#`.',
    bad: `relay_domains example.org
`,
    good: `relay_domains = example.org
`,
    see: ['postconf(5), "General format"', 'postconf 3.7.11: "missing \'=\' after attribute name"'],
  },
  messages: {
    equals: {
      en: 'There is no "=" behind {name}: every Postfix program stops here (fatal: {says}). Write name = value, or indent the line if it continues the one above.',
      'pt-BR':
        'Falta "=" depois de {name}: todo programa do Postfix para aqui (fatal: {says}). Escreva nome = valor, ou recue a linha se ela continua a de cima.',
    },
    name: {
      en: 'There is no name before "=": every Postfix program stops here (fatal: {says}).',
      'pt-BR': 'Falta o nome antes de "=": todo programa do Postfix para aqui (fatal: {says}).',
    },
  },
  check({ main }, report) {
    if (!main) return;
    for (const problem of parseMainCf(main).problems) {
      if (problem.kind === 'leading-white-space') continue;
      const { line, span: place } = problem;
      const text = line.joined.text.trim();
      // A template's control line is no line of main.cf.
      if (holesIn(text).length > 0) continue;
      const name = /^[^\s=]*/.exec(text)?.[0] ?? '';
      const says = problem.text.length > 90 ? `${problem.text.slice(0, 90)}…` : problem.text;
      const key = problem.kind === 'missing-equals' ? 'equals' : 'name';
      report(main, place, key, key === 'equals' ? { name, says } : { says }, { fixes: fixes(main, problem, name) });
    }
  },
});

function fixes(main: SourceText, { kind, line, span: place }: MainCfProblem, name: string): Fix[] {
  const out: Fix[] = [];
  const { text } = line.joined;
  const from = text.length - text.trimStart().length;
  const written = /^([a-z0-9_]+(?:[ \t]+[a-z0-9_]+)*)[ \t]*=/.exec(text.slice(from))?.[1];
  const glued = written?.replace(/[ \t]+/g, '_');
  const operator = /^([a-z0-9_]+)([ \t]*)(\+=|:=|:)/.exec(text.slice(from));
  if (kind === 'missing-equals' && operator?.[3] !== undefined && parameters.has(operator[1] ?? '')) {
    const at = from + operator[0].length - operator[3].length;
    const place = line.joined.sourceSpan(at, at + operator[3].length);
    const title = say('Write "=" for "{operator}"', 'Escrever "=" no lugar de "{operator}"', { operator: operator[3] });
    // Nothing adds to a value: with "=" this line replaces what was set before.
    out.push(replaceFix(title, main, place, operator[2] === '' ? ' =' : '=', operator[3] !== '+='));
  } else if (kind === 'missing-equals' && written !== undefined && glued !== undefined && parameters.has(glued)) {
    const title = say('Write {name}', 'Escrever {name}', { name: glued });
    out.push(replaceFix(title, main, line.joined.sourceSpan(from, from + written.length), glued, true));
  } else if (kind === 'missing-equals' && parameters.has(name) && text.trim().length > name.length) {
    const at = line.joined.sourceOffset(from + name.length - 1) + 1;
    out.push(replaceFix(say('Insert "="', 'Inserir "="'), main, span(at, at), ' =', true));
  }
  const comment = line.joined.pieces.map(piece => ({
    source: main,
    span: span(piece.start, piece.start),
    newText: '# ',
  }));
  out.push({ title: say('Make it a comment', 'Transformar em comentário'), safe: false, edits: comment });
  if (place.end > place.start) {
    out.push({ title: say('Remove the line', 'Remover a linha'), safe: false, edits: removeLine(main, line) });
  }
  return out;
}

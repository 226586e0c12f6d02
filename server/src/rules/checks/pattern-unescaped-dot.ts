import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { compiledPattern, matchSteps } from '../../analysis/checks/compiled-pattern';
import { askTable } from '../../analysis/checks/ask-table';
import { sampleOf } from '../../analysis/language/sample';
import type { PatternPart } from '../../syntax/table/table-line';
import { say } from '../../text/message';
import { headerEvidence, shownHeader } from '../header-evidence';
import { defineRule } from '../rule';

const topLevel = /(?:com|net|org|br|info|biz|gov|edu|de|uk|fr|eu|io|example)\b/iy;
/** What may be tried on one pattern: each dot costs its length twice over, as the pattern is read anew with it escaped. */
const mostBytes = 60_000;

export const rule = defineRule({
  id: 'pattern-unescaped-dot',
  title: {
    en: 'A dot in a domain that matches any character',
    'pt-BR': 'Um ponto num domínio que aceita qualquer caractere',
  },
  severity: 'information',
  files: ['checks', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `In a pattern a dot is any character. \`example.com\` also takes \`exampleXcom.net\`, which is somebody else's name.`,
    remedy: 'Write `\\.`.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^From:.*@spammer.com/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^From:.*@spammer\\.com/ REJECT\n',
    },
    see: ['pcre_table(5)'],
  },
  messages: {
    dot: {
      en: 'The dot matches any character: "{header}" is taken as well. Write \\.',
      'pt-BR': 'O ponto aceita qualquer caractere: "{header}" também é pego. Escreva \\.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { entry, found } of dotsIn(checks.table.file)) {
        for (const { at, header } of found) {
          const span = entry.line.place({ start: at, end: at + 1 });
          const title = say('Escape the dot', 'Escapar o ponto');
          const fixes = [{ title, safe: true, edits: [{ source: checks.source, span, newText: '\\.' }] }];
          const answer = askTable(checks.table, 'header_checks', header);
          const evidence = headerEvidence(checks, header, answer);
          report(checks.source, span, 'dot', { header: shownHeader(header) }, { fixes, evidence });
        }
      }
    }
  },
});

const dotsIn = eachLine(({ says }) => {
  const part = says.kind === 'rule' ? says.patterns[0] : undefined;
  if (!part || part.negated || part.flags.extended) return undefined;
  const found: { at: number; header: string }[] = [];
  for (const dot of domainDots(part.bytes).slice(0, Math.floor(mostBytes / part.bytes.length))) {
    const header = taken(part, dot);
    if (header !== undefined) found.push({ at: part.body.start + dot, header });
  }
  return found.length > 0 ? found : undefined;
});

/**
 * Where a bare dot stands behind a name of two letters or more, and what follows it ends like a domain; no quantifier behind the
 * dot, and none of the labels further right. Each label is looked at once.
 */
function domainDots(bytes: string): number[] {
  const labels = [...bytes.matchAll(/[a-z0-9-]+/gi)].map(m => ({ start: m.index, end: m.index + m[0].length }));
  const dots: number[] = [];
  /** Where the name begins that the labels to the right are, if they end like a domain. */
  let domain = -1;
  for (const { start, end } of labels.reverse()) {
    if (bytes[end] === '.' && domain === end + 1 && beginsName(bytes, start, end)) dots.push(end);
    topLevel.lastIndex = start;
    const goesOn = domain === end + (bytes[end] === '\\' ? 2 : 1) && /^\\?\./.test(bytes.slice(end, end + 2));
    if (goesOn || topLevel.test(bytes)) domain = start;
  }
  return dots.reverse();
}

/** Whether a label has two letters or more that a word begins or ends before; not right behind an escape, a dot, a bracket. */
function beginsName(bytes: string, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const before = bytes[start - 1] ?? ' ';
  const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);
  if (!'\\[.(?'.includes(before) && isWord(before) !== isWord(bytes[start])) return true;
  // Of a label with a hyphen a part is a name too.
  return /[a-z0-9]-|-[a-z0-9]/i.test(bytes.slice(start, end - 1));
}

/** A header with another letter in the dot's place that the pattern still takes, and would not with the dot escaped. */
function taken(part: PatternPart, dot: number): string | undefined {
  const strange = compiledPattern(`${part.bytes.slice(0, dot)}x${part.bytes.slice(dot + 1)}`, part.dialect, part.flags);
  const strict = compiledPattern(
    `${part.bytes.slice(0, dot)}\\.${part.bytes.slice(dot + 1)}`,
    part.dialect,
    part.flags,
  );
  const own = compiledPattern(part.bytes, part.dialect, part.flags);
  const sample = strange.parsed.ok ? sampleOf(strange.parsed.pattern) : undefined;
  if (sample === undefined) return undefined;
  const steps = matchSteps / 20;
  if (own.match(sample, 0, steps).kind !== 'match' || strict.match(sample, 0, steps).kind !== 'no match')
    return undefined;
  return sample;
}

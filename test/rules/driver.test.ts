import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { chosenRules, check, internalProblem } from '@postfix-tools/server/rules/driver';
import { rule as ignoreUnused } from '@postfix-tools/server/rules/any/ignore-unused';
import { defineRule, type Rule } from '@postfix-tools/server/rules/rule';
import { Cancelled } from '@postfix-tools/server/text/budget';
import { format } from '@postfix-tools/server/text/message';
import { siteOfTexts } from '../support/rules';

/** A rule that finds every occurrence of a word in main.cf, at the start of its logical line's first physical line. */
function finds(word: string, more: Partial<Rule> = {}): Rule {
  return {
    ...defineRule({
      id: `no-${word.toLowerCase()}`,
      title: { en: word, 'pt-BR': word },
      severity: 'warning',
      files: ['main.cf'],
      page: { why: '', remedy: '', bad: '', good: '', see: [] },
      messages: { here: { en: 'here', 'pt-BR': 'aqui' } },
      check({ main }, report) {
        if (!main) return;
        for (const m of main.text.matchAll(new RegExp(word, 'g'))) {
          report(main, { start: m.index, end: m.index + word.length }, 'here');
        }
      },
    }),
    ...more,
  };
}

const lines = (text: string, rules: readonly Rule[], ...more: [Parameters<typeof check>[2]?]) =>
  check(siteOfTexts({ 'main.cf': text }), rules, ...more).map(
    f => `${f.rule} ${f.severity} ${f.source.positionAt(f.span.start).line}`,
  );

describe('the rules driver', () => {
  it('sorts by place and says nothing twice', () => {
    const twice = finds('b', {
      check(site, report) {
        for (let i = 0; i < 2; i++) if (site.main) report(site.main, { start: 4, end: 5 }, 'here');
      },
    });
    deepEqual(lines('a = a\nb = c\n', [finds('c'), twice, finds('a')]), [
      'no-a warning 0',
      'no-a warning 0',
      'no-b warning 0',
      'no-c warning 1',
    ]);
  });

  it('works fixes out once somebody asks, and once alone; a fix that breaks takes no finding with it', () => {
    let tried = 0;
    const withFix = (fixes: () => []) =>
      finds('b', {
        check(site, report) {
          if (site.main) report(site.main, { start: 0, end: 1 }, 'here', {}, { fixes });
        },
      });
    const counted = withFix(() => {
      tried++;
      return [];
    });
    const severities = new Map([[counted.id, 'hint' as const]]);
    const [found] = check(siteOfTexts({ 'main.cf': 'a = b\n' }), [counted], { severities });
    deepEqual([found?.severity, tried], ['hint', 0]);
    deepEqual([found?.fixes, found?.fixes, tried], [[], [], 1]);
    const broken = withFix(() => {
      throw new Error('broken');
    });
    deepEqual(check(siteOfTexts({ 'main.cf': 'a = b\n' }), [broken])[0]?.fixes, []);
  });

  it('silences a rule in the logical line below a comment, with its continuation and no further', () => {
    const text = `
# postfix-lint: ignore no-q -- measured
# another comment

Q = R,
# between
    Q
Q = 2
`;
    deepEqual(lines(text, [finds('R'), finds('Q'), ignoreUnused]), ['no-r warning 4', 'no-q warning 7']);
  });

  it('silences a single continuation line above which the comment stands', () => {
    deepEqual(lines('a = Q\n # postfix-lint: ignore no-q -- why\n  Q\n  Q\n', [finds('Q'), ignoreUnused]), [
      'no-q warning 0',
      'no-q warning 3',
    ]);
  });

  it('reports a comment that silences nothing only for rules that ran', () => {
    const text = '# postfix-lint: ignore no-q -- why\na = b\n';
    deepEqual(lines(text, [finds('Q'), ignoreUnused]), ['ignore-unused hint 0']);
    deepEqual(lines(text, [finds('Q'), ignoreUnused], { skip: new Set(['no-q']) }), []);
  });

  it('reports a rule that throws, and runs the others', () => {
    const broken = finds('x', {
      check() {
        throw new Error('oops');
      },
    });
    const found = check(siteOfTexts({ 'main.cf': 'a = b\n' }), [broken, finds('b')]);
    deepEqual(
      found.map(f => f.rule),
      [internalProblem, 'no-b'],
    );
    for (const lang of ['en', 'pt-BR'] as const) match(format(found[0]!.message, lang), /no-x.*oops/);
  });

  it('lets a cancellation pass', () => {
    const cancelled = finds('x', {
      check() {
        throw new Cancelled();
      },
    });
    throws(() => check(siteOfTexts({ 'main.cf': '' }), [cancelled]), Cancelled);
  });

  it('goes by the choice of rules, severities and the target version', () => {
    const rules = [finds('a'), finds('b', { since: '3.9' }), finds('c', { until: '3.0' })];
    const ids = (choice: Parameters<typeof chosenRules>[1], version: string) =>
      chosenRules(rules, choice, version).map(r => r.id);
    deepEqual(ids({}, '3.10'), ['no-a', 'no-b']);
    deepEqual(ids({}, '2.11.3'), ['no-a', 'no-c']);
    deepEqual(ids({ only: new Set(['no-b']) }, '3.9'), ['no-b']);
    deepEqual(ids({ severities: new Map([['no-a', 'off']]) }, '3.5'), []);
    equal(lines('a', [finds('a')], { severities: new Map([['no-a', 'error']]) })[0], 'no-a error 0');
  });
});

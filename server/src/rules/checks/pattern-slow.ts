import { attacksOn } from '../../analysis/language/slow';
import { compiledPattern, matchSteps, type CompiledPattern } from '../../analysis/checks/compiled-pattern';
import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { patternsOf } from '../../syntax/table/table-line';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import { certain, headerEvidence, shownHeader } from '../header-evidence';
import { defineRule } from '../rule';

/** So often a pump is repeated: doubling the work each time leaves any match limit far behind. */
const repeats = 40;

export const rule = defineRule({
  id: 'pattern-slow',
  title: { en: 'A pattern that a sender can drive to its limit', 'pt-BR': 'Um padrão que o remetente leva ao limite' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `A loop within the pattern can read the same text in two ways, and each further letter doubles the work. PCRE gives up at
its match limit, the log says "match limit exceeded", and the rule counts as not matched: a short header switches it off, and
keeps cleanup busy meanwhile.`,
    remedy:
      'Give the loop one way to read its text: `(a+)+` is `a+`; let parts exclude each other, or use a possessive `++`.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject: ([a-z]+ ?)+!$/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject: [a-z]+( [a-z]+)* ?!$/ REJECT\n',
    },
    see: ['pcre2api(3), match limit', 'Measured: "match limit exceeded", and the mail passes (3.7.11)'],
  },
  messages: {
    slow: {
      en: 'On "{header}" this pattern runs into the match limit, and the rule counts as not matched: a way around it. Let the loop read its text in one way only.',
      'pt-BR':
        'Com "{header}" este padrão chega ao limite e a regra conta como não satisfeita: um jeito de contorná-la. Faça o laço ler o texto de um só modo.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      if (checks.type !== 'pcre') continue;
      for (const { entry, found } of slowIn(checks.table.file)) {
        if (!checks.table.rules.some(r => r.entry === entry)) continue;
        for (const { part, header } of found) {
          const evidence = headerEvidence(checks, header, { action: null });
          const severity = certain(checks, 'error');
          report(
            checks.source,
            entry.line.place(part.body),
            'slow',
            { header: shownHeader(header) },
            { severity, evidence },
          );
        }
      }
    }
  },
});

const slowIn = eachLine(({ says }) => {
  const found = patternsOf(says).flatMap(part => {
    const header = limitOf(compiledPattern(part.bytes, part.dialect, part.flags));
    return header === undefined ? [] : [{ part, header }];
  });
  return found.length > 0 ? found : undefined;
});

/** A subject on which the library gives up; undefined where none was found. Remembered by pattern. */
const limitOf = derived((compiled: CompiledPattern): string | undefined => {
  const { parsed } = compiled;
  if (!parsed.ok) return undefined;
  for (const attack of attacksOn(parsed.pattern, 'exponential', new Budget(40_000))) {
    for (const suffix of attack.suffixes.slice(0, 4)) {
      const subject = attack.prefix + attack.pump.repeat(repeats) + suffix;
      const { kind } = compiled.match(subject, 0, matchSteps);
      if (kind === 'error') return subject;
    }
  }
  return undefined;
});

import { compiledPattern } from '../../analysis/checks/compiled-pattern';
import { eachLine } from '../../analysis/checks/each-line';
import { ruleAt } from '../../analysis/checks/load-table';
import { siteChecks } from '../../analysis/checks/site-checks';
import { slowOf } from '../../analysis/checks/slow-pattern';
import { patternsOf } from '../../syntax/table/table-line';
import { certain, headerEvidence, shownHeader } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'pattern-slow',
  title: { en: 'A pattern that a sender can drive to its limit', 'pt-BR': 'Um padrão que o remetente leva ao limite' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `A loop within the pattern can read the same text in two ways, and each further letter doubles the work; or three loops
in a row can read it, and a line of 900 bytes makes ten million steps. PCRE gives up at its match limit, the log says "match
limit exceeded", and the rule counts as not matched: a header switches it off, and keeps cleanup busy meanwhile.`,
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
    evaded: {
      en: 'This pattern fits "{header}" ({bytes} bytes), but the match runs into its limit, and the rule counts as not matched: a way around it. Let only one loop read a text.',
      'pt-BR':
        'Este padrão serve para "{header}" ({bytes} bytes), mas a busca chega ao limite e a regra conta como não satisfeita: um jeito de contorná-la. Faça um só laço ler cada texto.',
    },
    slow: {
      en: 'On "{header}" this pattern runs into the match limit, and the rule counts as not matched: a way around it. Let the loop read its text in one way only.',
      'pt-BR':
        'Com "{header}" este padrão chega ao limite e a regra conta como não satisfeita: um jeito de contorná-la. Faça o laço ler o texto de um só modo.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      if (checks.type !== 'pcre') continue;
      for (const { entry, place, found } of slowIn(checks.table.file)) {
        if (ruleAt(checks.table, place) === undefined) continue;
        for (const { part, slow } of found) {
          const { subject, growth, evades } = slow;
          const evidence = headerEvidence(checks, subject, { action: null });
          // Three loops that give up on a text that they do not fit show the work, not yet a way around.
          const severity = evades || growth === 'exponential' ? certain(checks, 'error') : 'warning';
          const args = { header: shownHeader(subject), bytes: subject.length };
          report(checks.source, entry.line.place(part.body), evades ? 'evaded' : 'slow', args, { severity, evidence });
        }
      }
    }
  },
});

const slowIn = eachLine(({ says }) => {
  const found = patternsOf(says).flatMap(part => {
    const slow = slowOf(compiledPattern(part.bytes, part.dialect, part.flags));
    return slow ? [{ part, slow }] : [];
  });
  return found.length > 0 ? found : undefined;
});

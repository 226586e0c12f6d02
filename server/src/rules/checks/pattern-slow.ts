import { askTable, type TableAnswer } from '../../analysis/checks/ask-table';
import { compiledPattern } from '../../analysis/checks/compiled-pattern';
import { eachLine } from '../../analysis/checks/each-line';
import { ruleAt, type LoadedTable } from '../../analysis/checks/load-table';
import { siteChecks, type SiteChecks } from '../../analysis/checks/site-checks';
import { slowSubjects, type Slow } from '../../analysis/checks/slow-pattern';
import { tryHeader, type HeaderAnswer } from '../../analysis/checks/try-header';
import { matchLimitText } from '../../analysis/regex/pcre/match-state';
import { splitAction } from '../../facts/check-actions';
import type { TableEntry } from '../../syntax/table/table-file';
import { patternsOf } from '../../syntax/table/table-line';
import { certain, headerEvidence, shownHeader } from '../header-evidence';
import { defineRule, type Severity } from '../rule';

export const rule = defineRule({
  id: 'pattern-slow',
  title: { en: 'A pattern that a sender can drive to its limit', 'pt-BR': 'Um padrão que o remetente leva ao limite' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `A loop within the pattern can read the same text in two ways, and each further letter doubles the work (loops of some ten rounds as well); or three loops
in a row can read it, and a line of 900 bytes makes ten million steps. PCRE gives up at its match limit, the log says "match
limit exceeded", and the rule counts as not matched: a header switches it off, and keeps cleanup busy meanwhile. Two loops in a row need a
header of 5,000 bytes or more, which is not looked for. The header shown is asked of the whole table: where another rule
answers it, the finding is milder.`,
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
      en: 'On "{header}" this pattern runs into the match limit: cleanup is kept busy, and the rule counts as not matched. Let the loop read its text in one way only.',
      'pt-BR':
        'Com "{header}" este padrão chega ao limite: o cleanup fica ocupado e a regra conta como não satisfeita. Faça o laço ler o texto de um só modo.',
    },
    caught: {
      en: 'On "{header}" this pattern runs into the match limit, and the rule counts as not matched; here a later rule answers in its place. Let the loop read its text in one way only.',
      'pt-BR':
        'Com "{header}" este padrão chega ao limite e a regra conta como não satisfeita; aqui uma regra posterior responde no lugar dela. Faça o laço ler o texto de um só modo.',
    },
    covered: {
      en: 'On "{header}" this pattern would run into the match limit; in this table the rule is not asked about it. Let the loop read its text in one way only.',
      'pt-BR':
        'Com "{header}" este padrão chegaria ao limite; nesta tabela a regra não é consultada sobre ele. Faça o laço ler o texto de um só modo.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      if (checks.type !== 'pcre') continue;
      for (const { entry, place, found } of slowIn(checks.table.file)) {
        const at = ruleAt(checks.table, place);
        if (at === undefined) continue;
        for (const { part, subjects } of found) {
          const replayed = replay(checks.table, at, entry, part.negated ? subjects.filter(s => !s.evades) : subjects);
          if (!replayed) continue;
          const { slow, outcome, answer } = replayed;
          const evidence = headerEvidence(checks, slow.subject, answer);
          const args = { header: shownHeader(slow.subject), bytes: slow.subject.length };
          const key = outcome === 'passed' ? (slow.evades ? 'evaded' : 'slow') : outcome;
          const severity = severityOf(checks, replayed);
          report(checks.source, entry.line.place(part.body), key, args, { severity, evidence });
        }
      }
    }
  },
});

/** What a table makes of a subject on which a rule of it gives up. */
interface Replayed {
  readonly slow: Slow;
  /** Another action than the rule's, or none; the same by a later rule; or an earlier rule answers. */
  readonly outcome: 'passed' | 'caught' | 'covered';
  readonly answer: HeaderAnswer;
}

/**
 * The worst that the subjects do in the table as a whole; undefined where its answers are not known. Only one that may be worse than
 * those before is asked of all rules, for that is dear. `at`: the rule's place among those that count.
 */
function replay(table: LoadedTable, at: number, entry: TableEntry, subjects: readonly Slow[]): Replayed | undefined {
  const { says } = entry;
  const own = says.kind === 'rule' ? verb(says.actionText) : undefined;
  const isCaught = ({ action }: TableAnswer): boolean => action !== null && (own === undefined || verb(action) === own);
  let best: Replayed | undefined;
  for (const slow of subjects) {
    if (best) {
      const quick = askTable(table, 'header_checks', slow.subject);
      if ((quick.rule !== undefined && quick.rule < at) || (best.outcome === 'caught' && isCaught(quick))) continue;
    }
    const answer = tryHeader(table, 'header_checks', slow.subject);
    if (answer.unknown.length > 0) continue;
    const gaveUp = answer.trace.some(s => s.span?.start === entry.line.span.start && s.outcome === matchLimitText);
    const outcome = !gaveUp ? 'covered' : isCaught(answer) ? 'caught' : 'passed';
    if (outcome === 'passed') return { slow, outcome, answer };
    if (!best || (best.outcome === 'covered' && outcome === 'caught')) best = { slow, outcome, answer };
  }
  return best;
}

const verb = (action: string): string => splitAction(action).word.toUpperCase();

/** Three loops that give up on a text that they do not fit show the work, not yet a way around. */
function severityOf(checks: SiteChecks, { slow, outcome }: Replayed): Severity {
  if (outcome === 'covered') return 'information';
  if (outcome === 'caught') return 'warning';
  return slow.evades || slow.growth === 'exponential' ? certain(checks, 'error') : 'warning';
}

const slowIn = eachLine(({ says }) => {
  const found = patternsOf(says).flatMap(part => {
    const subjects = slowSubjects(compiledPattern(part.bytes, part.dialect, part.flags));
    return subjects.length > 0 ? [{ part, subjects }] : [];
  });
  return found.length > 0 ? found : undefined;
});

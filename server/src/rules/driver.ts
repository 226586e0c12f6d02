/** Runs the rules on a site: versions, severities, comments that silence, the baseline, a rule that breaks, order. */
import { compareVersions } from '../facts/parameters';
import type { Site } from '../model/site';
import { sourcesOf } from '../model/sources';
import { Cancelled } from '../text/budget';
import { say } from '../text/message';
import type { SourceText } from '../text/source-text';
import { span } from '../text/span';
import { embeddedFindings } from './embedded';
import { rule as ignoreUnused } from './any/ignore-unused';
import { beyondBaseline, type Baseline } from './baseline';
import type { Extras, Finding, Fix, Rule, Severity } from './rule';
import { silences, suppressions } from './suppression';

/** What a user makes of the rules. A rule that `skip` names or that is set to `off` does not run. */
export interface RuleChoice {
  readonly only?: ReadonlySet<string>;
  readonly skip?: ReadonlySet<string>;
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
  /** Findings that are known and not told again. */
  readonly baseline?: Baseline;
}

/** The id under which a rule that broke is reported; no rule has it. */
export const internalProblem = 'internal-problem';

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** Whether a severity is as grave as a limit, or graver. */
export function atLeast(severity: Severity, limit: Severity): boolean {
  return ranks[severity] <= ranks[limit];
}

/** Orders findings by file, place, severity and rule: the order in which people read them. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.source.path, b.source.path) ||
    a.span.start - b.span.start ||
    ranks[a.severity] - ranks[b.severity] ||
    compare(a.rule, b.rule) ||
    a.span.end - b.span.end
  );
}

/** The rules that a choice leaves in and that hold for a Postfix version. */
export function chosenRules(rules: readonly Rule[], choice: RuleChoice, version: string): readonly Rule[] {
  return rules.filter(
    ({ id, since, until }) =>
      (!choice.only || choice.only.has(id)) &&
      !choice.skip?.has(id) &&
      choice.severities?.get(id) !== 'off' &&
      (since === undefined || compareVersions(version, since) >= 0) &&
      (until === undefined || compareVersions(version, until) < 0),
  );
}

/**
 * All findings on a site, in order, each once. A rule that throws is reported as {@link internalProblem} and stops nobody else;
 * {@link Cancelled} alone passes through.
 */
export function check(site: Site, rules: readonly Rule[], choice: RuleChoice = {}): readonly Finding[] {
  const chosen = chosenRules(rules, choice, site.options.postfixVersion);
  const raw = [...chosen.flatMap(rule => run(site, rule)), ...embeddedFindings(site, chosen, run)];
  const { kept, unused } = silenced(site, raw, rules, chosen);
  const findings = [...kept, ...unused].map(finding => {
    const severity = choice.severities?.get(finding.rule);
    return severity && severity !== 'off' ? regraded(finding, severity) : finding;
  });
  const all = unique(findings.sort(byPlace));
  return choice.baseline ? beyondBaseline(all, choice.baseline) : all;
}

/** Findings of several sites as one list: a file that two sites share is not reported twice. */
export function unique(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ source, span: { start, end }, rule, message }) => {
    const key = JSON.stringify([source.path, start, end, rule, message.text.en, message.args]);
    return !seen.has(key) && seen.add(key);
  });
}

function run(site: Site, rule: Rule): readonly Finding[] {
  const found: Finding[] = [];
  try {
    rule.check(site, (source, place, key, args = {}, extras = {}) => {
      found.push(finding(rule, source, place, key, args, extras));
    });
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const source = sourcesOf(site)[0]?.source;
    if (source) found.push(broken(rule, source, error));
  }
  return found;
}

function finding(rule: Rule, ...[source, place, key, args, extras]: Required<Parameters<Report>>): Finding {
  const text = rule.messages[key];
  if (!text) throw new Error(`${rule.id} has no message ${key}`);
  let fixes: readonly Fix[] | undefined;
  return {
    rule: rule.id,
    severity: extras.severity ?? rule.severity,
    source,
    span: place,
    message: { text, args },
    ...(extras.evidence && { evidence: extras.evidence }),
    related: extras.related ?? [],
    get fixes() {
      return (fixes ??= worked(extras.fixes));
    },
  };
}

/** What a function of fixes comes to; one that breaks down has none, for the finding holds without. */
function worked(fixes: Extras['fixes']): readonly Fix[] {
  try {
    return typeof fixes === 'function' ? fixes() : (fixes ?? []);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return [];
  }
}

/** A finding with a severity of the user's; its fixes are still only worked out when asked for. */
function regraded(finding: Finding, severity: Severity): Finding {
  const { rule, source, span: place, message, evidence, related } = finding;
  return {
    rule,
    severity,
    source,
    span: place,
    message,
    ...(evidence && { evidence }),
    related,
    get fixes() {
      return finding.fixes;
    },
  };
}

type Report = Parameters<Rule['check']>[1];

function broken(rule: Rule, source: SourceText, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return {
    rule: internalProblem,
    severity: 'warning',
    source,
    span: span(0, 0),
    message: say(
      'The rule {rule} broke down ({why}); the others were checked. This is a fault of the linter: please report it.',
      'A regra {rule} falhou ({why}); as outras foram verificadas. É um defeito do verificador: por favor, relate-o.',
      { rule: rule.id, why },
    ),
    related: [],
    fixes: [],
  };
}

/** Takes out what comments silence, and says which comments silence nothing (of the rules that ran, or that nobody knows). */
function silenced(
  site: Site,
  raw: readonly Finding[],
  all: readonly Rule[],
  chosen: readonly Rule[],
): { kept: readonly Finding[]; unused: readonly Finding[] } {
  const sources = new Set([...sourcesOf(site).map(f => f.source), ...raw.map(f => f.source)]);
  const used = new Set<object>();
  const kept = raw.filter(({ source, rule, span: { start } }) => {
    const by = suppressions(source).filter(s => silences(s, rule, start));
    for (const { rules } of by) for (const named of rules) if (named.id === rule) used.add(named);
    return by.length === 0;
  });
  if (!chosen.includes(ignoreUnused)) return { kept, unused: [] };
  const known = new Set(all.map(r => r.id));
  const ran = new Set(chosen.map(r => r.id));
  const unused = [...sources].flatMap(source =>
    suppressions(source)
      .flatMap(s => s.rules)
      .filter(named => !used.has(named) && (ran.has(named.id) || !known.has(named.id)))
      .map(({ id, span: place }) =>
        finding(ignoreUnused, source, place, known.has(id) ? 'unused' : 'unknown', { rule: id }, {}),
      ),
  );
  return { kept, unused };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

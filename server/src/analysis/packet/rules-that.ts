/** Rules of a firewall of which something holds: after an edit those are looked at that are new. */
import type { Rule } from '../../syntax/iptables/rule';
import { sameEnds } from '../../text/chunks';
import { derived } from '../../text/derived';
import type { PlacedRule, Ruleset } from './ruleset';
import type { SiteFirewall } from './site-firewalls';

/** All rules: those of IPv4 first, table by table and chain by chain. Remembered by the ruleset. */
const allRules = derived(({ tables }: Ruleset): readonly PlacedRule[] => {
  const all: PlacedRule[] = [];
  for (const family of [4, 6] as const)
    for (const { chains } of tables[family].values())
      for (const { rules } of chains.values()) for (const placed of rules) all.push(placed);
  return all;
});

/**
 * Finds the rules of which something holds that hangs on nothing but the rule itself, in the order of families, tables and
 * chains. What was found is kept by the firewall's file, for its next version to start from.
 */
export function rulesThat(holds: (rule: Rule) => boolean): (one: SiteFirewall) => readonly PlacedRule[] {
  const latest = new WeakMap<object, { readonly rules: readonly Rule[]; readonly found: readonly number[] }>();
  return ({ source, firewall }) => {
    const all = allRules(firewall.ruleset);
    const rules = all.map(placed => placed.rule);
    const before = latest.get(source.lineage) ?? { rules: [], found: [] };
    const { head, tail } = sameEnds(before.rules, rules);
    const behind = before.rules.length - tail;
    const shift = rules.length - before.rules.length;
    const found = [
      ...before.found.filter(at => at < head),
      ...rules.slice(head, rules.length - tail).flatMap((rule, i) => (holds(rule) ? [head + i] : [])),
      ...before.found.filter(at => at >= behind).map(at => at + shift),
    ];
    if (!source.trial) latest.set(source.lineage, { rules, found });
    return found.flatMap(at => all[at] ?? []);
  };
}

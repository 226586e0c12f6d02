/** Rules of a firewall of which something holds: after an edit those are looked at that are new. */
import type { Rule } from '../../syntax/iptables/rule';
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
  const latest = new WeakMap<object, { readonly all: readonly PlacedRule[]; readonly found: readonly number[] }>();
  return ({ source, firewall }) => {
    const all = allRules(firewall.ruleset);
    const before = latest.get(source.lineage) ?? { all: [], found: [] };
    const { head, tail } = sameRules(before.all, all);
    const found = before.found.filter(at => at < head);
    for (let at = head; at < all.length - tail; at++) {
      const placed = all[at];
      if (placed && holds(placed.rule)) found.push(at);
    }
    const behind = before.all.length - tail;
    const shift = all.length - before.all.length;
    for (const at of before.found) if (at >= Math.max(head, behind)) found.push(at + shift);
    if (!source.trial) latest.set(source.lineage, { all, found });
    return found.flatMap(at => all[at] ?? []);
  };
}

/** How many rules at the beginning and at the end of two lists are the very same; they never overlap in either. */
function sameRules(before: readonly PlacedRule[], after: readonly PlacedRule[]): { head: number; tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]?.rule === after[head]?.rule) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - tail - 1]?.rule === after[after.length - tail - 1]?.rule) tail++;
  return { head, tail };
}

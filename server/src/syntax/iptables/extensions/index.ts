/** All matches and targets by name. */
import type { ExtensionSpec } from '../extension';
import type { Family } from '../rule';
import { modelledMatches } from './matches';
import { otherMatches } from './other-matches';
import { portMatches } from './ports';
import { targets } from './targets';
import { trafficMatches } from './traffic-matches';

export { warnedTargets } from './targets';

/** Every extension that iptables 1.8.9 of Debian 12 has and the packet model or the checks know. */
export const extensions: readonly ExtensionSpec[] = [
  ...portMatches,
  ...modelledMatches,
  ...trafficMatches,
  ...otherMatches,
  ...targets,
];

function table(kind: ExtensionSpec['kind'], family: Family): ReadonlyMap<string, ExtensionSpec> {
  const found = extensions.filter(
    spec => spec.kind === kind && (spec.families === undefined || spec.families.includes(family)),
  );
  return new Map(found.flatMap(spec => [spec.name, ...(spec.aliases ?? [])].map(name => [name, spec] as const)));
}

const tables = {
  match: { 4: table('match', 4), 6: table('match', 6) },
  target: { 4: table('target', 4), 6: table('target', 6) },
} as const;

/** The extension of a name for a family, or undefined where iptables finds none. */
export function findExtension(kind: ExtensionSpec['kind'], name: string, family: Family): ExtensionSpec | undefined {
  return tables[kind][family].get(name);
}

/** What a rule asks of the fields that most rules ask, at a glance: enough to see that two rules never meet the same packet. */
import { connectionStates } from './rule';
import type { AddressBlock, Condition, Range } from './rule';

/** The plain demands of a rule; what it asks besides, or turned round, is left out. */
export interface Glance {
  readonly protocol?: number;
  readonly states?: number;
  readonly source?: AddressBlock;
  readonly destination?: AddressBlock;
  readonly sports?: readonly Range[];
  readonly dports?: readonly Range[];
  readonly inFace?: string;
  readonly outFace?: string;
}

/** What conditions ask at a glance. */
export function glanceAt(conditions: readonly Condition[]): Glance {
  const out: { -readonly [K in keyof Glance]: Glance[K] } = {};
  for (const condition of conditions) {
    if (!('not' in condition) || condition.not) continue;
    if (condition.kind === 'protocol') out.protocol = condition.number;
    else if (condition.kind === 'state') {
      // A connection is translated beside the state that it has.
      if ((condition.states & (connectionStates.SNAT | connectionStates.DNAT)) === 0) out.states = condition.states;
    } else if (condition.kind === 'address') out[condition.side] = condition.block;
    else if (condition.kind === 'ports' && condition.side !== 'either')
      out[condition.side === 'source' ? 'sports' : 'dports'] = condition.ranges;
    else if (condition.kind === 'interface' && !condition.prefix)
      out[condition.side === 'in' ? 'inFace' : 'outFace'] = condition.name;
  }
  return out;
}

/** True: no packet meets all of both for certain. False: there may be one. */
export function areDisjoint(a: Glance, b: Glance): boolean {
  return (
    differ(a.protocol, b.protocol) ||
    apart(a.source, b.source) ||
    apart(a.destination, b.destination) ||
    clear(a.dports, b.dports) ||
    clear(a.sports, b.sports) ||
    differ(a.inFace, b.inFace) ||
    differ(a.outFace, b.outFace) ||
    (a.states !== undefined && b.states !== undefined && (a.states & b.states) === 0)
  );
}

function differ<T>(a: T | undefined, b: T | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** Whether bits that both ask for are not the same. */
function apart(a: AddressBlock | undefined, b: AddressBlock | undefined): boolean {
  if (!a || !b) return false;
  for (let i = 0; i < a.mask.length; i++) {
    const both = (a.mask[i] ?? 0) & (b.mask[i] ?? 0);
    if ((both & ((a.value[i] ?? 0) ^ (b.value[i] ?? 0))) !== 0) return true;
  }
  return false;
}

function clear(a: readonly Range[] | undefined, b: readonly Range[] | undefined): boolean {
  if (!a || !b) return false;
  return a.every(one => b.every(other => one.to < other.from || other.to < one.from));
}

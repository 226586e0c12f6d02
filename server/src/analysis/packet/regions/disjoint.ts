/** Whether two rules can meet the same packet, as far as a glance at their conditions tells. */
import type { Address, AddressBlock, Condition } from '../../../syntax/iptables/rule';

/** True: no packet meets both for certain. False: there may be one. */
export function areDisjoint(a: readonly Condition[], b: readonly Condition[]): boolean {
  return a.some(one => b.some(other => exclude(one, other)));
}

function exclude(a: Condition, b: Condition): boolean {
  if (a.kind !== b.kind || !('not' in a) || !('not' in b) || a.not || b.not) return false;
  if (a.kind === 'address' && b.kind === 'address') return a.side === b.side && differ(a.block, b.block);
  if (a.kind === 'protocol' && b.kind === 'protocol') return a.number !== b.number;
  if (a.kind === 'state' && b.kind === 'state') return (a.states & b.states) === 0;
  if (a.kind === 'ports' && b.kind === 'ports')
    return (
      a.side === b.side &&
      a.side !== 'either' &&
      a.ranges.every(one => b.ranges.every(other => one.to < other.from || other.to < one.from))
    );
  return false;
}

/** Whether the bits that both ask for are not the same. */
function differ(a: AddressBlock, b: AddressBlock): boolean {
  const at = (address: Address, i: number) => address[i] ?? 0;
  return a.mask.some((mask, i) => (mask & at(b.mask, i) & (at(a.value, i) ^ at(b.value, i))) !== 0);
}

/** Sends one packet through a ruleset and tells what becomes of it. */
import type { Reasoned } from '../answer';
import type { Verdict } from './packet';

/** The fate of a packet. What is changed on the way, and whether the answer gets back, only where it arrives. */
export interface PacketAnswer extends Reasoned {
  readonly verdict: Verdict;
  /** Which answer a REJECT gives: `tcp-reset`, `icmp-port-unreachable` …; `lost` where that answer is dropped itself. */
  readonly answer?: string;
  readonly reached?: 'host' | 'lan' | 'outside';
  readonly seen_src?: string;
  readonly seen_dst?: string;
  readonly seen_dport?: number;
  /** Whether a whole conversation gets through, both ways. Absent where that is not known. */
  readonly works?: boolean;
}

/** What a demand of the Port 25 report is, and how several answers to one demand come to one. */
import type { Place } from '../../model/settings';
import type { Message, Text } from '../../text/message';
import type { Evidence } from '../evidence';

export type DemandStatus = 'met' | 'not-met' | 'unknown';

/** How people name a status. */
export const statusNames: Readonly<Record<DemandStatus, Text>> = {
  met: { en: 'met', 'pt-BR': 'atendida' },
  'not-met': { en: 'not met', 'pt-BR': 'não atendida' },
  unknown: { en: 'unknown', 'pt-BR': 'indefinida' },
};

/** What a demand came to: why, the session or packet that shows it, and where the thing stands that decided. */
export interface Finding {
  readonly status: DemandStatus;
  readonly reason: Message;
  readonly evidence?: Evidence;
  readonly place?: Place;
}

/** One demand of the recommendation, with the answer of the site. */
export interface Demand extends Finding {
  /** Kebab-case, stable for ever. */
  readonly id: string;
  readonly title: Message;
  /** The documents that demand it. */
  readonly source: string;
}

const order: readonly DemandStatus[] = ['not-met', 'unknown', 'met'];

/** Of several answers (one a listener, one a firewall) the worst, of equal ones the first; `none` where there are none. */
export function worst(findings: readonly Finding[], none: Finding): Finding {
  for (const status of order) {
    const found = findings.find(f => f.status === status);
    if (found) return found;
  }
  return none;
}

/** What a demand of the Port 25 report is, and how several answers to one demand come to one. */
import { masterOf } from '../../model/services';
import type { Place } from '../../model/settings';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { say, type Message, type Text } from '../../text/message';
import type { Evidence } from '../evidence';
import type { Search } from '../smtp/searches';

export type DemandStatus = 'met' | 'not-met' | 'unknown';

/** How people name a status. */
export const statusNames: Readonly<Record<DemandStatus, Text>> = {
  met: { en: 'met', 'pt-BR': 'atendida' },
  'not-met': { en: 'not met', 'pt-BR': 'não atendida' },
  unknown: { en: 'unknown', 'pt-BR': 'indefinida' },
};

/** The heading of the report on a folder. */
export function reportTitle(folder: string): Message {
  return say('Port 25 report: {folder}', 'Relatório da porta 25: {folder}', { folder });
}

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

export const resolution = 'CGI.br RES/2009/002/P';

/** The answer where users have nowhere to log in. */
export const noSubmission: Finding = {
  status: 'unknown',
  reason: say(
    'there is no submission service to ask; offer one first',
    'não há serviço de submissão a examinar; ofereça um antes',
  ),
};

/** Why a service answers nothing: its process dies. */
export function doesNotStart(says: string): Message {
  return say('smtpd does not start there: {says}', 'o smtpd não inicia ali: {says}', { says });
}

/** Where a service stands; undefined where the stock master.cf is taken. */
export function servicePlace(site: Site, service: Service): Place | undefined {
  const { tree, assumed } = masterOf(site);
  return assumed ? undefined : { source: tree.source, span: service.name.span };
}

/** A place as a part of a finding, where there is one. */
export function located(place: Partial<Place> | undefined): { readonly place?: Place } {
  return place?.source && place.span ? { place: { source: place.source, span: place.span } } : {};
}

/**
 * What stops a session only because it is broken: a table that is not there, a lookup that fails (451 4.3.0, 4.3.5 of smtpd).
 * Once that is mended, the session may be taken. Undefined where it is refused in earnest.
 */
export function brokenBy({ stopper, answer }: Extract<Search, { kind: 'safe' }>): Message | undefined {
  const fails = answer.code === '451' && /^4\.3\.[05]$/.test(answer.enhanced ?? '');
  const error = /^error|^reject 451(?: 4\.3\.[05])?$/.test(stopper?.outcome ?? '');
  if (!fails && !error) return undefined;
  const text = [answer.code, answer.enhanced, answer.text].filter(Boolean).join(' ');
  return say(
    'a failure at {stopper} stops this session before anything refuses it; what comes once it is mended is open ({text})',
    'uma falha em {stopper} barra esta sessão antes que algo a recuse; o que virá depois do conserto está em aberto ({text})',
    { stopper: stopper?.text ?? '?', text: text || (stopper?.outcome ?? '') },
  );
}

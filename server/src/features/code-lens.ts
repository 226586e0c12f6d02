/** A line of text above what deserves one: what strangers can do at a service, how often an own name is used. */
import { loadTable } from '../analysis/checks/load-table';
import { tryHeader } from '../analysis/checks/try-header';
import { forgeries, ownReceived } from '../analysis/language/forged';
import { ownDomains } from '../analysis/mail-flow/own-domains';
import { searchListeners, type ListenerSearches, type Search } from '../analysis/smtp/searches';
import { parameters } from '../facts/parameters';
import { stockMasterCf } from '../facts/stock-master';
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { siteSettings } from '../model/settings';
import type { TableEntry } from '../syntax/table/table-file';
import { parseMasterCf } from '../syntax/master-cf/parse';
import type { Evidence } from '../rules/rule';
import { say, type Message } from '../text/message';
import { derived } from '../text/derived';
import { basename } from '../text/path';
import { toBytes, type SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { askChain, chainQuestions, reachText, type ChainQuestion } from './firewall-regions';
import { occurrencesOf, symbolOf } from './navigation/occurrences';
import { actionsOf, patternType } from './tokens/checks';
import { tokensOf } from './tokens/of-file';

const stockServices: ReadonlySet<string> = new Set(stockMasterCf.split('\n').map(line => line.split(' ')[0] ?? ''));

/** A lens over a place: what to say is worked out when it is shown. */
export interface Lens {
  readonly span: Span;
  readonly kind: 'strangers' | 'uses' | 'takes' | 'reach';
  /** Of `reach`: which way and which port. */
  readonly question?: ChainQuestion;
}

/** The places of a file that have a lens. */
export function lensesOf(site: Site, source: SourceText): Lens[] {
  const out: Lens[] = [];
  if (kindIn(site, source) === 'master.cf') {
    for (const service of parseMasterCf(source).services) {
      if (service.type.text === 'inet' && /(?:smtpd|postscreen)$/.test(service.command.text)) {
        out.push({ span: service.name.span, kind: 'strangers' });
      }
    }
  }
  if (kindIn(site, source) === 'checks') {
    for (const [entry] of takenBy(site)(source)) out.push({ span: entry.line.span, kind: 'takes' });
  }
  for (const question of chainQuestions(site, source)) out.push({ span: question.span, kind: 'reach', question });
  const seen = new Set<string>();
  for (const { span, meaning } of tokensOf(site, source)) {
    if (!meaning || !('role' in meaning) || meaning.role !== 'set' || !countsUses(meaning)) continue;
    const symbol = symbolOf(meaning, source) ?? '';
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    out.push({ span, kind: 'uses' });
  }
  return out;
}

function countsUses(meaning: { readonly kind: string; readonly name?: string; readonly inet?: boolean }): boolean {
  switch (meaning.kind) {
    case 'parameter':
      return !parameters.has(meaning.name ?? '');
    case 'service':
      // Postfix itself reaches the stock services by their names, without being told.
      return meaning.inet === false && !stockServices.has(meaning.name ?? '');
    case 'chain':
    case 'shell-function':
      return true;
    default:
      return false;
  }
}

/** What a lens says. */
export function lensText(site: Site, source: SourceText, lens: Lens): Message {
  switch (lens.kind) {
    case 'strangers':
      return strangers(site, source, lens.span);
    case 'takes':
      return takes(site, source, lens.span);
    case 'reach':
      return lens.question ? reachText(lens.question, askChain(site, source, lens.question)) : say('', '');
    default:
      return uses(site, source, lens.span);
  }
}

/** The question behind a lens, to be followed step by step: a session for a listener, a header for a rule, a packet for a chain. */
export function lensAsks(site: Site, source: SourceText, lens: Lens): Evidence {
  if (lens.kind === 'reach') {
    const found = lens.question && askChain(site, source, lens.question);
    const packet = found?.passing ?? found?.stopped;
    return packet ? { packet: { ...packet } } : {};
  }
  if (lens.kind === 'takes') {
    const [header] = headersOf(site, source, lens.span);
    return header === undefined ? {} : { header: { header } };
  }
  const listener = lens.kind === 'strangers' ? listenerAt(site, source, lens.span) : undefined;
  if (!listener) return {};
  const { openRelay, forgedRelay, strangersLocal } = listener;
  const shown = [openRelay, forgedRelay, strangersLocal].find(s => s.kind === 'found') ?? openRelay;
  return shown.kind === 'none' ? {} : { session: { ...shown.session } };
}

function listenerAt(site: Site, source: SourceText, span: Span): ListenerSearches | undefined {
  return searchListeners(site).find(l => l.service.name.span.start === span.start && site.master === source);
}

function headersOf(site: Site, source: SourceText, span: Span): readonly string[] {
  return [...takenBy(site)(source)].find(([entry]) => entry.line.span.start === span.start)?.[1] ?? [];
}

function uses(site: Site, source: SourceText, span: Span): Message {
  const meaning = tokensOf(site, source).find(t => t.span.start === span.start)?.meaning;
  const symbol = meaning && symbolOf(meaning, source);
  const count = symbol === undefined ? 0 : occurrencesOf(site, symbol).filter(o => o.role === 'use').length;
  return count === 1 ? say('used once', 'usado uma vez') : say('used {count} times', 'usado {count} vezes', { count });
}

/** The headers that each rule decides, out of those that matter most: forgeries of own domains, and the own Received line. */
const takenBy = derived((site: Site) =>
  derived((source: SourceText) => {
    const table = loadTable(source, patternType(site, source));
    const out = new Map<TableEntry, string[]>();
    if (actionsOf(site, source) === 'access') return out;
    const domains = ownDomains(site).slice(0, 2);
    const hostname = siteSettings(site).get('myhostname');
    const headers = domains.flatMap(({ name }) => forgeries('From', name).map(f => f.header));
    if (hostname.unknown === undefined && hostname.value !== '')
      headers.push(...ownReceived(hostname.value, undefined));
    for (const header of headers) {
      const { rule } = tryHeader(table, 'header_checks', toBytes(header));
      const entry = rule === undefined ? undefined : table.rules[rule]?.entry;
      if (!entry) continue;
      const known = out.get(entry);
      if (known) known.push(header);
      else out.set(entry, [header]);
    }
    return out;
  }),
);

function takes(site: Site, source: SourceText, span: Span): Message {
  const headers = headersOf(site, source, span);
  const header = (headers[0] ?? '').replace(/\s+/g, ' ').slice(0, 80);
  return headers.length > 1
    ? say('takes {header} and {count} more', 'pega {header} e mais {count}', { header, count: headers.length - 1 })
    : say('takes {header}', 'pega {header}', { header });
}

const found = (search: Search): boolean => search.kind === 'found' && search.assumptions.length === 0;

function strangers(site: Site, source: SourceText, span: Span): Message {
  const listener = listenerAt(site, source, span);
  if (!listener) return say('nobody is served here', 'ninguém é atendido aqui');
  const { openRelay, forgedRelay, strangersLocal, exposed } = listener;
  if (found(openRelay) || found(forgedRelay)) {
    return say('OPEN RELAY: strangers can send anywhere', 'RELAY ABERTO: estranhos enviam para qualquer lugar');
  }
  if (openRelay.kind === 'found' || forgedRelay.kind === 'found') {
    return say(
      'strangers might relay: that hangs on what the files do not tell',
      'estranhos talvez façam relay: depende do que os arquivos não dizem',
    );
  }
  if (openRelay.kind === 'none' && openRelay.says !== undefined) {
    return say('serves nobody: {says}', 'não atende ninguém: {says}', { says: openRelay.says });
  }
  if (!exposed) return say('only this host reaches it', 'só esta máquina o alcança');
  const by = stopper(openRelay);
  if (found(strangersLocal)) {
    return by
      ? say(
          'strangers: own recipients only, relay stopped by {by}',
          'estranhos: só destinatários próprios, relay barrado por {by}',
          { by },
        )
      : say('strangers: own recipients only, no relay', 'estranhos: só destinatários próprios, sem relay');
  }
  if (strangersLocal.kind === 'safe') {
    return by
      ? say('strangers: stopped by {by}', 'estranhos: barrados por {by}', { by })
      : say('strangers: nothing gets in', 'estranhos: nada entra');
  }
  return by
    ? say('strangers: relay stopped by {by}', 'estranhos: relay barrado por {by}', { by })
    : say('strangers: no relay', 'estranhos: sem relay');
}

/** The restriction that stops the stranger, with where it stands: `reject_unauth_destination, main.cf:31`. */
function stopper(search: Search): string | undefined {
  const step = search.kind === 'safe' ? search.stopper : undefined;
  if (!step) return undefined;
  const line = step.source && step.span ? step.source.positionAt(step.span.start).line + 1 : undefined;
  return step.source && line !== undefined ? `${step.text}, ${basename(step.source.path)}:${line}` : step.text;
}

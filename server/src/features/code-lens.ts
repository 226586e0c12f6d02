/** A line of text above what deserves one: what strangers can do at a service, how often an own name is used. */
import { searchListeners, type ListenerSearches, type Search } from '../analysis/smtp/searches';
import { parameters } from '../facts/parameters';
import { stockMasterCf } from '../facts/stock-master';
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { parseMasterCf } from '../syntax/master-cf/parse';
import { say, type Message } from '../text/message';
import { basename } from '../text/path';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { ruleLenses, ruleLensLines, ruleLensText, type RuleLensKind } from './checks-lens';
import { askChain, chainQuestions, reachText, type ChainQuestion } from './firewall-regions';
import { occurrencesOf, symbolOf } from './navigation/occurrences';
import { tokensOf } from './tokens/of-file';

const stockServices: ReadonlySet<string> = new Set(stockMasterCf.split('\n').map(line => line.split(' ')[0] ?? ''));

/** A lens over a place: what to say is worked out when it is shown. */
export interface Lens {
  readonly span: Span;
  readonly kind: 'strangers' | 'uses' | 'reach' | RuleLensKind;
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
  if (kindIn(site, source) === 'checks') return ruleLenses(site, source);
  for (const question of chainQuestions(site, source)) out.push({ span: question.span, kind: 'reach', question });
  const seen = new Set<string>();
  for (const { span, meaning } of tokensOf(site, source)) {
    if (!meaning || !('role' in meaning) || meaning.role !== 'set' || !countsUses(meaning)) continue;
    const symbol = symbolOf(site, meaning, source) ?? '';
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
    case 'catches':
    case 'try':
      return ruleLensText(site, source, lens.span.start, lens.kind);
    case 'reach':
      return lens.question ? reachText(lens.question, askChain(site, source, lens.question)) : say('', '');
    default:
      return uses(site, source, lens.span);
  }
}

/** The questions behind a lens, to be followed step by step. */
export interface Asks {
  readonly kind: 'session' | 'header' | 'packet';
  /** With the fields of policy tests; empty where there is nothing to show. */
  readonly questions: readonly object[];
  /** Only a proposal: the person may change it first. */
  readonly open?: boolean;
}

/** What there is to follow behind a lens: a session for a listener, headers for a rule, a packet for a chain. */
export function lensAsks(site: Site, source: SourceText, lens: Lens): Asks | undefined {
  switch (lens.kind) {
    case 'catches':
    case 'try': {
      const questions = ruleLensLines(site, source, lens.span.start).map(header => ({ header }));
      return lens.kind === 'try'
        ? { kind: 'header', questions: questions.slice(0, 1), open: true }
        : { kind: 'header', questions };
    }
    case 'reach': {
      const found = lens.question && askChain(site, source, lens.question);
      const packet = found?.passing ?? found?.stopped;
      return packet && { kind: 'packet', questions: [packet] };
    }
    case 'strangers': {
      const session = strangerSession(site, source, lens.span);
      return session && { kind: 'session', questions: [session] };
    }
    case 'uses':
      return undefined;
  }
}

function strangerSession(site: Site, source: SourceText, span: Span): object | undefined {
  const listener = listenerAt(site, source, span);
  if (!listener) return undefined;
  const { openRelay, forgedRelay, strangersLocal } = listener;
  const shown = [openRelay, forgedRelay, strangersLocal].find(s => s.kind === 'found') ?? openRelay;
  return shown.kind === 'none' ? undefined : shown.session;
}

function listenerAt(site: Site, source: SourceText, span: Span): ListenerSearches | undefined {
  return searchListeners(site).find(l => l.service.name.span.start === span.start && site.master === source);
}

function uses(site: Site, source: SourceText, span: Span): Message {
  const meaning = tokensOf(site, source).find(t => t.span.start === span.start)?.meaning;
  const symbol = meaning && symbolOf(site, meaning, source);
  const count = symbol === undefined ? 0 : occurrencesOf(site, symbol).filter(o => o.role === 'use').length;
  return count === 1 ? say('used once', 'usado uma vez') : say('used {count} times', 'usado {count} vezes', { count });
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

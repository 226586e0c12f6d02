/** Renames what the site itself has named: own parameters and classes, services, chains, shell names, aliases. */
import { parameters } from '../../facts/parameters';
import { restrictionDocs } from '../../facts/restriction-docs';
import type { Site } from '../../model/site';
import { say, type Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { occurrencesOf, symbolAt } from './occurrences';

/** One change of a rename. */
export interface PlacedEdit {
  readonly source: SourceText;
  readonly span: Span;
  readonly newText: string;
}

export type Renamed = { readonly edits: readonly PlacedEdit[] } | { readonly refused: Message };

const builtInChains: ReadonlySet<string> = new Set(['INPUT', 'FORWARD', 'OUTPUT', 'PREROUTING', 'POSTROUTING']);

/** Whether the word under the cursor can be renamed: its place, or why not. Undefined where nothing stands. */
export function renameable(
  site: Site,
  source: SourceText,
  offset: number,
): { span: Span } | { refused: Message } | undefined {
  const found = symbolAt(site, source, offset);
  if (!found) return undefined;
  const { meaning, span } = found;
  switch (meaning.kind) {
    case 'parameter':
      return parameters.has(meaning.name) ? { refused: ofPostfix(meaning.name) } : { span };
    case 'class':
      return { span };
    case 'service':
      return meaning.inet ? { refused: ofPostfix(meaning.name) } : { span };
    case 'chain':
      return builtInChains.has(meaning.name) ? { refused: ofPostfix(meaning.name) } : { span };
    case 'shell-variable':
    case 'shell-function':
      return { span };
    case 'user': {
      const own = occurrencesOf(site, found.symbol).some(o => o.role === 'set');
      return own ? { span } : { refused: ofElsewhere(meaning.name) };
    }
    default:
      return undefined;
  }
}

function ofPostfix(name: string): Message {
  return say('{name} is not a name of your own; it has to stay.', '{name} não é um nome seu; precisa ficar.', { name });
}

function ofElsewhere(name: string): Message {
  return say(
    'No table of the site says where mail for {name} goes: the name is given elsewhere.',
    'Nenhuma tabela do site diz para onde vai o correio de {name}: o nome é dado em outro lugar.',
    { name },
  );
}

/** The edits that give the name under the cursor another name everywhere, or why that cannot be. */
export function renameAt(site: Site, source: SourceText, offset: number, newName: string): Renamed {
  const can = renameable(site, source, offset);
  const found = symbolAt(site, source, offset);
  if (!can || !found) return { refused: say('There is nothing to rename here.', 'Não há o que renomear aqui.') };
  if ('refused' in can) return can;
  const wrong = refusedName(found.meaning.kind, newName);
  if (wrong) return { refused: wrong };
  const occurrences = occurrencesOf(site, found.symbol);
  return { edits: occurrences.map(o => ({ source: o.source, span: o.span, newText: newName })) };
}

function refusedName(kind: string, name: string): Message | undefined {
  const form =
    kind === 'user' ? /^[\w.+-]+$/ : kind === 'service' || kind === 'chain' ? /^[A-Za-z0-9][\w.-]*$/ : /^[A-Za-z_]\w*$/;
  if (!form.test(name))
    return say('{name} is no name that can stand here.', '{name} não é um nome que possa ficar aqui.', { name });
  if ((kind === 'parameter' || kind === 'class') && (parameters.has(name) || restrictionDocs.has(name))) {
    return say('Postfix has a name {name} already.', 'O Postfix já tem um nome {name}.', { name });
  }
  return undefined;
}

/** The tables that cleanup(8) asks about a line, each loaded, or with what keeps it from being asked here. */
import { parseTableName, resolveFile } from '../../model/tables';
import type { Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { say, type Message } from '../../text/message';
import { loadTable, type LoadedTable } from '../checks/load-table';
import { lookedUpIn, type CheckParameter } from './cleanup';

/** One of them. `unknown`: what it answers is not known, nor what those behind it are asked. */
export type AskedTable =
  { readonly kind: 'table'; readonly table: LoadedTable } | { readonly kind: 'unknown'; readonly why: Message };

/**
 * The tables for a line that stands at a place, in the order in which cleanup asks them; the first that answers decides. `line`: the
 * header or body line, which tells MIME headers from others. None where no table is set for it.
 */
export function askedTables(
  site: Site,
  settings: Settings,
  place: CheckParameter,
  line: string,
): readonly AskedTable[] {
  const parameter = lookedUpIn(place, line, settings);
  const { unknown } = settings.get(parameter);
  if (unknown) return [{ kind: 'unknown', why: unknown }];
  return settings.words(parameter).map(({ text }) => askedTable(site, text));
}

function askedTable(site: Site, word: string): AskedTable {
  const name = parseTableName(word);
  if (name?.type !== 'pcre' && name?.type !== 'regexp') {
    const why = say(
      '{table}: only pcre: and regexp: tables are asked here, so its answer is not known',
      '{table}: aqui só se consultam tabelas pcre: e regexp:; não se sabe o que esta responde',
      { table: word },
    );
    return { kind: 'unknown', why };
  }
  const { state } = resolveFile(site, name.name);
  if (state.kind === 'text') return { kind: 'table', table: loadTable(state.source, name.type) };
  const why = say(
    '{table}: the file cannot be read here, so its answer is not known',
    '{table}: não é possível ler o arquivo aqui; não se sabe o que esta tabela responde',
    { table: word },
  );
  return { kind: 'unknown', why };
}

/** pcre: and regexp: tables in smtpd's hands. */
import type { SourceText } from '../../text/source-text';
import { entryOf, loadTable } from '../checks/load-table';
import { tryHeader } from '../checks/try-header';
import type { Lookup } from '../lookup/table';

/** Looks a key up in a pattern table, as access tables and recipient tables are asked. */
export function patternLookup(type: 'pcre' | 'regexp', source: SourceText, key: string): Lookup {
  const table = loadTable(source, type);
  const answer = tryHeader(table, 'access', key);
  const [why] = answer.unknown;
  if (why) return { kind: 'unknown', why };
  if (answer.action === null) return { kind: 'none' };
  const span = answer.rule === undefined ? undefined : entryOf(table, answer.rule)?.line.span;
  return { kind: 'found', value: answer.action, ...(span && { source, span }) };
}

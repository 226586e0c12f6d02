/** pcre: and regexp: tables in smtpd's hands. */
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Lookup } from '../lookup/table';

/** Looks a key up in a pattern table. */
export function patternLookup(type: 'pcre' | 'regexp', source: SourceText, _key: string): Lookup {
  return {
    kind: 'unknown',
    why: say('{table} is not read', '{table} não é lida', { table: `${type}:${source.path}` }),
  };
}

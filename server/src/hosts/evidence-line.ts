/** Evidence on one line, in the field's own terms: `session: service=smtp sender="" … → accept 250`. */
import type { Evidence } from '../rules/rule';
import type { Lang, Text } from '../text/message';

const noMatch: Text = { en: 'no match', 'pt-BR': 'nada casa' };

const outcomes = ['verdict', 'action', 'code', 'enhanced', 'stage'];

/** The input first, then what came of it; several kinds of evidence are parted by a semicolon. */
export function evidenceLine(evidence: Evidence, lang: Lang): string {
  return Object.entries(evidence)
    .map(([kind, fields]: [string, Readonly<Record<string, unknown>>]) => {
      const outcome = outcomes.filter(name => fields[name] !== undefined);
      const given = Object.entries(fields).filter(([name]) => !outcome.includes(name));
      const input = given.map(([name, value]) => `${name}=${plain(value)}`).join(' ');
      const came = outcome.map(name => (fields[name] === null ? noMatch[lang] : plain(fields[name])));
      return `${kind}: ${input} → ${came.join(' ')}`;
    })
    .join('; ');
}

/** The same evidence with its table's path as it is shown here: relative to where somebody stands. */
export function relativeEvidence(evidence: Evidence, shown: (path: string) => string): Evidence {
  const table = evidence.header?.table;
  if (typeof table !== 'string') return evidence;
  const colon = table.indexOf(':') + 1;
  return { ...evidence, header: { ...evidence.header, table: table.slice(0, colon) + shown(table.slice(colon)) } };
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return value === '' || /[\s"]/.test(value) ? JSON.stringify(value) : value;
}

import { compareVersions } from '../../facts/parameters';
import { parameters } from '../../facts/parameters';
import { tableWords, type TableWord } from '../../model/table-words';
import { parseTableName, tablesWithin, tableTypes } from '../../model/tables';
import { say } from '../../text/message';
import { nearestFew } from '../../text/nearest';
import { replaceFix } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'table-type-unknown',
  title: {
    en: 'A table of a type that Postfix does not know',
    'pt-BR': 'Uma tabela de tipo que o Postfix não conhece',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  fixable: true,
  page: {
    why: `A table is named as \`type:name\`. With a type that Postfix does not know every lookup fails: mail that needs it is put
off with a temporary error (451 4.3.0), on and on. Without any type the program stops. Some types are in packages of their own
(\`pcre\`, \`mysql\`, \`ldap\` … on Debian and Red Hat): without the package the type is as good as unknown.`,
    remedy: 'Write a type that `postconf -m` lists, and install the package that brings it.',
    bad: `virtual_alias_maps = hsah:/etc/postfix/virtual
transport_maps = /etc/postfix/transport
`,
    good: `virtual_alias_maps = hash:/etc/postfix/virtual
transport_maps = hash:/etc/postfix/transport
`,
    see: [
      'DATABASE_README',
      'postconf -m',
      'Postfix 3.7.11: "unsupported dictionary type", "expecting "type:name" form"',
    ],
  },
  messages: {
    unknown: {
      en: 'Postfix knows no tables of type {type}: every lookup fails, and mail that needs it is put off (unsupported dictionary type).',
      'pt-BR':
        'O Postfix não conhece tabelas do tipo {type}: toda consulta falha, e as mensagens que dependem dela são adiadas (unsupported dictionary type).',
    },
    untyped: {
      en: '{name} takes tables as type:name; at {word} the programs that read it stop (expecting "type:name" form). Write for example {instead}.',
      'pt-BR':
        '{name} aceita tabelas como tipo:nome; em {word} os programas que o leem param (expecting "type:name" form). Escreva por exemplo {instead}.',
    },
    gone: {
      en: 'Tables of type {type} are gone from Postfix: every lookup fails. Move the data to another type.',
      'pt-BR':
        'Tabelas do tipo {type} não existem mais no Postfix: toda consulta falha. Passe os dados para outro tipo.',
    },
    package: {
      en: 'Tables of type {type} come in a package of their own in most distributions (Debian: {package}): without it every lookup fails.',
      'pt-BR':
        'Tabelas do tipo {type} vêm em um pacote próprio na maioria das distribuições (Debian: {package}): sem ele toda consulta falha.',
    },
  },
  check(site, report) {
    const told = new Set<string>();
    for (const word of tableWords(site)) {
      const { text, place, parameter, onlyTables } = word;
      if (!place) continue;
      const type = typeOf(word);
      if (type === undefined) {
        if (onlyTables && !takesWords.test(parameter) && parameters.has(parameter) && /^[\w./-]+$/.test(text)) {
          const instead = `hash:${text}`;
          const fixes = text.startsWith('/') ? [retype(word, text, instead)].flat() : [];
          report(place.source, place.span, 'untyped', { name: parameter, word: text, instead }, { fixes });
        }
        continue;
      }
      if (gone.has(type) && compareVersions(site.options.postfixVersion, gone.get(type) ?? '0') >= 0) {
        report(place.source, place.span, 'gone', { type }, { severity: 'warning' });
      } else if (!tableTypes.has(type) && !onlyInNew.has(type)) {
        // In capitals an installer's placeholder stands there.
        if (/^[A-Z0-9_]+$/.test(type)) continue;
        if (!onlyTables && !/^[a-z]{2,10}:\//.test(text)) continue;
        const fixes = nearestFew(type, tableTypes).flatMap(near => retype(word, type, near));
        report(place.source, place.span, 'unknown', { type }, { fixes });
      } else {
        for (const inner of nestedUnknown(word)) {
          const at = text.indexOf(`${inner}:`);
          const exact = place.source.slice(place.span) === text && at >= 0;
          const start = place.span.start + at;
          const span = exact ? { start, end: start + inner.length } : place.span;
          const fixes = nearestFew(inner, tableTypes).flatMap(near => retype(word, `${inner}:`, `${near}:`));
          report(place.source, span, 'unknown', { type: inner }, { fixes });
        }
        const name = packages.get(type);
        if (name === undefined || told.has(type)) continue;
        told.add(type);
        report(place.source, place.span, 'package', { type, package: name }, { severity: 'information' });
      }
    }
  },
});

/** Table parameters that also take plain words, or lists of parameters. */
const takesWords =
  /^(?:proxy_(?:read|write)_maps|postscreen_access_list|smtp_tls_dane|relay_clientcerts|local_recipient_maps|relocated_maps|alias_database|virtual_maps)$|_domains$|_filter$/;

/** Types that came after those which the site's model lists. */
const onlyInNew: ReadonlySet<string> = new Set(['debug', 'mongodb', 'redis']);

/** Types that were given up, with the version that no longer has them. */
const gone: ReadonlyMap<string, string> = new Map([
  ['netinfo', '3.0'],
  ['nisplus', '3.11'],
]);

/** Debian's packages for types that Postfix loads at run time; pcre:, which our own fixes write, is installed nearly everywhere. */
const packages: ReadonlyMap<string, string> = new Map([
  ['cdb', 'postfix-cdb'],
  ['ldap', 'postfix-ldap'],
  ['lmdb', 'postfix-lmdb'],
  ['mongodb', 'postfix-mongodb'],
  ['mysql', 'postfix-mysql'],
  ['pgsql', 'postfix-pgsql'],
  ['sqlite', 'postfix-sqlite'],
]);

/** The type before the first colon, `proxy:` taken off; undefined for a word without one. */
function typeOf({ text }: TableWord): string | undefined {
  if (text.startsWith('[') || text.startsWith('!')) return undefined;
  return parseTableName(text)?.type;
}

/** The types of the tables inside of a table that Postfix does not know. */
function nestedUnknown({ text }: TableWord): string[] {
  const table = parseTableName(text);
  const types = (table?.members ?? []).flatMap(tablesWithin).map(({ type }) => type);
  return [...new Set(types)].filter(
    type => !tableTypes.has(type) && !onlyInNew.has(type) && !gone.has(type) && !/^[A-Z0-9_]+$/.test(type),
  );
}

function retype({ place, text }: TableWord, old: string, type: string): Fix[] {
  if (!place || place.source.slice(place.span) !== text) return [];
  const at = place.span.start + text.indexOf(old);
  const title = say('Write {text}', 'Escrever {text}', { text: type });
  return [replaceFix(title, place.source, { start: at, end: at + old.length }, type, false)];
}

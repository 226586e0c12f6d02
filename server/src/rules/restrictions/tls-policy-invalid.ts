import { readTable } from '../../analysis/lookup/table-file';
import { compareVersions } from '../../facts/parameters';
import { bracedSince, policyAttributes } from '../../facts/tls-policy';
import { keywordsOf } from '../../facts/values';
import { holesIn } from '../../model/holes';
import { keyFileOf, tableRoles } from '../../model/table-roles';
import { bracePayload, splitList, type Word } from '../../syntax/list';
import { say } from '../../text/message';
import { nearest } from '../../text/nearest';
import type { SourceText } from '../../text/source-text';
import { trim } from '../../text/space';
import { replaceFix } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'tls-policy-invalid',
  title: { en: 'A TLS policy that cannot be read', 'pt-BR': 'Uma política de TLS que não pode ser lida' },
  severity: 'warning',
  files: ['table', 'main.cf'],
  fixable: true,
  page: {
    why: `smtp(8) reads the policy when mail for that destination is to go out. Where a word of it is wrong, it does not guess: the
mail is put off with "client TLS configuration problem", and so is all other mail for that destination. No command reports it before.`,
    remedy: 'Write a level that Postfix knows, then only attributes that this level has, each as `name=value`.',
    bad: {
      'main.cf': 'smtp_tls_policy_maps = texthash:/etc/postfix/tls_policy\n',
      tls_policy: 'example.net secured match=nexthop\n',
    },
    good: {
      'main.cf': 'smtp_tls_policy_maps = texthash:/etc/postfix/tls_policy\n',
      tls_policy: 'example.net secure match=nexthop\n',
    },
    see: ['postconf(5), smtp_tls_policy_maps', 'The messages of smtp(8) 3.7.11'],
  },
  messages: {
    level: {
      en: 'There is no TLS level "{word}": mail for {key} is put off. There are: {levels}.',
      'pt-BR': 'Não existe o nível de TLS "{word}": as mensagens para {key} são adiadas. Há: {levels}.',
    },
    attribute: {
      en: 'Postfix {version} has no policy attribute "{word}": mail for {key} is put off. There are: {names}.',
      'pt-BR':
        'O Postfix {version} não tem o atributo de política "{word}": as mensagens para {key} são adiadas. Há: {names}.',
    },
    pair: {
      en: '"{word}" is no name=value: mail for {key} is put off. Attributes have no blanks in them.',
      'pt-BR': '"{word}" não é nome=valor: as mensagens para {key} são adiadas. Atributos não contêm espaços.',
    },
    misplaced: {
      en: 'The level {level} does not take {word}, only these do: {levels}. Mail for {key} is put off.',
      'pt-BR': 'O nível {level} não aceita {word}, só estes: {levels}. As mensagens para {key} são adiadas.',
    },
    twice: {
      en: '{word} may stand only once in a policy: mail for {key} is put off.',
      'pt-BR': '{word} só pode aparecer uma vez em uma política: as mensagens para {key} são adiadas.',
    },
    off: {
      en: 'The level none uses no TLS, so {word} does nothing. Take it out, or raise the level.',
      'pt-BR': 'O nível none não usa TLS, logo {word} não faz nada. Retire-o ou suba o nível.',
    },
  },
  check(site, report) {
    const { postfixVersion: version } = site.options;
    const levels = keywordsOf('smtp_tls_security_level')?.words ?? [];
    const attributes = [...policyAttributes].filter(([, a]) => compareVersions(a.since ?? '0', version) <= 0);
    const names = attributes.map(([name]) => name);
    const bracesKnown = compareVersions(bracedSince, version) <= 0;
    const seen = new Set<SourceText>();
    for (const { table, parameter } of tableRoles(site)) {
      if (!/^(?:(?:smtp|lmtp)_tls|tlsproxy_client)_policy_maps$/.test(parameter)) continue;
      const source = keyFileOf(site, table);
      if (!source || seen.has(source)) continue;
      seen.add(source);
      for (const entry of readTable(source).entries) {
        const text = source.slice(entry.valueSpan);
        // A value of several lines has no word whose place is sure.
        if (text.includes('\n') || holesIn(text).length > 0) continue;
        const [first, ...rest] = splitList(text);
        const level = first?.text.toLowerCase() ?? '';
        const tell = (
          word: Word,
          kind: Kind,
          about: string,
          more: Record<string, string> = {},
          from?: readonly string[],
        ) => {
          const start = entry.valueSpan.start + word.start;
          const place = { start, end: start + about.length };
          const fixes = from ? mend(source, about, start, from) : [];
          report(source, place, kind, { word: about, key: entry.key, version, level, ...more }, { fixes });
        };
        if (first && !levels.includes(level)) {
          tell(first, 'level', first.text, { levels: levels.join(', ') }, levels);
          continue;
        }
        const before = new Set<string>();
        for (const word of rest) {
          const braced = bracesKnown ? bracePayload(word) : undefined;
          const pair = /^([^=\s]+)\s*=([^]*)$/.exec(braced?.text ?? word.text);
          const written = pair?.[1] ?? '';
          const name = written.toLowerCase();
          const attribute = attributes.find(([known]) => known === name)?.[1];
          const tellName = (kind: Kind, more?: Record<string, string>, from?: readonly string[]) => {
            tell(braced ?? word, kind, written, more, from);
          };
          if (level === 'none') tell(word, 'off', word.text);
          else if (!pair || braced?.problem !== undefined) tell(word, 'pair', word.text);
          else if (!attribute) tellName('attribute', { names: names.join(', ') }, names);
          else if (trim(pair[2] ?? '') === '' && !attribute.empty) tell(word, 'pair', word.text);
          else if (attribute.levels && !attribute.levels.includes(level))
            tellName('misplaced', { levels: attribute.levels.join(', ') });
          else if (before.has(name) && !attribute.several) tellName('twice');
          before.add(name);
        }
      }
    }
  },
});

type Kind = 'level' | 'attribute' | 'pair' | 'misplaced' | 'twice' | 'off';

/** Writes the word that was meant, where one is near. */
function mend(source: SourceText, word: string, start: number, known: readonly string[]): Fix[] {
  const near = nearest(word.toLowerCase(), known);
  const title = say('Write {near}', 'Escrever {near}', { near: near ?? '' });
  return near ? [replaceFix(title, source, { start, end: start + word.length }, near, false)] : [];
}

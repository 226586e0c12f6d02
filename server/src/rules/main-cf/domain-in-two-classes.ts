import { siteSettings, type Place } from '../../model/settings';
import { compiledTypes, parseTableName, resolveFile } from '../../model/tables';
import type { Site } from '../../model/site';
import { readTable } from '../../analysis/lookup/table-file';
import { derived } from '../../text/derived';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { defineRule } from '../rule';

const classes = ['mydestination', 'virtual_alias_domains', 'virtual_mailbox_domains', 'relay_domains'] as const;

export const rule = defineRule({
  id: 'domain-in-two-classes',
  title: { en: 'A domain is listed in two classes', 'pt-BR': 'Um domínio está em duas classes' },
  severity: 'warning',
  files: ['main.cf'],
  page: {
    why: `Each domain belongs to one address class: local (mydestination), virtual alias, virtual mailbox, or relay. Where it is
listed in two, one of them wins and the other's users do not exist: mail for them is refused or goes to the wrong place. Postfix
logs "do not list domain … in BOTH …" for each message, or, with relay_domains, nothing at all.`,
    remedy: 'Take the domain out of all lists but the one whose users it has.',
    bad: `mydestination = localhost, example.com
virtual_mailbox_domains = example.com
`,
    good: `mydestination = localhost
virtual_mailbox_domains = example.com
`,
    see: [
      'ADDRESS_CLASS_README',
      'Postfix 3.7.11: "do not list domain … in BOTH mydestination and virtual_mailbox_domains"',
    ],
  },
  messages: {
    both: {
      en: '{domain} is listed in {first} and in {second}: {first} wins, and the users of the other are unknown. Take it out of one.',
      'pt-BR':
        '{domain} está em {first} e em {second}: vale {first}, e os usuários da outra lista ficam desconhecidos. Retire-o de uma.',
    },
  },
  check(site, report) {
    const listed = classes.map(name => ({ name, lists: listsOf(site, name) })).filter(({ lists }) => lists.length > 0);
    if (listed.length < 2) return;
    const told = new Set<string>();
    listed.forEach(({ name, lists }, i) => {
      for (const first of listed.slice(0, i)) {
        for (const list of lists) {
          for (const earlier of first.lists) {
            for (const domain of inBoth(list, earlier)) {
              const place = list.get(domain);
              const key = `${name} ${domain} ${place?.source.path ?? ''}`;
              if (!place || told.has(key)) continue;
              told.add(key);
              const at = earlier.get(domain);
              const related = at ? [{ ...at, message: say('listed here as well', 'listado aqui também') }] : [];
              report(place.source, place.span, 'both', { domain, first: first.name, second: name }, { related });
            }
          }
        }
      }
    });
  },
});

/** Domains, each with the first place that names it. */
type List = ReadonlyMap<string, Place | undefined>;

/** The domains that stand in both; as long as the shorter one takes. */
function inBoth(a: List, b: List): string[] {
  const [short, long] = a.size < b.size ? [a, b] : [b, a];
  return [...short.keys()].filter(domain => long.has(domain));
}

/** The domains of a class that the files name: its words, and the keys of each of its table files. */
function listsOf(site: Site, name: (typeof classes)[number]): List[] {
  const settings = siteSettings(site);
  const setting = settings.get(name);
  // The old default of relay_domains is $mydestination, and the default of virtual_alias_domains the alias maps.
  if (!setting.isSet || (name !== 'mydestination' && /\$[{(]?(?:mydestination|virtual_)/.test(setting.raw))) return [];
  const words = new Map<string, Place | undefined>();
  const tables: List[] = [];
  for (const { text, place } of settings.words(name)) {
    if (text.startsWith('#')) break;
    const table = parseTableName(text);
    if (!table) {
      const domain = text.toLowerCase();
      if (/^[\w-]+(?:\.[\w-]+)+$/.test(text) && !words.has(domain)) words.set(domain, place);
      continue;
    }
    if (!compiledTypes.has(table.type) && table.type !== 'texthash') continue;
    const { state } = resolveFile(site, table.name);
    if (state.kind === 'text') tables.push(keysOf(state.source));
  }
  return [words, ...tables];
}

const keysOf: (source: SourceText) => List = derived(source => {
  const out = new Map<string, Place>();
  for (const { key, keySpan } of readTable(source).entries) {
    const domain = key.toLowerCase();
    if (!key.includes('@') && key.includes('.') && !out.has(domain)) out.set(domain, { source, span: keySpan });
  }
  return out;
});

import { siteSettings, type Place } from '../../model/settings';
import { compiledTypes, parseTableName, resolveFile } from '../../model/tables';
import type { Site } from '../../model/site';
import { readTable } from '../../analysis/lookup/table-file';
import { say } from '../../text/message';
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
    const seen = new Map<string, { name: string; place: Place | undefined }>();
    for (const name of classes) {
      for (const { domain, place } of domainsOf(site, name)) {
        const earlier = seen.get(domain);
        if (!earlier) seen.set(domain, { name, place });
        else if (earlier.name !== name && place) {
          const related = earlier.place
            ? [{ ...earlier.place, message: say('listed here as well', 'listado aqui também') }]
            : [];
          report(place.source, place.span, 'both', { domain, first: earlier.name, second: name }, { related });
        }
      }
    }
  },
});

interface Listed {
  readonly domain: string;
  readonly place: Place | undefined;
}

/** The domains of a class that the files name: words, and the keys of table files. */
function domainsOf(site: Site, name: (typeof classes)[number]): Listed[] {
  const settings = siteSettings(site);
  const setting = settings.get(name);
  // The old default of relay_domains is $mydestination, and the default of virtual_alias_domains the alias maps.
  if (!setting.isSet || (name !== 'mydestination' && /\$[{(]?(?:mydestination|virtual_)/.test(setting.raw))) return [];
  const out: Listed[] = [];
  for (const { text, place } of settings.words(name)) {
    if (text.startsWith('#')) break;
    const table = parseTableName(text);
    if (!table) {
      if (/^[\w-]+(?:\.[\w-]+)+$/.test(text)) out.push({ domain: text.toLowerCase(), place });
      continue;
    }
    if (!compiledTypes.has(table.type) && table.type !== 'texthash') continue;
    const { state } = resolveFile(site, table.name);
    if (state.kind !== 'text') continue;
    for (const { key, keySpan } of readTable(state.source).entries) {
      if (!key.includes('@') && key.includes('.'))
        out.push({ domain: key.toLowerCase(), place: { source: state.source, span: keySpan } });
    }
  }
  return out;
}

import { defaultOf, parameters } from '../../facts/parameters';
import { holesIn } from '../../model/holes';
import { mainParameters } from '../../model/settings';
import { say } from '../../text/message';
import { removeLine } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'same-as-default',
  title: { en: 'Says what is the default anyway', 'pt-BR': 'Diz o que já é o padrão' },
  severity: 'hint',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `A main.cf that holds only what differs from the defaults can be read in a minute, and profits from better defaults
of later versions. Paths and names that the distribution's package writes down, and parameters whose default has changed at
some time or hangs on compatibility_level, are left alone: there a line has its reason.`,
    remedy: 'Take the line away, or leave it as a reminder.',
    bad: `notify_classes = resource, software
`,
    good: `notify_classes = resource, software, policy
`,
    see: ['postconf(5)', 'postconf -d'],
  },
  messages: {
    same: {
      en: '{name} has this value by default.',
      'pt-BR': '{name} já tem este valor por padrão.',
    },
  },
  check(site, report) {
    const { main } = site;
    if (!main) return;
    for (const [name, { value, nameSpan, line }] of mainParameters(site)) {
      const parameter = parameters.get(name);
      // Only what the parameter table of the programs has: defaults of gone names mean nothing.
      if (!parameter?.type || parameter.defaults || ofThePackage.test(name)) continue;
      const standard = defaultOf(name, site.options.postfixVersion);
      if (standard === undefined || standard.includes('compatibility_level') || holesIn(value).length > 0) continue;
      if (plain(value) !== plain(standard)) continue;
      const title = say('Remove the line', 'Remover a linha');
      report(main, nameSpan, 'same', { name }, { fixes: [{ title, safe: false, edits: removeLine(main, line) }] });
    }
  },
});

/** What builds and packages set: directories, files, owners, the machine's protocols, and empty values that shield. */
const ofThePackage =
  /_(?:directory|path|maps|database|group|owner|file|files|type|privs|restrictions)$|^(?:mail_owner|inet_protocols|inet_interfaces|compatibility_level|default_database_type|relayhost|mydestination|myorigin|biff|readme_directory|mail_name|smtpd_banner)$/;

const plain = (value: string): string =>
  value
    .replace(/[\s,]+/g, ' ')
    .replace(/\$\{(\w+)\}|\$\((\w+)\)/g, (_, a?: string, b?: string) => `$${a ?? b ?? ''}`)
    .trim();

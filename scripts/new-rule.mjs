// npm run new-rule -- KIND ID: writes a rule and its test, with placeholders that fail until they are filled in.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const kinds = {
  any: { files: "'main.cf', 'master.cf', 'checks', 'table', 'shell', 'iptables-save'", source: 'site.main' },
  'main-cf': { files: "'main.cf'", source: 'site.main' },
  restrictions: { files: "'main.cf', 'master.cf'", source: 'site.main' },
  'master-cf': { files: "'master.cf'", source: 'site.master' },
  checks: { files: "'checks'", source: 'site.extra[0]?.source' },
  iptables: { files: "'shell', 'iptables-save'", source: 'site.firewalls[0]?.source' },
};
const [kind = '', id = ''] = process.argv.slice(2);

if (!(kind in kinds) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
  console.error(
    `Use: npm run new-rule -- KIND ID\n  KIND: ${Object.keys(kinds).join(', ')}\n  ID: kebab-case, says the defect`,
  );
  process.exit(2);
}
const { files, source } = kinds[kind];
put(
  join('server/src/rules', kind, `${id}.ts`),
  `import { span } from '../../text/span';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: '${id}',
  title: { en: 'FILL IN: the fault in one line', 'pt-BR': 'PREENCHER: a falha em uma linha' },
  severity: 'warning',
  files: [${files}],
  page: {
    why: 'FILL IN: what it is and why it matters.',
    remedy: 'FILL IN: how to be rid of it.',
    bad: '',
    good: '',
    see: [],
  },
  messages: {
    found: { en: 'FILL IN: what is wrong, what it leads to, what to do', 'pt-BR': 'PREENCHER' },
  },
  check(site, report) {
    const source = ${source};
    if (source?.text.includes('FILL IN')) report(source, span(0, 7), 'found');
  },
});
`,
);
put(
  join('test/rules', kind, `${id}.test.ts`),
  `import { rule } from '@postfix-tools/server/rules/${kind}/${id}';
import { checkRule } from '../../support/rules';

describe('${id}', () => {
  it('FILL IN: fires when', () =>
    checkRule(
      rule,
      \`
      FILL IN = text
      #       ^^^^ found
      \`,
    ));
  it('FILL IN: is silent when', () => checkRule(rule, \`FILL IN\`));
});
`,
);
console.log('Then: npm run gen');

function put(path, text) {
  const file = join(root, path);
  if (existsSync(file)) {
    console.error(`${path} is already there`);
    process.exit(2);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

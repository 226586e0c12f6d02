import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ignore-unused',
  title: {
    en: 'A comment silences a rule that finds nothing there',
    'pt-BR': 'Um comentário silencia uma regra que nada encontra ali',
  },
  severity: 'hint',
  files: ['main.cf', 'master.cf', 'checks', 'table', 'shell', 'iptables-save'],
  page: {
    why: `The fault is gone, or the name is misspelt. Left where it is, the comment would silence the next real fault on
that line.`,
    remedy: 'Take the comment away, or mend the name (`postfix-lint rules` lists them).',
    bad: {
      'main.cf': `# postfix-lint: ignore soft-bounce-on -- while we test
soft_bounce = no
`,
    },
    good: {
      'main.cf': `soft_bounce = no
`,
    },
    see: [],
  },
  messages: {
    unused: {
      en: '{rule} finds nothing in the line below: take this comment away.',
      'pt-BR': '{rule} não encontra nada na linha abaixo: remova este comentário.',
    },
    unknown: {
      en: 'There is no rule {rule}, so this silences nothing.',
      'pt-BR': 'Não existe a regra {rule}; isto não silencia nada.',
    },
  },
  // Only after all other rules have run is it known what was not silenced: the driver reports for this rule.
  check() {},
});

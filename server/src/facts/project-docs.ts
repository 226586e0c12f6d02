/** What the keys of .postfix-lint.yaml are for. */
import type { Text } from '../text/message';

/** By key; those of an entry of `sites` included. */
export const projectDocs: Readonly<Record<string, Text>> = {
  'postfix-version': {
    en: 'The Postfix version aimed at, such as `3.7` or `3.7.11`. Defaults and rules go by it.',
    'pt-BR': 'A versão do Postfix visada, como `3.7` ou `3.7.11`. Padrões e regras seguem por ela.',
  },
  domains: {
    en: 'Own domains beside those that the configuration names.',
    'pt-BR': 'Domínios próprios além dos que a configuração nomeia.',
  },
  severity: {
    en: 'Another severity for single rules: error, warning, information, hint or off.',
    'pt-BR': 'Outra severidade para regras específicas: error, warning, information, hint ou off.',
  },
  skip: { en: 'Rules that are left out.', 'pt-BR': 'Regras deixadas de fora.' },
  sites: {
    en: 'The sites of this project: their folders, where they are not to be searched for.',
    'pt-BR': 'Os sites deste projeto: suas pastas, quando não devem ser procuradas.',
  },
  baseline: {
    en: 'The file of findings that are known and not told again; `postfix-lint check --write-baseline FILE` writes it.',
    'pt-BR':
      'O arquivo dos achados já conhecidos, que não são mostrados; `postfix-lint check --write-baseline ARQUIVO` o grava.',
  },
  folder: {
    en: 'The folder of main.cf and master.cf, beside this file.',
    'pt-BR': 'A pasta de main.cf e master.cf, a partir deste arquivo.',
  },
  firewall: {
    en: 'Scripts or dumps that are the firewall in front of this site.',
    'pt-BR': 'Scripts ou dumps que são o firewall diante deste site.',
  },
};

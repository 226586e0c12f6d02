import { equal } from 'node:assert/strict';
import { evidenceLine } from '@postfix-tools/server/hosts/evidence-line';

describe('the line of evidence', () => {
  it('says in the language of the reader that nothing matches', () => {
    const evidence = { header: { input: 'Subject: a', action: null } };
    equal(evidenceLine(evidence, 'en'), 'header: input="Subject: a" → no match');
    equal(evidenceLine(evidence, 'pt-BR'), 'header: input="Subject: a" → nada casa');
  });
});

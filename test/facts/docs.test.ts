import assert from 'node:assert/strict';
import { documentedParameters, parameterDoc } from '@postfix-tools/server/facts/parameter-docs';
import { parameters, transportParameter } from '@postfix-tools/server/facts/parameters';
import { restrictionDocs } from '@postfix-tools/server/facts/restriction-docs';
import { tableTypes } from '@postfix-tools/server/model/tables';
import { columnDocs, flagDocs, programDocs, tableTypeDocs } from '@postfix-tools/server/facts/word-docs';
import { daemons } from '@postfix-tools/server/facts/programs';

describe('texts on names', () => {
  it('are on parameters that exist, more than 250 of them, in both languages', () => {
    assert.ok(documentedParameters.length > 250);
    for (const name of documentedParameters) {
      assert.ok(parameters.has(name) || transportParameter(name), name);
      const doc = parameterDoc(name);
      for (const text of [doc?.en, doc?.['pt-BR']]) assert.match(text ?? '', /[.…)`]$/, name);
    }
  });
  it('are on every table type, program and restriction, in both languages', () => {
    for (const type of tableTypes) assert.ok(tableTypeDocs[type], type);
    for (const program of daemons.keys()) assert.ok(programDocs[program] ?? program.startsWith('nbdb'), program);
    const all = [tableTypeDocs, programDocs, columnDocs, flagDocs, Object.fromEntries(restrictionDocs)];
    for (const texts of all) {
      for (const [name, text] of Object.entries(texts)) assert.ok(text.en !== '' && text['pt-BR'] !== '', name);
    }
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { SourceText, toBytes } from '@postfix-tools/server/text/source-text';
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import type { ChecksUse } from '@postfix-tools/server/analysis/checks/try-header';
import { tryMessage } from '@postfix-tools/server/analysis/checks/try-message';
import type { MessageMode } from '@postfix-tools/server/analysis/checks/try-message';

const folder = '../shared/oracle/headers';

interface Input {
  readonly key?: string;
  readonly message?: string;
  readonly mode?: MessageMode;
  readonly expect: string | null;
  readonly log?: readonly string[];
}
interface Case {
  readonly id: string;
  readonly type: 'pcre' | 'regexp';
  readonly use: ChecksUse;
  readonly encoding?: 'latin1';
  readonly table: string;
  readonly inputs: readonly Input[];
  readonly warnings: readonly string[];
}
interface Suite {
  readonly id: string;
  readonly type: 'pcre' | 'regexp';
  readonly table: string;
  readonly warnings: readonly string[];
  readonly extra?: readonly string[];
  readonly extra_expect?: readonly (string | null)[];
  readonly witness: { readonly missed: readonly string[]; readonly wrongly_hit: readonly string[] };
}

function read<T>(name: string): T[] {
  return readFileSync(`${folder}/${name}`, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T);
}

describe('recorded answers of postmap', () => {
  before(function () {
    // The recorded cases lie beside the repository, not in it.
    if (!existsSync(folder)) this.skip();
  });

  it('are ours, with every warning and log line', () => {
    const wrong: unknown[] = [];
    for (const one of read<Case>('cases.jsonl')) {
      const encoding = one.encoding ?? 'utf8';
      const bytes = (text: string): string => (encoding === 'latin1' ? text : toBytes(text));
      const table = loadTable(new SourceText('$table', one.table, encoding), one.type);
      const warnings = table.warnings.map(w => w.text);
      if (JSON.stringify(warnings) !== JSON.stringify(one.warnings.map(bytes)))
        wrong.push([one.id, one.warnings, warnings]);
      for (const input of one.inputs) {
        const expected = input.expect === null ? null : bytes(input.expect);
        if (input.message !== undefined) {
          const { output } = tryMessage(table, input.mode ?? 'h', bytes(input.message));
          if ((output === '' ? null : output) !== expected) wrong.push([one.id, input.message, expected, output]);
          continue;
        }
        const answer = tryHeader(table, one.use, bytes(input.key ?? ''));
        const log = JSON.stringify(answer.log) === JSON.stringify((input.log ?? []).map(bytes));
        if (answer.action !== expected || !log || answer.unknown.length > 0) {
          wrong.push([
            one.id,
            (input.key ?? '').slice(0, 80),
            expected,
            input.log,
            answer.action,
            answer.log,
            answer.unknown,
          ]);
        }
      }
    }
    deepEqual(wrong, []);
  });

  it('to forged senders are ours', () => {
    const rejects = (action: string | null): boolean => action !== null && /^(?:REJECT|DISCARD|HOLD)\b/i.test(action);
    const wrong: unknown[] = [];
    let asked = 0;
    for (const suite of read<Suite>('forged-sender.jsonl')) {
      const table = loadTable(new SourceText('$table', suite.table), suite.type);
      if (JSON.stringify(table.warnings.map(w => w.text)) !== JSON.stringify(suite.warnings.map(toBytes)))
        wrong.push([suite.id, suite.warnings]);
      const ask = (header: string): string | null => {
        asked++;
        return tryHeader(table, 'header_checks', toBytes(header)).action;
      };
      for (const header of suite.witness.missed) if (rejects(ask(header))) wrong.push([suite.id, 'missed', header]);
      for (const header of suite.witness.wrongly_hit) if (!rejects(ask(header))) wrong.push([suite.id, 'hit', header]);
      suite.extra?.forEach((header, i) => {
        const expected = suite.extra_expect?.[i] ?? null;
        const action = ask(header);
        if (action !== (expected === null ? null : toBytes(expected))) wrong.push([suite.id, header, expected, action]);
      });
    }
    deepEqual(wrong, []);
    ok(asked > 100);
    equal(wrong.length, 0);
  });
});

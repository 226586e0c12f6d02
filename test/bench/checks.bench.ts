/** Header checks: loading a table, an edit of it, looking headers up. */
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

const rule = (i: number): string =>
  `/^(?:From|Sender):.*@(?:[a-z0-9-]+\\.)*host${i}\\.example\\.com\\b/ REJECT forged ${i}\n`;
const posix = (i: number): string =>
  `/^(From|Sender):.*@([a-z0-9-]+\\.)*host${i}\\.example\\.com/ REJECT forged ${i}\n`;

function rules(count: number, one: (i: number) => string): string {
  let text = '';
  for (let i = 0; i < count; i++) text += one(i);
  return text;
}

const headers = [
  'From: "A. User" <user@mail.example.org>',
  'Subject: hello',
  'Message-ID: <1@example.net>',
  'Received: from a by b',
];
let edits = 0;

export const benches: readonly Bench[] = [
  {
    name: 'a pcre: table is loaded, no pattern known',
    unit: 'rule',
    sizes: [1000, 10_000],
    prepare: size => () => {
      const text = rules(size, i => rule(i + edits));
      edits += size;
      return loadTable(new SourceText('t', text), 'pcre');
    },
  },
  {
    name: 'one rule of a pcre: table is edited',
    unit: 'rule',
    sizes: [1000, 10_000],
    promise: 20,
    prepare: size => {
      const text = rules(size, rule);
      loadTable(new SourceText('t', text), 'pcre');
      return () => loadTable(new SourceText('t', text.replace('forged 5\n', `forged ${++edits}\n`)), 'pcre');
    },
  },
  ...(['pcre', 'regexp'] as const).map(type => ({
    name: `headers are looked up in a ${type}: table of 100 rules`,
    unit: 'lookup',
    sizes: [headers.length],
    prepare: () => {
      const table = loadTable(new SourceText('t', rules(100, type === 'pcre' ? rule : posix)), type);
      return () => headers.map(header => tryHeader(table, 'header_checks', header).action);
    },
  })),
];

/** Header checks: loading a table, an edit of it, looking headers up. */
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { shadowsOf } from '@postfix-tools/server/analysis/checks/shadows';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules as allRules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
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

const mainCf =
  'myhostname = mx.example.com\nmydestination = example.com\nheader_checks = pcre:/etc/postfix/header_checks\n';
const checksRules = allRules.filter(r => r.files.includes('checks'));

/** All rules on tables, on a site whose table has this text. */
function checkTable(text: string): unknown {
  const sources = [new SourceText('/etc/postfix/main.cf', mainCf), new SourceText('/etc/postfix/header_checks', text)];
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
  return check(site, checksRules);
}

const evil = ['(a+)+', '([a-z]+)*', '(a|aa)+', '(a|a?)+', '(.*a){12}', '([a-z0-9]+ ?)+'];

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
  {
    name: 'shadowed rules of a pcre: table, no pattern known',
    unit: 'rule',
    sizes: [1000, 10_000],
    promise: 2000,
    prepare: size => () => {
      const text = rules(size, i => rule(i + edits));
      edits += size;
      return shadowsOf(loadTable(new SourceText(`t${edits}`, text), 'pcre'));
    },
  },
  {
    name: 'shadowed rules after an edit of one rule of a pcre: table',
    unit: 'rule',
    sizes: [1000, 10_000],
    promise: 20,
    prepare: size => {
      const text = rules(size, rule);
      const edited = (): unknown =>
        shadowsOf(loadTable(new SourceText('edited', text.replace('host5\\.', `host5x${++edits}\\.`)), 'pcre'));
      edited();
      return edited;
    },
  },
  {
    name: 'all rules on tables after an edit of one rule',
    unit: 'rule',
    sizes: [1000, 10_000],
    promise: 20,
    prepare: size => {
      const text = rules(size, rule);
      checkTable(text);
      return () => checkTable(text.replace('host5\\.', `host5x${++edits}\\.`));
    },
  },
  {
    name: 'evil patterns are asked with headers made for them',
    unit: 'pattern',
    sizes: [evil.length],
    promise: 50 * evil.length,
    prepare: () => {
      const tables = evil.map(e => loadTable(new SourceText('t', `/^Subject: ${e}!$/ REJECT\n`), 'pcre'));
      const header = `Subject: ${'a'.repeat(60)}`;
      return () => tables.map(table => tryHeader(table, 'header_checks', header).action);
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

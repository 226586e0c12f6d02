/** Header checks: loading a table, an edit of it, looking headers up. */
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { shadowsOf } from '@postfix-tools/server/analysis/checks/shadows';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules as allRules } from '@postfix-tools/server/rules/index.generated';
import type { TableType } from '@postfix-tools/server/syntax/table/table-line';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

/** One rule of a table by its number; two tables with other numbers share no pattern. */
type OneRule = (i: number) => string;

const sender: OneRule = i => `/^(?:From|Sender):.*@(?:[a-z0-9-]+\\.)*host${i}\\.example\\.net\\b/ REJECT forged ${i}\n`;
const posixSender: OneRule = i => `/^(From|Sender):.*@([a-z0-9-]+\\.)*host${i}\\.example\\.net/ REJECT forged ${i}\n`;

/** A pronounceable word, another for each number. */
function word(i: number): string {
  let out = '';
  for (let n = i + 1; n > 0; n = Math.floor(n / 85)) {
    const k = n % 85;
    out += 'bcdfgklmnprstvwxz'.charAt(Math.floor(k / 5)) + 'aeiou'.charAt(k % 5);
  }
  return out;
}

const actions = ['REJECT', 'DISCARD', 'WARN', 'HOLD', 'REJECT spam', 'PREPEND X-Seen: yes', 'DUNNO'];
/** What tables of years are made of: words in subjects, names of attachments, links, relays, programs, lists. */
const kinds: readonly OneRule[] = [
  i => `/^Subject:.*\\b(?:${word(i)}|${word(i * 7)} ${word(i + 3)}|${word(i * 3)}s?)\\b/`,
  i => `/^Subject:\\s*(?:re|fwd?):.*${word(i)}[- ]?${word(i * 5)}/`,
  i => `/^Content-(?:Type|Disposition):.*name\\s*=\\s*"?${word(i)}.*\\.(?:exe|scr|pif|bat|com|vbs)"?\\s*$/`,
  i => `/^Content-(?:Type|Disposition):.*name\\s*=\\s*"?[^"]*\\.${word(i).slice(0, 6)}"?\\s*(?:;|$)/`,
  i => `/https?:\\/\\/(?:www\\.)?${word(i)}\\.(?:com|net|info)(?:\\/|\\b)/`,
  i => `/^Received:.*\\[198\\.51\\.${(i >> 8) & 255}\\.${i & 255}\\]/`,
  i => `/^X-Mailer:\\s+${word(i)}[0-9. ]+/`,
  i => `/^(?:To|Cc):.*${word(i)}@example\\.org/`,
  i => `/^Message-ID:\\s*<[a-z0-9]{8,}@${word(i)}>/`,
  i => `/^From:(?!.*@example\\.org>?$).*${word(i)} ${word(i * 2)}/`,
  i => `/^List-Id:.*<${word(i)}\\.(?!ok)[a-z]+>/`,
  i => `/${word(i)} (?:${word(i * 11)}|${word(i * 13)}) now/`,
];

const mixed: OneRule = i => {
  const inIf = i % 100 >= 40 && i % 100 <= 60;
  const kind = kinds[i % (inIf ? 2 : kinds.length)];
  const rule = `${kind?.(i) ?? ''} ${actions[i % actions.length]} ${i}\n`;
  if (i % 100 === 40) return `if /^Subject:/\n${rule}`;
  return i % 100 === 60 ? `${rule}endif\n` : i % 10 === 0 ? `# ${word(i)}\n${rule}` : rule;
};
const posixMixed: OneRule = i =>
  mixed(i)
    .replace(/\(\?:/g, '(')
    .replace(/\(\?![^)]*\)/g, '')
    .replace(/\\s/g, '[[:space:]]');

const tables = [
  { name: 'senders', type: 'pcre', one: sender },
  { name: 'all kinds', type: 'pcre', one: mixed },
  { name: 'all kinds', type: 'regexp', one: posixMixed },
] as const;

/** A table of rules with these numbers. */
function rules(from: number, count: number, one: OneRule): string {
  let text = '';
  for (let i = from; i < from + count; i++) text += one(i);
  return text;
}

/** The table with a word in the pattern of its middle rule that was never there. */
function edited(table: SourceText): SourceText {
  const at = table.text.indexOf(':', table.text.length / 2) + 1;
  return table.edited(`${table.text.slice(0, at)}edit${++edits}${table.text.slice(at)}`);
}

const headers = [
  'From: "A. User" <user@mail.example.org>',
  'Subject: hello',
  'Message-ID: <1@example.net>',
  'Received: from a by b',
];
let edits = 0;

const checksRules = allRules.filter(r => r.files.includes('checks'));

/** All rules on tables, on a site with this table. */
function checkTable(table: SourceText, type: TableType): unknown {
  const mainCf = `myhostname = mx.example.com\nmydestination = example.com\nheader_checks = ${type}:/etc/postfix/header_checks\n`;
  const sources = [new SourceText('/etc/postfix/main.cf', mainCf), table];
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
  return check(site, checksRules);
}

const evil = ['(a+)+', '([a-z]+)*', '(a|aa)+', '(a|a?)+', '(.*a){12}', '([a-z0-9]+ ?)+'];

export const benches: readonly Bench[] = [
  ...tables.flatMap(({ name, type, one }): Bench[] => {
    const sizes = [1000, 10_000];
    /** A table whose patterns no run before has seen. */
    const unseen = (size: number): SourceText => new SourceText('t', rules((edits += size), size, one));
    const seen = (size: number): SourceText => new SourceText('/etc/postfix/header_checks', rules(0, size, one));
    const of = `a ${type}: table of ${name}`;
    return [
      {
        name: `${of} is loaded, no pattern known`,
        unit: 'rule',
        sizes,
        prepare: n => () => loadTable(unseen(n), type),
      },
      {
        name: `${of}: shadowed rules, no pattern known`,
        unit: 'rule',
        sizes,
        promise: 2000,
        prepare: n => () => shadowsOf(loadTable(unseen(n), type)),
      },
      {
        name: `${of}: one rule is edited`,
        unit: 'rule',
        sizes,
        promise: 20,
        prepare: n => {
          const table = seen(n);
          loadTable(table, type);
          return () => loadTable(edited(table), type);
        },
      },
      {
        name: `${of}: shadowed rules after an edit of one rule`,
        unit: 'rule',
        sizes,
        promise: 20,
        prepare: n => {
          const table = seen(n);
          shadowsOf(loadTable(table, type));
          return () => shadowsOf(loadTable(edited(table), type));
        },
      },
      {
        name: `${of}: all rules after an edit of one rule`,
        unit: 'rule',
        sizes,
        promise: 20,
        prepare: n => {
          const table = seen(n);
          checkTable(table, type);
          return () => checkTable(edited(table), type);
        },
      },
    ];
  }),
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
      const table = loadTable(new SourceText('t', rules(0, 100, type === 'pcre' ? sender : posixSender)), type);
      return () => headers.map(header => tryHeader(table, 'header_checks', header).action);
    },
  })),
];

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { incoming, outgoing, prepareCalls } from '@postfix-tools/server/features/call-hierarchy';
import { lensesOf, lensText } from '@postfix-tools/server/features/code-lens';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { aboutItem } from '@postfix-tools/server/features/completion/resolve';
import { foldsOf, selectionAt } from '@postfix-tools/server/features/folding';
import { formatFile, formatOnType, formatRange } from '@postfix-tools/server/features/formatting/format';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { inlayHints } from '@postfix-tools/server/features/inlay-hints';
import { linksOf } from '@postfix-tools/server/features/navigation/links';
import { definitionsAt, highlightsAt, referencesAt } from '@postfix-tools/server/features/navigation/occurrences';
import { renameAt } from '@postfix-tools/server/features/navigation/rename';
import { outlineOf, searchSymbols } from '@postfix-tools/server/features/navigation/symbols';
import { signatureAt } from '@postfix-tools/server/features/signature-help';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { parseProject } from '@postfix-tools/server/model/project';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { format } from '@postfix-tools/server/text/message';
import { cursorIn, docText, type Cursor } from '../support/features';
import { root } from '../support/shared';

/** What one method gives at a place, as a text to be compared. */
const methods: Readonly<Record<string, (at: Cursor) => string>> = {
  'textDocument/completion': ({ site, source, offset }) =>
    completeAt(site, source, offset)
      .map(i => i.label)
      .join(' '),
  'completionItem/resolve': ({ site, source, offset }) =>
    completeAt(site, source, offset)
      .map(i => (i.about ? `${i.label}: ${docText(aboutItem(i.about, '3.7'))}` : ''))
      .join('\n'),
  'textDocument/hover': ({ site, source, offset }) => docText(hoverAt(site, source, offset)?.doc),
  'textDocument/signatureHelp': ({ site, source, offset }) => signatureAt(site, source, offset)?.label ?? '',
  'textDocument/definition': ({ site, source, offset }) =>
    definitionsAt(site, source, offset)
      .map(o => `${o.source.path}:${o.source.slice(o.span)}`)
      .join(' '),
  'textDocument/references': ({ site, source, offset }) => `${referencesAt(site, source, offset, true).length} places`,
  'textDocument/documentHighlight': ({ site, source, offset }) => `${highlightsAt(site, source, offset).length} places`,
  'textDocument/rename': ({ site, source, offset }) => {
    const renamed = renameAt(site, source, offset, 'another');
    return 'edits' in renamed ? `${renamed.edits.length} edits` : '';
  },
  'textDocument/documentLink': ({ site, source }) =>
    linksOf(site, source)
      .map(l => l.target)
      .join(' '),
  'textDocument/documentSymbol': ({ site, source }) =>
    outlineOf(site, source)
      .map(s => `${s.name} ${s.children.map(c => c.name).join(' ')}`)
      .join('\n'),
  'workspace/symbol': ({ site, source }) =>
    searchSymbols(site, '')
      .filter(s => s.source === source)
      .map(s => s.name)
      .join('\n'),
  'textDocument/foldingRange': ({ site, source }) =>
    foldsOf(site, source)
      .map(f => `${f.from}-${f.to} ${f.kind}`)
      .join('\n'),
  'textDocument/selectionRange': ({ site, source, offset }) =>
    selectionAt(site, source, offset)
      .map(s => source.slice(s))
      .join('\n'),
  'textDocument/semanticTokens': ({ site, source }) =>
    tokensOf(site, source)
      .map(t => `${t.type} ${source.slice(t.span)}`)
      .join('\n'),
  'textDocument/inlayHint': ({ site, source }) =>
    inlayHints(site, source, { start: 0, end: source.text.length })
      .map(h => (typeof h.text === 'string' ? h.text : format(h.text, 'en')))
      .join(' '),
  'textDocument/codeLens': ({ site, source }) =>
    lensesOf(site, source)
      .map(l => format(lensText(site, source, l), 'en'))
      .join('\n'),
  'textDocument/formatting': ({ site, source }) =>
    formatFile(site, source)
      .map(e => e.newText)
      .join('\n'),
  'textDocument/rangeFormatting': ({ site, source, offset }) =>
    formatRange(site, source, { start: offset, end: offset })
      .map(e => e.newText)
      .join('\n'),
  'textDocument/onTypeFormatting': ({ site, source, offset }) =>
    formatOnType(site, source, offset)
      .map(e => JSON.stringify(e.newText))
      .join(' '),
  callHierarchy: ({ site, source, offset }) => {
    const node = prepareCalls(site, source, offset);
    return node ? [...outgoing(site, node.symbol), ...incoming(site, node.symbol)].map(c => c.node.name).join(' ') : '';
  },
  'textDocument/diagnostic': ({ site, source }) =>
    source.path.endsWith('.yaml')
      ? parseProject(source)
          .problems.map(p => format(p.message, 'en'))
          .join('\n')
      : check(site, rules)
          .filter(f => f.source === source)
          .map(f => f.rule)
          .join(' '),
  'workspace/diagnostic': ({ site, source }) =>
    check(site, rules)
      .filter(f => f.source === source)
      .map(f => f.rule)
      .join(' '),
  'textDocument/codeAction': ({ site, source }) =>
    check(site, rules)
      .filter(f => f.source === source)
      .map(f => `ignore ${f.rule}, ${f.fixes.map(x => format(x.title, 'en')).join(', ')}`)
      .join('\n'),
};

type Cell = readonly [texts: Readonly<Record<string, string>>, wanted: RegExp];

const noReason = '# postfix-lint: ignore open-relay\n';
const main = (text: string): Record<string, string> => ({
  'etc/postfix/main.cf': text,
  'etc/postfix/master.cf': 'scan unix - - n - 10 smtp\n',
  'etc/postfix/transport': 'example.net smtp:\n',
});
const master = (text: string): Record<string, string> => ({
  'etc/postfix/master.cf': text,
  'etc/postfix/main.cf': 'own_list = reject\nsmtpd_banner = x\n',
  'etc/postfix/logins': 'a b\n',
});
const checks = (text: string): Record<string, string> => ({
  'etc/postfix/header_checks': text,
  'etc/postfix/main.cf': 'mydestination = example.com\nheader_checks = pcre:/etc/postfix/header_checks\n',
  'etc/postfix/master.cf': 'scan unix - - n - 10 smtp\n',
});
const table = (text: string): Record<string, string> => ({
  'etc/postfix/access': text,
  'etc/postfix/main.cf':
    'smtpd_restriction_classes = office\noffice = permit\nsmtpd_client_restrictions = check_client_access hash:/etc/postfix/access\n',
});
const routes = (text: string): Record<string, string> => ({
  'etc/postfix/routes': text,
  'etc/postfix/main.cf': 'transport_maps = hash:/etc/postfix/routes\n',
  'etc/postfix/master.cf': 'scan unix - - n - 10 smtp\n',
});
const script = (text: string): Record<string, string> => ({
  'fw.sh': `#!/bin/sh\nLAN=192.168.0.0/24\niptables -N own\n${text}`,
});
const project = (text: string): Record<string, string> => ({ 'main.cf': 'a = b\n', '.postfix-lint.yaml': text });

/** For every cell of the table: a text with a cursor, and what the method must give there. */
const cells: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  'main.cf': {
    'textDocument/completion': [main('smtpd_client_restrictions = check_client_access ‸'), /hash:.*cidr:|cidr:.*hash:/],
    'completionItem/resolve': [main('‸'), /myhostname: This server's full name/],
    'textDocument/hover': [main('mydomain = example.com\nmyorig‸in = $mydomain\n'), /Value: `example\.com`/],
    'textDocument/signatureHelp': [
      main('smtpd_client_restrictions = check_client_access ‸'),
      /check_client_access type:name/,
    ],
    'textDocument/definition': [main('x = 1\nmyorigin = $‸x\n'), /main\.cf:x/],
    'textDocument/references': [main('‸x = 1\nmyorigin = $x\n'), /^2 places/],
    'textDocument/documentHighlight': [main('‸x = 1\nmyorigin = $x\n'), /^2 places/],
    'textDocument/rename': [main('‸x = 1\nmyorigin = $x\n'), /^2 edits/],
    'textDocument/documentLink': [main('transport_maps = hash:/etc/postfix/transport‸\n'), /postfix\/transport/],
    'textDocument/documentSymbol': [main('‸x = 1\n'), /^x /],
    'workspace/symbol': [main('‸x = 1\n'), /^x$/],
    'textDocument/foldingRange': [main('‸x = 1\n 2\n# a\n# b\n'), /0-1 region\n2-3 comment/],
    'textDocument/selectionRange': [main('x = a ‸b\n c\n'), /^b\nx = a b\nx = a b\n c/],
    'textDocument/semanticTokens': [main('‸x = $y\n'), /parameter x\noperator =\noperator \$\nvariable y/],
    'textDocument/inlayHint': [main('‸x = 1\ny = $x\nrelayhost = [mx.example.net]:587\n'), /= 1 submission/],
    'textDocument/codeLens': [main('‸x = 1\ny = $x\n'), /used once/],
    'textDocument/formatting': [main('‸x=1\n'), /x = 1/],
    'textDocument/rangeFormatting': [main('x=1‸\ny=2\n'), /^x = 1$/],
    'textDocument/onTypeFormatting': [main('mynetworks = 127.0.0.0/8,\n‸'), /" {4}"/],
    callHierarchy: [main('content_filter = sc‸an:x\n'), /content_filter/],
    'textDocument/diagnostic': [main('‸myhostname = a\n= x\n'), /missing-equals/],
    'workspace/diagnostic': [main('‸= x\n'), /missing-equals/],
    'textDocument/codeAction': [main('‸x = 1\nx = 2\n'), /ignore duplicate-parameter, \w/],
  },
  'master.cf': {
    'textDocument/completion': [master('smtp inet n - y - - smtpd\n  -o ‸'), /smtpd_tls_security_level/],
    'completionItem/resolve': [master('smtp inet n - y - - ‸'), /smtpd: Receives mail by SMTP/],
    'textDocument/hover': [
      master('sub‸mission inet n - y - - smtpd\n  -o smtpd_banner=x\n'),
      /587[^]*`smtpd_banner` = `x`/,
    ],
    'textDocument/signatureHelp': [master('smtp inet ‸'), /service type private/],
    'textDocument/definition': [
      master('smtp inet n - y - - smtpd\n  -o smtpd_sender_restrictions=$own‸_list\n'),
      /main\.cf:own_list/,
    ],
    'textDocument/references': [
      master('smtp inet n - y - - smtpd\n  -o smtpd_sender_restrictions=$own‸_list\n'),
      /^2 places/,
    ],
    'textDocument/documentHighlight': [
      master('a unix - - n - - smtp\nb inet n - n - - smtpd\n  -o content_filter=‸a:x\n'),
      /^2 places/,
    ],
    'textDocument/rename': [
      master('‸a unix - - n - - smtp\nb inet n - n - - smtpd\n  -o content_filter=a:x\n'),
      /^2 edits/,
    ],
    'textDocument/documentLink': [
      master('smtp inet n - y - - smtpd\n  -o smtpd_sender_login_maps=hash:/etc/postfix/logins‸\n'),
      /logins/,
    ],
    'textDocument/documentSymbol': [master('‸smtp inet n - y - - smtpd\n  -o x=1\n'), /smtp inet x/],
    'workspace/symbol': [master('‸smtp inet n - y - - smtpd\n  -o x=1\n'), /smtp inet\nx/],
    'textDocument/foldingRange': [master('‸smtp inet n - y - - smtpd\n  -o x=1\n'), /0-1 region/],
    'textDocument/selectionRange': [master('smtp inet n - y - - smtpd\n  -o ‸x=1\n'), /^x\nx=1\n-o x=1\nsmtp inet/],
    'textDocument/semanticTokens': [master('‸smtp inet n - y - - smtpd\n'), /namespace smtp\ntype inet\nkeyword n/],
    'textDocument/inlayHint': [master('‸smtp inet n - y - - smtpd\n  -o x=$own_list\n'), /25 = reject/],
    'textDocument/codeLens': [
      master('‸smtp inet n - y - - smtpd\na unix - - n - - smtp\n'),
      /serves nobody[^]*used 0 times/,
    ],
    'textDocument/formatting': [master('‸smtp inet n - y - - smtpd\n'), /smtp {6}inet {2}n {7}-/],
    'textDocument/rangeFormatting': [master('a unix - - n - - smtp\n‸b unix - - n - - smtp\n'), /b {9}unix/],
    'textDocument/onTypeFormatting': [master('smtp inet n - y - - smtpd\n  -o x=1\n‸'), /" {2}"/],
    callHierarchy: [master('‸smtp inet n - y - - smtpd\n  -o content_filter=a:x\na unix - - n - - smtp\n'), /^a$/],
    'textDocument/diagnostic': [master('‸smtp inet n\n'), /service-field/],
    'workspace/diagnostic': [master('‸smtp inet n\n'), /service-field/],
    'textDocument/codeAction': [
      master('‸smtp inet n - y - - smtpd\n  -o smtpd_banner = x\n'),
      /ignore option-spaces, \w/,
    ],
  },
  checks: {
    'textDocument/completion': [checks('/^x/ ‸'), /REJECT/],
    'completionItem/resolve': [checks('/^x/ ‸'), /REJECT: Refuses/],
    'textDocument/hover': [checks('/^Fr‸om:.*x/ REJECT\n'), /the start of the text\n- `From:`/],
    'textDocument/definition': [checks('/^(x)/ PREPEND A: ‸$1\n'), /header_checks:\(x\)/],
    'textDocument/references': [checks('/^‸(x)\\1/ PREPEND A: $1\n'), /^4 places/],
    'textDocument/documentHighlight': [checks('/^a‸[bc]/ OK\n'), /^2 places/],
    'textDocument/rename': [checks('/^x/ FILTER sc‸an:y\n'), /^2 edits/],
    'textDocument/documentSymbol': [checks('‸/^x/ REJECT\n'), /^\/\^x\//],
    'workspace/symbol': [checks('‸/^x/ REJECT\n'), /\/\^x\//],
    'textDocument/foldingRange': [checks('‸/^x/\n  REJECT\n# a\n# b\n'), /0-1 region\n2-3 comment/],
    'textDocument/selectionRange': [checks('/^(‸x|y)/ REJECT\n'), /^x\nx\|y\n\(x\|y\)\n\^\(x\|y\)\n\/\^\(x\|y\)\/\n/],
    'textDocument/semanticTokens': [
      checks('‸/^x/i REJECT\n'),
      /keyword \^\nregexp x\noperator \/\nproperty i\nkeyword REJECT/,
    ],
    'textDocument/codeLens': [
      checks('‸/^From:.*@example\\.com/ REJECT\n'),
      /catches: From: cliente@example\.com and 5 more · lets through: From: [^]*try a header/,
    ],
    'textDocument/diagnostic': [checks(`‸${noReason}/^x/ REJECT\n`), /ignore-without-reason/],
    'workspace/diagnostic': [checks(`‸${noReason}/^x/ REJECT\n`), /ignore-without-reason/],
    'textDocument/codeAction': [checks(`‸${noReason}/^x/ REJECT\n`), /ignore ignore-without-reason/],
  },
  tables: {
    'textDocument/completion': [table('example.net ‸'), /REJECT.*office/],
    'completionItem/resolve': [table('example.net ‸'), /REJECT: Refuses/],
    'textDocument/hover': [table('192.0.2‸.1 OK\n'), /documentation/],
    'textDocument/definition': [table('example.net off‸ice\n'), /main\.cf:office/],
    'textDocument/references': [table('example.net off‸ice\n'), /^3 places/],
    'textDocument/documentHighlight': [table('example.net off‸ice\n'), /^1 places/],
    'textDocument/rename': [table('example.net off‸ice\n'), /^3 edits/],
    'textDocument/documentSymbol': [table('‸example.net OK\n'), /example\.net/],
    'workspace/symbol': [table('‸example.net OK\n'), /example\.net/],
    'textDocument/foldingRange': [table('‸example.net\n  OK\n# a\n# b\n'), /0-1 region\n2-3 comment/],
    'textDocument/selectionRange': [table('example.net O‸K\n'), /^OK\nexample\.net OK/],
    'textDocument/semanticTokens': [table('‸example.net OK\n'), /property example\.net\nkeyword OK/],
    'textDocument/inlayHint': [routes('‸example.net scan:[mx.example.net]:587\n'), /submission/],
    'textDocument/formatting': [table('‸a OK\nbb OK\n'), /^ {2}$/],
    'textDocument/rangeFormatting': [table('a‸ OK\nbb OK\n'), /^ {2}$/],
    'textDocument/diagnostic': [table(`‸${noReason}a OK\n`), /ignore-without-reason/],
    'workspace/diagnostic': [table(`‸${noReason}a OK\n`), /ignore-without-reason/],
    'textDocument/codeAction': [table(`‸${noReason}a OK\n`), /ignore ignore-without-reason/],
  },
  iptables: {
    'textDocument/completion': [script('iptables -A INPUT -j ‸'), /ACCEPT/],
    'completionItem/resolve': [script('iptables -A INPUT -j ‸'), /DROP: Throws/],
    'textDocument/hover': [script('iptables -A INPUT -p tcp --dport ‸25 -j ACCEPT\n'), /mail between servers/],
    'textDocument/signatureHelp': [script('iptables -A INPUT -p tcp --dport ‸'), /--dport port/],
    'textDocument/definition': [script('iptables -A INPUT -j ow‸n\n'), /fw\.sh:own/],
    'textDocument/references': [script('iptables -A INPUT -s $L‸AN -j own\n'), /^2 places/],
    'textDocument/documentHighlight': [script('iptables -A INPUT -j ow‸n\n'), /^2 places/],
    'textDocument/rename': [script('iptables -A INPUT -j ow‸n\n'), /^2 edits/],
    'textDocument/documentSymbol': [script('‸f() { :; }\n'), /LAN[^]*own[^]*f/],
    'workspace/symbol': [script('‸f() { :; }\n'), /LAN[^]*own[^]*f/],
    'textDocument/foldingRange': [script('‸f() {\n:\n}\n# a\n# b\n'), /3-5 region[^]*6-7 comment/],
    'textDocument/selectionRange': [script('iptables -A INPUT -j ow‸n\n'), /^own\niptables -A INPUT -j own/],
    'textDocument/semanticTokens': [
      script('‸iptables -A INPUT -j own\n'),
      /keyword -A\nclass INPUT\nkeyword -j\nclass own/,
    ],
    'textDocument/inlayHint': [
      script('‸iptables -A INPUT -s 130/8 -p tcp --dport 25 -j own\n'),
      /130\.0\.0\.0\/8 smtp/,
    ],
    'textDocument/codeLens': [script('‸iptables -A INPUT -j own\n'), /used once/],
    callHierarchy: [script('iptables -A INPUT -j ow‸n\n'), /INPUT/],
    'textDocument/diagnostic': [script(`‸${noReason}iptables -F\n`), /ignore-without-reason/],
    'workspace/diagnostic': [script(`‸${noReason}iptables -F\n`), /ignore-without-reason/],
    'textDocument/codeAction': [script(`‸${noReason}iptables -F\n`), /ignore ignore-without-reason/],
  },
  project: {
    'textDocument/completion': [project('‸'), /postfix-version.*sites/],
    'completionItem/resolve': [project('‸'), /domains: Own domains/],
    'textDocument/hover': [project('dom‸ains: x\n'), /Own domains/],
    'textDocument/foldingRange': [project('‸# a\n# b\ndomains: x\n'), /0-1 comment/],
    'textDocument/selectionRange': [project('domains: ‸x\n'), /^x\ndomains: x/],
    'textDocument/semanticTokens': [project('‸domains: x\n'), /property domains\noperator :\nstring x/],
    'textDocument/diagnostic': [project('‸domain: x\n'), /domain/],
  },
};

/** The table of docs/language-features.md: method, then a cell for each language. */
function readTable(): { languages: string[]; rows: { method: string; cells: string[] }[] } {
  const text = readFileSync(`${root}/docs/language-features.md`, 'utf8');
  const lines = text.split('\n').filter(line => line.startsWith('|'));
  const split = (line: string): string[] =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cell => cell.trim());
  const [head = '', , ...rows] = lines;
  return {
    languages: split(head).slice(1),
    rows: rows.map(row => ({ method: split(row)[0] ?? '', cells: split(row).slice(1) })),
  };
}

describe('docs/language-features.md', () => {
  const { languages, rows } = readTable();

  it('has a row for every method and a column for every language', () => {
    assert.deepEqual(rows.map(r => r.method).sort(), Object.keys(methods).sort());
    assert.deepEqual(languages, Object.keys(cells));
    for (const { method, cells: row } of rows) assert.equal(row.length, languages.length, method);
  });

  for (const { method, cells: row } of rows) {
    for (const [i, language] of languages.entries()) {
      const promised = row[i] ?? '';
      const cell = cells[language]?.[method];
      if (promised.startsWith('–')) {
        it(`${method} for ${language}: nothing, with a reason`, () => {
          assert.ok(promised.length > 10, 'a reason is missing');
          assert.equal(cell, undefined, 'there is something after all');
        });
      } else {
        it(`${method} for ${language}`, () => {
          assert.ok(promised !== '', 'the cell is empty');
          assert.ok(cell, 'nothing tries it out');
          const [texts, wanted] = cell;
          const ask = methods[method];
          assert.ok(ask);
          assert.match(ask(cursorIn(texts)), wanted);
        });
      }
    }
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { foldsOf, selectionAt } from '@postfix-tools/server/features/folding';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { definitionsAt, referencesAt } from '@postfix-tools/server/features/navigation/occurrences';
import { renameAt } from '@postfix-tools/server/features/navigation/rename';
import { linksOf } from '@postfix-tools/server/features/navigation/links';
import { outlineOf, searchSymbols } from '@postfix-tools/server/features/navigation/symbols';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { projectKeys, projectSiteKeys } from '@postfix-tools/server/model/project';
import { cursorIn, docText } from '../support/features';
import { root } from '../support/shared';
import { siteOf } from '../support/site';

const checks = `# own senders
/^From:.*@example\\.com/i REJECT 5.7.1 forged
if !/^Subject:/
/^X-(\\w+): *(a|b)?$/ PREPEND X-Was: $1
  and more
endif
/^To:/ FILTER spool:x
`;
const at = (text: string, mark: string): string => text.replace(mark.replace('‸', ''), mark);
const files = (text: string): Record<string, string> => ({
  'etc/postfix/main.cf':
    'myhostname = mx.example.com\nmydestination = example.com\nheader_checks = pcre:/etc/postfix/header_checks\n',
  'etc/postfix/master.cf': 'spool unix - n n - - pipe argv=/x\n',
  'etc/postfix/header_checks': text,
});
const labels = (texts: Record<string, string>): string[] => {
  const { site, source, offset } = cursorIn(texts);
  return completeAt(site, source, offset).map(i => i.label);
};
const hover = (text: string, lang: 'en' | 'pt-BR' = 'en'): string => {
  const { site, source, offset } = cursorIn(files(text));
  return docText(hoverAt(site, source, offset)?.doc, lang);
};

describe('checks: language features', () => {
  it('completion: actions, flags, headers, transports, if and endif', () => {
    assert.ok(labels(files('‸')).includes('endif'));
    assert.ok(labels(files('/^Sub‸')).includes('Subject'));
    assert.ok(labels(files('/^x/ ‸')).includes('REJECT'));
    assert.ok(labels(files('/^x/ RE‸')).includes('REPLACE'));
    assert.ok(labels(files('/^x/‸')).includes('i'));
    assert.ok(labels(files('/^x/ FILTER ‸')).includes('spool'));
    assert.deepEqual(labels(files('/^x/ REJECT some ‸')), []);
    assert.deepEqual(labels(files('/^(a)(b)/ PREPEND X: $‸')), ['$1', '$2']);
    assert.deepEqual(labels(files('/^(a)(b)/ PREPEND X: ${‸')), ['$1', '$2']);
    assert.deepEqual(labels(files('!/^(a)/ PREPEND X: $‸')), []);
    const old = siteOf(files('/^x/ \n'), { postfixVersion: '2.11' });
    const table = old.files.read('etc/postfix/header_checks');
    assert.ok(table.kind === 'text');
    const known = completeAt(old, table.source, 5).map(i => i.label);
    assert.ok(known.includes('INFO') && !known.includes('PASS') && !known.includes('BCC'));
    const outgoing = {
      ...files('/^x/ ‸'),
      'etc/postfix/main.cf': 'smtp_header_checks = pcre:/etc/postfix/header_checks\n',
    };
    assert.ok(!labels(outgoing).includes('REJECT') && labels(outgoing).includes('IGNORE'));
  });

  it('hover: a pattern is read aloud, in both languages', () => {
    const text = hover(at(checks, 'From‸:'));
    assert.match(
      text,
      /`From:`: that very text\nThe whole pattern wants, in this order:\n- the start of the text\n- `From:`\n- anything, or nothing\n- `@example\.com`/,
    );
    assert.match(text, /Case of letters counts/);
    assert.match(hover(at(checks, '^X-‸('), 'pt-BR'), /\(grupo 1: uma ou mais letras, algarismos ou `_`\)/);
    assert.match(hover(at(checks, '!/^Sub‸ject')), /\*\*not\*\*/);
  });
  it('hover: flags, actions, groups and if', () => {
    assert.match(hover(at(checks, '‸i REJECT')), /either case.*It is off here/);
    assert.match(hover(at(checks, 'REJ‸ECT')), /550/);
    assert.match(hover(at(checks, '$‸1')), /group 1[^]*`\(\\w\+\)`: one or more letters/);
    assert.match(hover(at(checks, 'i‸f !')), /endif/);
  });
  it('definition, references and rename: the service of FILTER', () => {
    const { site, source, offset } = cursorIn(files(at(checks, 'FILTER sp‸ool')));
    assert.deepEqual(
      definitionsAt(site, source, offset).map(o => o.source.path),
      ['etc/postfix/master.cf'],
    );
    assert.equal(referencesAt(site, source, offset, true).length, 2);
    const renamed = renameAt(site, source, offset, 'store');
    assert.ok('edits' in renamed && renamed.edits.length === 2);
  });
  it('definition, references and highlights: groups by their brackets and by what stands for them', () => {
    const places = (text: string): string[] => {
      const { site, source, offset } = cursorIn(files(text));
      return referencesAt(site, source, offset, true).map(o => `${o.span.start}:${source.slice(o.span)}`);
    };
    const goes = (text: string): string[] => {
      const { site, source, offset } = cursorIn(files(text));
      return definitionsAt(site, source, offset).map(o => source.slice(o.span));
    };
    for (const use of ['\\‸1', '(?P‸=w)', '\\k‸<w>', '(?(‸1)x|y)', '(?‸1)', '(?‸&w)', '\\g{‸-1}']) {
      assert.deepEqual(goes(`/(?<w>a|b)${use}/ OK\n`), ['(?<w>a|b)'], use);
    }
    for (const use of ['‸$1', '${‸1}', '$(‸1)']) assert.deepEqual(goes(`/(a)(b)/ PREPEND X: ${use}\n`), ['(a)'], use);
    assert.deepEqual(places('/‸(a(b)c)\\1/ PREPEND X: $1 ${1} $2\n'), ['1:(', '7:)', '8:\\1', '23:$1', '26:${1}']);
    assert.deepEqual(places('/(a(b)c‸)x/ OK\n'), ['1:(', '7:)']);
    assert.deepEqual(places('/(a(b)c)‸x/ OK\n'), ['1:(', '7:)']);
    assert.deepEqual(places('/x(?!‸[a-z)])/ OK\n'), ['5:[', '10:]']);
    assert.deepEqual(places('/x‸(?!a)/ OK\n'), ['2:(', '6:)']);
    assert.deepEqual(places('/^x‸x/ OK\n'), []);
    assert.deepEqual(places('/(a/ OK $‸1\n'), []);
    assert.deepEqual(places('/(a\n  ‸)b/ OK\n'), ['1:(', '6:)']);
  });
  it('document symbols, workspace symbols, folding, selection ranges, document links', () => {
    const { site, source, offset } = cursorIn(files(at(checks, 'From‸:')));
    const outline = outlineOf(site, source);
    assert.deepEqual(outline.map(s => s.name).slice(0, 2), ['/^From:.*@example\\.com/', 'if /^Subject:/']);
    assert.equal(outline[0]?.detail, 'REJECT 5.7.1 forged');
    assert.ok(searchSymbols(site, '^From').length > 0);
    assert.ok(foldsOf(site, source).some(f => f.from === 3 && f.to === 4));
    assert.deepEqual(
      selectionAt(site, source, offset)
        .slice(0, 3)
        .map(s => source.slice(s)),
      ['From:', '^From:.*@example\\.com', '/^From:.*@example\\.com/'],
    );
    assert.ok(site.main);
    assert.deepEqual(
      linksOf(site, site.main).map(l => l.target),
      ['etc/postfix/header_checks'],
    );
  });
  it('semantic tokens: patterns, flags, actions, groups', () => {
    const { site, source } = cursorIn(files(`‸${checks}`));
    const types = new Map(
      tokensOf(site, source).map(t => [source.slice(t.span), [t.type, ...(t.modifiers ?? [])].join('.')]),
    );
    assert.equal(types.get('From:'), 'regexp');
    assert.equal(types.get('^'), 'keyword.anchor');
    assert.equal(types.get('\\.'), 'string.escape');
    assert.equal(types.get('*'), 'operator.quantifier');
    assert.equal(types.get('\\w'), 'type.characterClass');
    assert.equal(types.get('('), 'operator.group');
    assert.equal(types.get('|'), 'operator.alternation');
    assert.equal(types.get('/'), 'operator.delimiter');
    assert.equal(types.get('REJECT'), 'keyword');
    assert.equal(types.get('$1'), 'variable');
    assert.equal(types.get('# own senders'), 'comment');
  });
});

describe('.postfix-lint.yaml: language features', () => {
  const project = (text: string): Record<string, string> => ({ 'main.cf': 'a = b\n', '.postfix-lint.yaml': text });
  it('completion: keys, versions, rules and severities', () => {
    assert.deepEqual(labels(project('‸')), [...projectKeys]);
    assert.ok(labels(project('postfix-version: ‸')).includes('3.7'));
    assert.ok(labels(project('severity:\n  ‸')).includes('open-relay'));
    assert.ok(labels(project('severity:\n  open-relay: ‸')).includes('off'));
    assert.ok(labels(project('skip:\n  - ‸')).includes('open-relay'));
    assert.deepEqual(labels(project('sites:\n  - ‸')), [...projectSiteKeys]);
  });
  it('hover: keys and rules', () => {
    const hovered = (text: string): string => {
      const { site, source, offset } = cursorIn(project(text));
      return docText(hoverAt(site, source, offset)?.doc);
    };
    assert.match(hovered('dom‸ains: [example.com]\n'), /Own domains/);
    assert.match(hovered('severity:\n  open-re‸lay: off\n'), /relay/i);
  });
  it('semantic tokens: keys and comments', () => {
    const { site, source } = cursorIn(project('‸domains: x # y\n'));
    assert.deepEqual(
      tokensOf(site, source).map(t => t.type),
      ['property', 'operator', 'string', 'comment'],
    );
  });
  it('the schema knows the keys that are read', () => {
    const schema = JSON.parse(readFileSync(`${root}/schemas/postfix-lint.schema.json`, 'utf8')) as {
      properties: object;
      definitions: { site: { properties: object } };
    };
    assert.deepEqual(Object.keys(schema.properties).sort(), [...projectKeys].sort());
    assert.deepEqual(Object.keys(schema.definitions.site.properties).sort(), [...projectSiteKeys].sort());
  });
});

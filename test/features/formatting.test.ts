import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { formatFile, formatOnType, formatRange } from '@postfix-tools/server/features/formatting/format';
import { kindOfValue } from '@postfix-tools/server/features/tokens/value';
import { readAliases, readTable } from '@postfix-tools/server/analysis/lookup/table-file';
import { masterOf } from '@postfix-tools/server/model/services';
import type { Site } from '@postfix-tools/server/model/site';
import { splitList } from '@postfix-tools/server/syntax/list';
import { parseMainCf } from '@postfix-tools/server/syntax/main-cf/parse';
import { applyEdits } from '@postfix-tools/server/text/span';
import { decode } from '@postfix-tools/server/text/source-text';
import { cursorIn } from '../support/features';
import { filesBelow, shared } from '../support/shared';
import { siteOf } from '../support/site';

function formatted(path: string, text: string): string {
  const site = siteOf({ [path]: text });
  const state = site.files.read(path);
  assert.ok(state.kind === 'text');
  return applyEdits(text, formatFile(site, state.source)).text;
}

const lists = new Set(['restrictions', 'tables', 'checks', 'patterns', 'networks', 'words', 'endpoints', 'parameters']);

/** What main.cf says: every setting with its value, lists word by word, everything else blank by blank. */
function settings(site: Site): string[] {
  return (site.main ? parseMainCf(site.main).parameters : []).map(({ name, value }) => {
    const list = lists.has(kindOfValue(site, name).kind);
    return `${name} = ${
      list
        ? splitList(value)
            .map(w => w.text)
            .join(' ')
        : value
    }`;
  });
}

/** What master.cf says: every service word by word, values of options blank by blank. */
function services(site: Site): string[] {
  return masterOf(site).tree.services.map(s =>
    JSON.stringify([
      [s.name, s.type, s.private, s.unprivileged, s.chroot, s.wakeup, s.maxProcesses, s.command].map(f => f.text),
      s.arguments.map(a => (a.kind === 'option' ? [a.name, a.value] : a.text)),
    ]),
  );
}

/** The comment lines, in order. */
function comments(text: string): string[] {
  return text.split('\n').filter(line => /^[ \t\r\v\f]*#/.test(line));
}

/** What an alias says, but for how many blanks stand between its recipients. */
function aliases(site: Site): unknown[] {
  const state = site.files.read('aliases');
  const entries = state.kind === 'text' ? readAliases(state.source).entries : [];
  return entries.map(({ key, value }) => {
    return [
      key,
      value.replace(
        /("(?:[^"\\]|\\.)*")|([\\"][^]*)|\s+/g,
        (_, quoted?: string, open?: string) => quoted ?? open ?? ' ',
      ),
    ];
  });
}

function keepsMeaning(path: 'main.cf' | 'master.cf' | 'access' | 'aliases', text: string): void {
  const after = formatted(path, text);
  const [one, two] = [siteOf({ [path]: text }), siteOf({ [path]: after })];
  if (path === 'main.cf') assert.deepEqual(settings(two), settings(one));
  else if (path === 'master.cf') assert.deepEqual(services(two), services(one));
  else if (path === 'aliases') assert.deepEqual(aliases(two), aliases(one));
  else {
    const entries = (site: Site): unknown[] => {
      const state = site.files.read(path);
      return state.kind === 'text' ? readTable(state.source).entries.map(e => [e.key, e.value]) : [];
    };
    assert.deepEqual(entries(two), entries(one));
  }
  assert.deepEqual(comments(after), comments(text));
  assert.equal(formatted(path, after), after, 'formatting twice is formatting once');
}

describe('formatting: main.cf', () => {
  it('puts one blank on both sides of the equals sign, and takes trailing blanks away', () => {
    assert.equal(
      formatted('main.cf', 'myhostname=mx.example.com  \n \nx   =\n'),
      'myhostname = mx.example.com\n\nx =\n',
    );
  });
  it('puts long lists one item a line, a restriction with its argument', () => {
    const text =
      'smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, check_client_access hash:/etc/postfix/access, warn_if_reject reject_rbl_client bl.example.net, reject\n';
    const list = [
      'permit_mynetworks,',
      'permit_sasl_authenticated,',
      'check_client_access hash:/etc/postfix/access,',
      'warn_if_reject reject_rbl_client bl.example.net,',
      'reject',
    ];
    assert.equal(formatted('main.cf', text), `smtpd_recipient_restrictions = ${list.join('\n    ')}\n`);
  });
  it('indents continued lists alike, around comments that stay as they are', () => {
    const text = 'mynetworks =\n  127.0.0.0/8\n# two\n\t10.0.0.0/8\n';
    assert.equal(formatted('main.cf', text), 'mynetworks =\n    127.0.0.0/8\n# two\n    10.0.0.0/8\n');
  });
  it('leaves the blanks of texts alone', () => {
    const text = 'smtpd_banner = a\n  b   c\n';
    assert.equal(formatted('main.cf', text), text);
  });
  it('leaves lines with holes and lines that cannot be read alone', () => {
    const text = 'myhostname={{ name }}\nbroken   line\n';
    assert.equal(formatted('main.cf', text), text);
  });
  it('a range: only its lines', () => {
    const { site, source } = cursorIn({ 'main.cf': '‸a=1\nb=2\nc=3\n' });
    assert.equal(applyEdits(source.text, formatRange(site, source, { start: 5, end: 6 })).text, 'a=1\nb = 2\nc=3\n');
  });
  it('on type: a list that goes on is indented', () => {
    const { site, source, offset } = cursorIn({ 'main.cf': 'mynetworks = 127.0.0.0/8,\n‸' });
    assert.equal(applyEdits(source.text, formatOnType(site, source, offset)).text, 'mynetworks = 127.0.0.0/8,\n    ');
    const done = cursorIn({ 'main.cf': 'mynetworks = 127.0.0.0/8\n‸' });
    assert.deepEqual(formatOnType(done.site, done.source, done.offset), []);
  });
});

describe('formatting: master.cf', () => {
  it('aligns the columns, indents options by two blanks', () => {
    const text = 'smtp inet n - y - - smtpd\n\t-o  x=1\nsubmission\tinet n - y - - smtpd -v\n';
    const wanted = [
      'smtp       inet  n       -       y       -       -       smtpd',
      '  -o  x=1',
      'submission inet  n       -       y       -       -       smtpd -v',
      '',
    ].join('\n');
    assert.equal(formatted('master.cf', text), wanted);
  });
  it('leaves services with braces over several lines alone', () => {
    const text = 'smtp inet n - y - - smtpd\n   -o { a = b\n     c }\n';
    assert.equal(formatted('master.cf', text), text);
  });
  it('on type: one more -o gets the indentation of the one above', () => {
    const { site, source, offset } = cursorIn({ 'master.cf': 'smtp inet n - y - - smtpd\n  -o a=b\n‸' });
    assert.equal(
      applyEdits(source.text, formatOnType(site, source, offset)).text,
      'smtp inet n - y - - smtpd\n  -o a=b\n  ',
    );
  });
  it('a range: only its lines', () => {
    const { site, source } = cursorIn({ 'master.cf': '‸a unix - - n - - smtp\nb unix - - n - - smtp\n' });
    const edits = formatRange(site, source, { start: 25, end: 26 });
    assert.deepEqual(
      edits.map(e => source.positionAt(e.span.start).line),
      [1],
    );
  });
});

describe('formatting: tables', () => {
  it('puts the values of neighbouring lines in one column', () => {
    assert.equal(
      formatted('access', 'example.com REJECT\na.example.net   OK\n\nb X\n'),
      'example.com   REJECT\na.example.net OK\n\nb X\n',
    );
  });
});

describe('formatting: aliases', () => {
  it('puts the recipients of neighbouring entries in one column, on every line of theirs', () => {
    const wanted = 'root:       joe,\n            ann\npostmaster:\n# why\n            root\n\nx: y\n';
    assert.equal(formatted('aliases', 'root : joe,\n ann\npostmaster:\n# why\n\troot\n\nx:\ty\n'), wanted);
  });
  it('leaves blanks alone that may count', () => {
    const text = 'a: "|run x\n  y"\n';
    assert.equal(formatted('aliases', text), text);
  });
});

describe('formatting changes no meaning', () => {
  const words = fc.constantFrom(
    'a',
    'permit_mynetworks',
    'check_client_access',
    'hash:/x',
    ' ',
    '  ',
    '\n',
    '\n ',
    '\n\t',
    ',',
    ', ',
    '=',
    '{',
    '}',
    '{ a b }',
    '$x',
    '${x?{a b}:{c}}',
    '$(a b)',
    '#',
    '\n# c\n ',
    '\r\n',
    '-o',
    '-o { a = b',
    '10.0.0.0/8',
    '"',
    '\\',
    '\u00a0',
  );
  const text = fc.array(words, { maxLength: 60 }).map(parts => parts.join(''));

  it('main.cf: whatever stands in it', () => {
    const names = fc.constantFrom(
      'smtpd_recipient_restrictions',
      'mynetworks',
      'smtpd_banner',
      'alias_maps',
      'notify_classes',
      'x',
    );
    fc.assert(
      fc.property(names, text, text, (name, one, two) => {
        keepsMeaning('main.cf', `${name} = ${one}\n${two}`);
      }),
      { numRuns: 300 },
    );
  });
  it('master.cf: whatever stands in it', () => {
    fc.assert(
      fc.property(text, text, (one, two) => {
        keepsMeaning('master.cf', `smtp inet n - y - - smtpd ${one}\na unix - n n - - pipe ${two}\n${one}`);
      }),
      { numRuns: 300 },
    );
  });
  it('tables: whatever stands in them', () => {
    fc.assert(
      fc.property(text, one => {
        keepsMeaning('access', one);
      }),
      { numRuns: 300 },
    );
  });
  it('aliases: whatever stands in them', () => {
    const parts = fc.array(fc.oneof(words, fc.constantFrom('\na:', ':', 'joe', '"a b"', ', ')), { maxLength: 60 });
    fc.assert(
      fc.property(parts, some => {
        keepsMeaning('aliases', some.join(''));
      }),
      { numRuns: 300 },
    );
  });

  describe('over the files kept beside the repository', () => {
    before(function () {
      if (!shared('corpus')) this.skip(); // nothing is kept beside the repository
    });
    it('every main.cf and master.cf says the same after formatting', function () {
      this.timeout(60000);
      for (const name of ['main.cf', 'master.cf'] as const) {
        for (const path of filesBelow(shared(`corpus/${name}`) ?? '')) {
          keepsMeaning(name, decode(name, readFileSync(path)).text);
        }
      }
    });
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import type { Site } from '@postfix-tools/server/model/site';
import { filesOf, kindIn } from '@postfix-tools/server/model/kind-in-site';
import { trim } from '@postfix-tools/server/text/space';
import { decode, type SourceText } from '@postfix-tools/server/text/source-text';
import { filesBelow, shared } from '../support/shared';
import { cursorIn } from '../support/features';
import { randomCase, seeded } from '../support/pattern-generator';
import { siteOf } from '../support/site';

/** Every character but white space lies in exactly one token, and no token runs over a line end. */
function covers(site: Site, source: SourceText): void {
  let at = 0;
  for (const { span } of tokensOf(site, source)) {
    assert.ok(span.start >= at, `${source.path}: overlap at ${span.start}`);
    const gap = source.text.slice(at, span.start);
    assert.equal(trim(gap), '', `${source.path}: no token for ${JSON.stringify(trim(gap).slice(0, 40))}`);
    assert.ok(!source.slice(span).includes('\n'), `${source.path}: a token over a line end at ${span.start}`);
    at = span.end;
  }
  assert.equal(trim(source.text.slice(at)), '', `${source.path}: no token at the end`);
}

const main = `# comment
smtpd_recipient_restrictions = permit_mynetworks,
    # inside
    check_client_access hash:$config_directory/access,
    check_policy_service { inet:127.0.0.1:10023, timeout=10s }
    reject_rbl_client zen.spamhaus.org=127.0.0.[2..11] \${x?{a b}:{c}} 554
mynetworks = !10.0.0.1 10.0.0.0/8 [::1]/128 hash:/etc/postfix/nets
relayhost = [mx.example.net]:587
alias_maps = proxy:unionmap:{ hash:/etc/aliases, { inline:{ a=b } } } static:x
x = \${{$y} == {z} ? {1} : {2}} $$ {{ jinja }}
 not a setting
broken
`;
const master = `smtp inet n - y - - smtpd -v
  -o { smtpd_banner = $myhostname ESMTP x }
# comment
  -o smtpd_milters=inet:127.0.0.1:8891,unix:/run/x
127.0.0.1:10025 inet n - n - - smtpd
spool unix - n n - - pipe flags=Rq user=x argv=/bin/x -f \${sender} $(recipient)
short unix n
`;

describe('tokens', () => {
  it('main.cf: every word has a type', () => {
    const { site, source } = cursorIn({ 'main.cf': `‸${main}`, 'master.cf': master });
    covers(site, source);
    const typed = (text: string): string | undefined =>
      tokensOf(site, source).find(t => source.slice(t.span) === text)?.type;
    assert.equal(typed('permit_mynetworks'), 'function');
    assert.equal(typed('hash'), 'type');
    assert.equal(typed('config_directory'), 'variable');
    assert.equal(typed('10.0.0.0/8'), 'number');
    assert.equal(typed('# inside'), 'comment');
  });

  it('master.cf: every word has a type', () => {
    const { site, source } = cursorIn({ 'main.cf': main, 'master.cf': `‸${master}` });
    covers(site, source);
    const typed = (text: string): string | undefined =>
      tokensOf(site, source).find(t => source.slice(t.span) === text)?.type;
    assert.equal(typed('smtp'), 'namespace');
    assert.equal(typed('smtpd'), 'function');
    assert.equal(typed('smtpd_milters'), 'parameter');
    assert.equal(typed('${sender}'), 'macro');
  });

  it('any text of main.cf and master.cf is covered', () => {
    const words = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      '=',
      '$',
      '{',
      '}',
      '(',
      ')',
      ':',
      ',',
      '#',
      '-o',
      '!',
      '/',
      '[',
      ']',
      'smtpd_recipient_restrictions',
      'hash:',
      'check_client_access',
      '10.0.0.0/8',
      '\r',
      'unionmap:{',
    );
    const text = fc.array(words, { maxLength: 40 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(text, text, (one, two) => {
        const site = siteOf({ 'main.cf': `alias_maps = ${one}\n`, 'master.cf': `smtp inet n - y - - smtpd ${two}\n` });
        for (const { source } of filesOf(site)) covers(site, source);
      }),
      { numRuns: 300 },
    );
  });

  it('any table of patterns is covered: folded, commented, wrong, very long', () => {
    const next = seeded(11);
    for (let n = 0; n < 800; n++) {
      const { type, table } = randomCase(next);
      const cut = Math.floor(next() * table.length);
      const inside = n % 3 === 0 ? '\n  # note\n\té' : n % 3 === 1 ? '\n ' : '';
      const text = table.slice(0, cut) + inside + table.slice(cut);
      const { site, source } = cursorIn({
        'etc/postfix/main.cf': `header_checks = ${type}:/etc/postfix/checks\n`,
        'etc/postfix/checks': `‸${text}`,
      });
      covers(site, source);
    }
    const { site, source } = cursorIn({ header_checks: `‸/${'(é|a)'.repeat(3000)}/ OK\n/^[é-]é*$/x OK\n` });
    covers(site, source);
    assert.deepEqual(
      tokensOf(site, source)
        .slice(0, 3)
        .map(t => t.type),
      ['operator', 'regexp', 'operator'],
    );
  });

  describe('over the files kept beside the repository', () => {
    before(function () {
      if (!shared('corpus')) this.skip(); // nothing is kept beside the repository
    });
    const kinds = {
      'main.cf': 'main.cf',
      'master.cf': 'master.cf',
      checks: 'header_checks',
      iptables: 'fw.sh',
      'iptables-save': 'rules.v4',
    };
    for (const [folder, name] of Object.entries(kinds)) {
      it(`every word of every file in ${folder} has a type`, function () {
        this.timeout(60000);
        for (const path of filesBelow(shared(`corpus/${folder}`) ?? '')) {
          const read = decode(name, readFileSync(path));
          if (read.text.length > 300_000) continue;
          const site = siteOf({ [name]: read.text });
          const state = site.files.read(name);
          assert.ok(state.kind === 'text');
          if (kindIn(site, state.source)) covers(site, state.source);
        }
      });
    }
  });
});

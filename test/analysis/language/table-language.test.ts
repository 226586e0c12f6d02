import { deepEqual, equal, ok } from 'node:assert/strict';
import { forgeries } from '@postfix-tools/server/analysis/language/forged';
import {
  example,
  firstEscape,
  isShadowed,
  type LanguageRule,
} from '@postfix-tools/server/analysis/language/table-language';
import { forgedSenderRule } from '@postfix-tools/server/facts/recommended';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { pcreDefaults, posixDefaults, type Dialect } from '@postfix-tools/server/syntax/pattern/tree';
import { Budget } from '@postfix-tools/server/text/budget';

function rule(text: string, outcome = 'reject', dialect: Dialect = 'pcre'): LanguageRule {
  const parsed = parsePattern(text, dialect, dialect === 'pcre' ? pcreDefaults : posixDefaults);
  ok(parsed.ok, text);
  return { tests: [{ pattern: parsed.pattern, negated: false }], outcome };
}
const budget = (): Budget => new Budget(300_000);
const rejects = new Set(['reject']);
const all = (['From', 'Sender', 'Message-ID'] as const).flatMap(h => forgeries(h, 'example.com.br', true));

describe('what a table does to the forgeries of a domain', () => {
  for (const type of ['pcre', 'regexp'] as const) {
    it(`proves that the recommended ${type} rule lets none of them pass`, () => {
      const text = forgedSenderRule(type, ['example.com.br']).split('\n')[0] ?? '';
      const recommended = rule(text.slice(1, -1), 'reject', type === 'pcre' ? 'pcre' : 'ere');
      for (const forgery of all) {
        deepEqual(firstEscape(forgery.language, [recommended], rejects, budget()), { kind: 'none' }, forgery.header);
      }
    });
  }

  it('shows the plainest forgery that a rule misses', () => {
    const missing = rule('^(From|Message-ID|Received):.*[^@](example)\\.com\\.br');
    const [bare] = all;
    ok(bare);
    deepEqual(firstEscape(bare.language, [missing], rejects, budget()), {
      kind: 'found',
      subject: 'from: a@example.com.br',
    });
  });

  it('sees an exception before the rule, and a rule that catches one form alone', () => {
    const [bare, angle] = all;
    ok(bare && angle);
    const exception = rule('^From:.*list@', 'pass');
    const right = rule('@example\\.com\\.br');
    const found = firstEscape(bare.language, [exception, right], rejects, budget());
    equal(found.kind === 'found' && found.subject, 'from: list@example.com.br');
    const only = rule('<[^>]*@example\\.com\\.br>');
    equal(firstEscape(angle.language, [only], rejects, budget()).kind, 'none');
    equal(firstEscape(bare.language, [only], rejects, budget()).kind, 'found');
  });
});

describe('rules that stand in each other’s way', () => {
  it('shadowed by one, by two together, or not', () => {
    equal(isShadowed([rule('^Subject:')], rule('^Subject:.*spam'), budget()).kind, 'none');
    equal(isShadowed([rule('a'), rule('b')], rule('^[ab]$'), budget()).kind, 'none');
    deepEqual(isShadowed([rule('^Subject: a')], rule('^Subject:.*spam'), budget()), {
      kind: 'found',
      subject: 'subject:spam',
    });
  });
  it('examples, and patterns that nothing matches', () => {
    deepEqual(example(rule('^X-Spam: (yes|no)$'), budget()), { kind: 'found', subject: 'x-spam: no' });
    equal(example(rule('a^b'), budget()).kind, 'none');
  });
});

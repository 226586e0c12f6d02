import { deepEqual, equal, match } from 'node:assert/strict';
import { rule as actionMisplaced } from '@postfix-tools/server/rules/checks/action-misplaced';
import { rule as actionMissing } from '@postfix-tools/server/rules/checks/action-missing';
import { rule as actionUnknown } from '@postfix-tools/server/rules/checks/action-unknown';
import { rule as bodyIndented } from '@postfix-tools/server/rules/checks/if-body-indented';
import { rule as unbalanced } from '@postfix-tools/server/rules/checks/if-unbalanced';
import { rule as discarded } from '@postfix-tools/server/rules/checks/mail-discarded';
import { rule as delimiter } from '@postfix-tools/server/rules/checks/pattern-delimiter';
import { rule as dialect } from '@postfix-tools/server/rules/checks/pattern-dialect';
import { rule as flag } from '@postfix-tools/server/rules/checks/pattern-flag';
import { rule as never } from '@postfix-tools/server/rules/checks/pattern-never-matches';
import { rule as slow } from '@postfix-tools/server/rules/checks/pattern-slow';
import { rule as syntax } from '@postfix-tools/server/rules/checks/pattern-syntax';
import { rule as dot } from '@postfix-tools/server/rules/checks/pattern-unescaped-dot';
import { rule as shadowed } from '@postfix-tools/server/rules/checks/rule-shadowed';
import { rule as stoppedShort } from '@postfix-tools/server/rules/checks/rule-stopped-short';
import { rule as substitution } from '@postfix-tools/server/rules/checks/substitution';
import { checkFix, checkRule, findings } from '../../support/rules';

const table = (text: string, type = 'pcre', parameter = 'header_checks') => ({
  'main.cf': `${parameter} = ${type}:/etc/postfix/hc\n`,
  hc: text,
});

describe('pattern-syntax', () => {
  it('points into the pattern, with the library’s own words', () => {
    const [found] = findings(syntax, table('/ok/ REJECT\n/a(b/ REJECT\n'));
    match(JSON.stringify(found?.message.args), /missing closing parenthesis/);
    equal(findings(syntax, table('/a(b/ REJECT\n', 'regexp'))[0]?.severity, 'error');
  });
  it('is no error while the type is guessed, and silent about patterns that compile', () => {
    equal(findings(syntax, { header_checks: '/a(b/ REJECT\n' })[0]?.severity, 'warning');
    checkRule(syntax, table('/a(?<x>b)\\1/ REJECT\n'));
  });
});

describe('pattern-delimiter', () => {
  it('sees patterns that end too early or not at all', () =>
    checkRule(
      delimiter,
      table('/a[/]b/ REJECT\n#   ^ found\nx /a/ REJECT\n#<^^^^^^^^^^ found\n/fine\\/x/ REJECT\n!/fine/ DUNNO\n'),
    ));
  it('closes the pattern before its action', () =>
    checkFix(delimiter, table('/^Subject: x REJECT\n'), { hc: '/^Subject: x/ REJECT\n' }));
  it('closes it in the last line of several, however many blanks and actions stand before', () => {
    const long = `/^Subject:${' REJECT'.repeat(70_000)}${' '.repeat(500_000)}\n`;
    checkFix(delimiter, table(`${long}  x REJECT\n`), { hc: `${long}  x/ REJECT\n` });
  });
});

describe('pattern-flag', () => {
  it('knows which flags switch off', () =>
    checkRule(
      flag,
      table(
        '/abc/i REJECT\n#    ^ case\n/a.*c/s REJECT\n#     ^ dot\n/a/ii REJECT\n#   ^ twice\n/123/i REJECT\n/a$/m REJECT\n',
      ),
    ));
  it('leaves it out', () => checkFix(flag, table('/abc/i REJECT\n'), { hc: '/abc/ REJECT\n' }));
});

describe('pattern-dialect', () => {
  it('knows each dialect’s own words', () => {
    checkRule(dialect, table('/x\\d+/ REJECT\n# ^^ means means=d\n', 'regexp'));
    checkRule(dialect, table('/\\d\\</ REJECT\n#  ^^ means\n'));
    checkRule(dialect, table('/x\\\\d[[:digit:]]\\b/ REJECT\n', 'regexp'));
  });
  it('writes what the table understands', () =>
    checkFix(dialect, table('/(?:a|b)x/ REJECT\n', 'regexp'), { hc: '/(a|b)x/ REJECT\n' }));
});

describe('pattern-slow', () => {
  it('shows a header that runs into the limit', () => {
    const [found] = findings(slow, table('/^X: (a+)+$/ REJECT\n'));
    match(String(found?.evidence?.header?.header), /^x: a{20}/i);
    checkRule(slow, table('/^(?:From|Sender):.*@(?:[a-z0-9-]+\\.)*example\\.com$/ REJECT\n'));
    checkRule(slow, table('/^X: (a+)+$/ REJECT\n', 'regexp'));
  });
  it('shows what the whole table answers', () => {
    const many = '/^Subject: ([a-z]+ ?)+!$/ REJECT many words\n';
    const [past] = findings(slow, table(`/^Subject:.*!$/ REJECT shouting\n${many}`));
    equal(past?.severity, 'error');
    equal(past.evidence?.header?.action, null);
    match(String(past.evidence.header.header), /[^!]$/);
    const outcomes = [`${many}/^Subject:/ REJECT\n`, `/^Subject:/ WARN\n${many}`, `${many}/^Subject:/ WARN\n`].map(
      t => {
        const [found] = findings(slow, table(t));
        return [found?.severity, found?.evidence?.header?.action];
      },
    );
    deepEqual(outcomes, [
      ['warning', 'REJECT'],
      ['information', 'WARN'],
      ['error', 'WARN'],
    ]);
  });
  it('shows one that the pattern fits, where that is the way around it', () => {
    const found = findings(slow, table('/^Subject: (.*a){12}!/ REJECT\n/^Subject:\\s*\\s*\\s*\\s*x/ REJECT\n'));
    deepEqual(
      found.map(f => [f.severity, f.message.text === slow.messages.evaded]),
      [
        ['error', true],
        ['warning', false],
      ],
    );
    match(String(found[0]?.evidence?.header?.header), /^Subject: a{12}!/);
    equal(/way around/.test(slow.messages.slow.en), false);
  });
  it('is told of a pattern that is turned round too', () =>
    equal(findings(slow, table('!/^Subject: ([a-z]+ ?)+!$/ REJECT\n'))[0]?.severity, 'error'));
});

describe('pattern-never-matches', () => {
  it('proves that nothing matches', () =>
    checkRule(never, table('/a^b/ REJECT\n#<^^^ never\n/a(?=b)c/ REJECT\n#<^^^^^^^ never\n/^$/ REJECT\n')));
});

describe('pattern-unescaped-dot', () => {
  it('shows what is taken as well', () => {
    const [found] = findings(dot, table('/^From:.*@spam.example/ REJECT\n'));
    equal(found?.evidence?.header?.header, 'From:@spamxexample');
    const [beyond] = findings(dot, table('/ação@spam.example/ REJECT\n'));
    equal(beyond?.evidence?.header?.action, 'REJECT');
    checkRule(
      dot,
      table('/^From:.*@spam\\.example/ REJECT\n/^Subject:.*\\.example/ REJECT\n/^X: a.*example/ REJECT\n'),
    );
  });
  it('sees names with hyphens and the dots of escaped names, nothing in a class', () =>
    checkRule(
      dot,
      table(
        '/@my-spam.mail\\.example/ REJECT\n#        ^ dot\n/[a-z.net]/ REJECT\n/@a.example/ REJECT\n/@spam.example-x\\.info/ REJECT\n#     ^ dot\n',
      ),
    ));
  it('looks at each label once, however long the pattern is', () => {
    for (const part of ['a-z', 'a-', 'a.b.c.', 'ab.com|', 'ab.'])
      checkRule(dot, table(`/[${part.repeat(1_000_000 / part.length)}]/ REJECT\n`));
  });
  it('escapes it', () => checkFix(dot, table('/@spam.example/ REJECT\n'), { hc: '/@spam\\.example/ REJECT\n' }));
});

describe('if-unbalanced and if-body-indented', () => {
  it('see ifs that are open and bodies that are swallowed', () => {
    checkRule(unbalanced, table('if /a/\n/b/ REJECT\nendif\n'));
    deepEqual(
      [findings(unbalanced, table('if /a/\n/b/ REJECT\n')).length, findings(unbalanced, table('endif\n')).length],
      [1, 1],
    );
    equal(findings(bodyIndented, table('if /a/\n  /b/ REJECT\nendif\n')).length, 1);
    checkRule(bodyIndented, table('if /a/\n/b/\n  REJECT\nendif\n'));
  });
  it('see rules and endifs that the rule above has swallowed, and text that counts for nothing', () => {
    const texts = (text: string) => findings(bodyIndented, table(text)).map(f => f.source.slice(f.span));
    deepEqual(texts('/a/ REJECT\n  /b/ REJECT x\n'), ['/b/ REJECT x']);
    deepEqual(texts('if /a/\n/b/ REJECT\n endif\n'), ['endif']);
    deepEqual(texts('if /a/\n/b/ REJECT\nendif\n\t/c/ REJECT\n'), ['/c/ REJECT']);
    deepEqual(texts('if /a/ REJECT\n/b/ REJECT\nendif x\n'), ['REJECT', 'x']);
    deepEqual(texts('/a/ REJECT\n  /etc is no place\n/b/\n  REJECT\n'), []);
  });
  it('moves the body out', () =>
    checkFix(bodyIndented, table('if /a/\n  /b/ REJECT\n  /c/ WARN\nendif\n'), {
      hc: 'if /a/\n/b/ REJECT\n/c/ WARN\nendif\n',
    }));
});

describe('actions', () => {
  it('missing, unknown, misplaced', () => {
    checkRule(actionMissing, table('/a/\n#<^ missing\n/b/\n  REJECT\n'));
    checkRule(
      actionUnknown,
      table(
        '/a/ DENY x\n#   ^^^^ unknown word=DENY hint=" → REJECT?"\n/b/ 550 no\n#   ^^^ unknown\n/c/ reject no\n/d/ PREPEND X-A: b\n/e(f)/ $1 x\n',
      ),
    );
    checkRule(actionUnknown, table('/a/ user@example.com\n', 'pcre', 'virtual_alias_maps'));
    checkRule(
      actionMisplaced,
      table('/a/ REJECT\n#   ^^^^^^ place action=REJECT\n/b/ IGNORE\n', 'pcre', 'smtp_header_checks'),
    );
    checkRule(
      actionMisplaced,
      table(
        '/a/ REDIRECT\n#   ^^^^^^^^ missing\n/b/ REDIRECT nobody\n#   ^^^^^^^^^^^^^^^ wrong\n/c/ FILTER local:\n/d/ REJECT\n',
      ),
    );
  });
  it('are written', () => {
    checkFix(actionMissing, table('/a/\n'), { hc: '/a/ REJECT\n' });
    checkFix(actionUnknown, table('/a/ DENY x\n'), { hc: '/a/ REJECT x\n' });
  });
});

describe('substitution', () => {
  it('counts groups', () => {
    equal(findings(substitution, table('/a(b)/ REJECT $2\n')).length, 1);
    equal(findings(substitution, table('!/a(b)/ REJECT $1\n')).length, 1);
    checkRule(substitution, table('/a(b)/ REJECT $1 ${1} $(1) $$5\n'));
  });
});

describe('rules in each other’s way', () => {
  it('shadowed by a wider rule, by one of the same text, by two together', () => {
    const [wide] = findings(shadowed, table('/^Subject:.*lottery/ REJECT a\n/^Subject:.*big lottery/ REJECT b\n'));
    deepEqual([wide?.evidence?.header?.action, wide?.message.args.line], ['REJECT a', 1]);
    const [beyond] = findings(shadowed, table('/ação/ REJECT não\n/a ação/ DISCARD\n'));
    equal(beyond?.evidence?.header?.action, 'REJECT não');
    equal(beyond?.message.args['action'], 'REJECT não');
    equal(findings(shadowed, table('/same text/ WARN\n/x/ REJECT\n/same text/ WARN\n')).length, 1);
    equal(findings(shadowed, table('/^abc/ REJECT\n/^abd/ REJECT\n/^ab[cd]/ REJECT\n')).length, 1);
    checkRule(
      shadowed,
      table(
        '/^Subject:.*big lottery/ REJECT\n/^Subject:.*lottery/ REJECT\nif /^From:/\n/lottery/ WARN\nendif\n/lottery/ WARN\n',
      ),
    );
  });
  it('stopped short by a rule that lets pass', () => {
    const [found] = findings(stoppedShort, table('/^Subject:/ WARN\n/^Subject:.*lottery/ REJECT\n'));
    equal(found?.evidence?.header?.action, 'WARN');
    checkRule(stoppedShort, table('/^Subject:.*friend/ DUNNO\n/^Subject:.*lottery/ REJECT\n'));
  });
});

describe('mail-discarded', () => {
  it('shows an ordinary header that vanishes', () => {
    equal(
      findings(discarded, table('/^Subject:/ DISCARD\n'))[0]?.evidence?.header?.header,
      'Subject: Re: meeting on Monday',
    );
    equal(findings(discarded, table('/./ HOLD\n', 'pcre', 'body_checks')).length, 1);
    checkRule(discarded, table('/^Subject:.*lottery/ DISCARD\n/^From:/ WARN\n'));
  });
});

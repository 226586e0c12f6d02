import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { runAction } from '@postfix-tools/server/analysis/checks/run-action';
import { allowedIn, checkActions, checkClasses, splitAction } from '@postfix-tools/server/facts/check-actions';

describe('an action of header and body checks', () => {
  it('refuses with the code that cleanup gives', () => {
    const reply = (text: string): string => {
      const outcome = runAction(text, 'header_checks');
      return outcome.kind === 'refused' ? `${outcome.code} ${outcome.enhanced} ${outcome.text}` : outcome.kind;
    };
    equal(reply('REJECT'), '550 5.7.1 message content rejected');
    equal(reply('Reject\ttabbed'), '550 5.7.1 tabbed');
    equal(reply('REJECT 4.7.1 try later'), '451 4.7.1 try later');
    equal(reply('REJECT 2.0.0 odd'), '451 4.0.0 odd');
    equal(reply('REJECT 550 text'), '550 5.7.1 550 text');
    equal(reply(''), 'failed');
  });

  it('is let through where Postfix does not know it, or not there, or not so', () => {
    const why = (
      text: string,
      where: 'header_checks' | 'smtp_header_checks' | 'body_checks' = 'header_checks',
    ): string => {
      const outcome = runAction(text, where);
      return outcome.kind === 'ignored' ? outcome.why : outcome.kind;
    };
    equal(why('DELETE'), 'unknown');
    equal(why('REJECT: colon'), 'unknown');
    equal(why('REJECT no', 'smtp_header_checks'), 'not here');
    equal(why('PREPEND just text'), 'argument');
    equal(why('PREPEND just text', 'body_checks'), 'prepended');
    equal(why('REDIRECT user'), 'argument');
    equal(why('FILTER smtp:'), 'filtered');
  });

  it('is known by its first word, in any case', () => {
    deepEqual(splitAction('warn\tnote'), { word: 'warn', rest: 'note' });
    equal(runAction('warn x', 'header_checks').kind, 'passed over');
    equal(checkActions.size, 15);
  });

  it('answers as recorded', function () {
    const path = '../shared/facts/header-checks-actions.json';
    // The recorded facts lie beside the repository, not in it.
    if (!existsSync(path)) return this.skip();
    interface Recorded {
      readonly actions: Readonly<
        Record<
          string,
          {
            readonly classes: readonly string[];
            readonly measured: readonly {
              readonly class: 'header_checks';
              readonly text: string;
              readonly reply?: string;
            }[];
          }
        >
      >;
    }
    const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
    let compared = 0;
    for (const [name, facts] of Object.entries(recorded.actions)) {
      const action = checkActions.get(name);
      const classes = checkClasses.filter(c => action && allowedIn(action, c));
      deepEqual([...classes].sort(), [...facts.classes].sort(), name);
      for (const one of facts.measured) {
        const outcome = runAction(one.text, one.class);
        if (outcome.kind === 'refused') {
          compared++;
          equal(`${outcome.code} ${outcome.enhanced} ${outcome.text}`, one.reply);
        } else ok(one.reply === undefined || one.reply.startsWith('250'), one.text);
      }
    }
    ok(compared > 10);
  });
});

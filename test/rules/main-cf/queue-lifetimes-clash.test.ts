import { rule } from '@postfix-tools/server/rules/main-cf/queue-lifetimes-clash';
import { checkRule } from '../../support/rules';

describe('queue-lifetimes-clash', () => {
  it('fires on times the wrong way round, defaults included', () =>
    checkRule(
      rule,
      `
      maximal_queue_lifetime = 1d
      bounce_queue_lifetime = 2
      #<^^^^^^^^^^^^^^^^^^^ above lowValue=2 high=maximal_queue_lifetime severity=warning
      delay_warning_time = 24
      #<^^^^^^^^^^^^^^^^ never
      minimal_backoff_time = 2h
      #<^^^^^^^^^^^^^^^^^^ above high=maximal_backoff_time
      queue_run_delay = 3h
      #<^^^^^^^^^^^^^ rarely
      `,
    ));
  it('informs where a default is in the way of the only one that is set', () =>
    checkRule(
      rule,
      `
      maximal_queue_lifetime = 1d
      #<^^^^^^^^^^^^^^^^^^^^ aboveUnset severity=information low=bounce_queue_lifetime lowValue=5d
      minimal_backoff_time = 60s
      #<^^^^^^^^^^^^^^^^^^ rarelyUnset severity=information low=queue_run_delay
      `,
    ));
  it('is silent in order, at zero, and where it is not known', () => {
    checkRule(
      rule,
      'maximal_queue_lifetime = 1d\nbounce_queue_lifetime = 0\ndelay_warning_time = 4h\nqueue_run_delay = 5m\n',
    );
    checkRule(rule, 'maximal_queue_lifetime = {{ x }}\nmyhostname = a.example.com\n');
    checkRule(rule, 'maximal_queue_lifetime = 5d\n');
    checkRule(rule, 'maximal_queue_lifetime = 0\n');
    checkRule(rule, 'maximal_queue_lifetime = 0\nbounce_queue_lifetime = 2d\n');
  });
});

import { rule } from '@postfix-tools/server/rules/any/ignore-unused';
import { checkRule } from '../../support/rules';

describe('ignore-unused', () => {
  it('names each rule that finds nothing in the logical line below', () =>
    checkRule(
      rule,
      `
      # postfix-lint: ignore ignore-without-reason, no-such-rule -- seen
      #                      ^^^^^^^^^^^^^^^^^^^^^ unused rule=ignore-without-reason
      #                                             ^^^^^^^^^^^^ unknown rule=no-such-rule severity=hint
      soft_bounce = no
      `,
    ));
  it('is silent about comments that are none of its kind', () =>
    checkRule(
      rule,
      `
      # see postfix-lint: ignore is documented in docs/rules
      soft_bounce = no
      `,
    ));
});

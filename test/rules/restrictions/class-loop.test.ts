import { rule } from '@postfix-tools/server/rules/restrictions/class-loop';
import { checkRule } from '../../support/rules';

describe('class-loop', () => {
  it('shows the circle, once', () =>
    checkRule(
      rule,
      `
      smtpd_restriction_classes = first, second, third
      first = permit_mynetworks, second
      #<^^^ loop path="first → second → third → first"
      second = third
      third = first
      `,
    ));
  it('is silent about classes that end', () =>
    checkRule(
      rule,
      `
      smtpd_restriction_classes = first, second
      first = second, second
      second = permit_mynetworks
      `,
    ));
});

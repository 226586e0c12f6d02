import { rule } from '@postfix-tools/server/rules/main-cf/macro-syntax';
import { checkRule } from '../../support/rules';

describe('macro-syntax', () => {
  it('fires on brackets that are not closed and on a lone dollar sign', () =>
    checkRule(
      rule,
      `
      relay_domains = a \${foo
      #                 ^^^^^ broken name=relay_domains severity=error
      mydestination = $(foo
      #               ^^^^^ broken says="truncated macro reference: "$(foo""
      `.replace(/ says=.*/, ''),
    ));
  it('fires in a service', () =>
    checkRule(rule, {
      'master.cf':
        'smtp inet n - n - - smtpd -o smtpd_helo_restrictions=${x\n#                                                    ^^^ broken\n',
    }));
  it('is silent on what can be read, and on templates', () =>
    checkRule(
      rule,
      `
      relay_domains = $a \${a} $(a) \${a?{b}:{c}} \${{$a} == {b} ? {c} : {d}} $$
      forward_path = $home/.forward\${recipient_delimiter}$
      mynetworks = {{ networks | join(' ') }} \${{ x }}
      `,
    ));
});

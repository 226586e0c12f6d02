import { rule } from '@postfix-tools/server/rules/main-cf/hostname-not-fqdn';
import { checkRule } from '../../support/rules';

describe('hostname-not-fqdn', () => {
  it('fires on a name without a dot', () =>
    checkRule(
      rule,
      `
      myhostname = mail
      #            ^^^^ short name=mail domain=localdomain
      `,
    ));
  it('says which domain a set mydomain gives', () =>
    checkRule(
      rule,
      `
      mydomain = example.com
      myhostname = mail
      #            ^^^^ short domain=example.com
      `,
    ));
  it('is silent on full names, names from elsewhere, and where none is set', () => {
    checkRule(rule, 'mydomain = example.com\nmyhostname = mail.$mydomain\n');
    checkRule(rule, 'myhostname = {{ inventory_hostname }}\n');
    checkRule(rule, 'myhostname = $HOSTNAME\n');
    checkRule(rule, 'myhostname = $missing\n');
    checkRule(rule, 'mydestination = localhost\n');
  });
});

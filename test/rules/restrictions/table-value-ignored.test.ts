import { rule } from '@postfix-tools/server/rules/restrictions/table-value-ignored';
import { checkRule } from '../../support/rules';

describe('table-value-ignored', () => {
  it('sees refusals in lists that only ask whether a key is there', () => {
    checkRule(rule, {
      'main.cf': 'relay_domains = texthash:/etc/postfix/r\nmynetworks = 127.0.0.0/8 texthash:/etc/postfix/n\n',
      r: 'example.org REJECT\n#           ^^^^^^ accepted parameter=relay_domains key=example.org\nexample.net OK\n',
      n: '192.0.2.7 550 no\n#         ^^^^^^ trusted key=192.0.2.7\n',
    });
  });
  it('is silent about access tables', () =>
    checkRule(rule, {
      'main.cf': 'smtpd_client_restrictions = check_client_access hash:/etc/postfix/c\n',
      c: 'example.org REJECT\n',
    }));
});

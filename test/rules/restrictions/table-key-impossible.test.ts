import { rule } from '@postfix-tools/server/rules/restrictions/table-key-impossible';
import { checkFix, checkRule } from '../../support/rules';

const main = (list: string) => ({ 'main.cf': `${list}\n` });
const clients = main('smtpd_client_restrictions = check_client_access texthash:/etc/postfix/c');

describe('table-key-impossible', () => {
  it('knows which keys a table is never asked for', () => {
    checkRule(rule, {
      ...clients,
      c: `10.0.0.0/8 OK
#<^^^^^^^^ cidr type=texthash
/^spam/ REJECT
#<^^^^^ pattern
.example.net REJECT
#<^^^^^^^^^^ dot list=smtpd_access_maps plain=example.net
user@example.net REJECT
#<^^^^^^^^^^^^^^ address
`,
    });
    checkRule(rule, {
      ...main('relay_domains = hash:/etc/postfix/r'),
      r: '@example.net OK\nexample.org OK\na@example.net OK\n#<^^^^^^^^^^^ address what=domains\n',
    });
  });
  it('is silent about keys that are asked for, and other types of table', () => {
    checkRule(rule, { ...clients, c: '10.1 OK\n2001:db8::1 OK\nexample.net REJECT\n' });
    checkRule(rule, {
      ...main(
        'parent_domain_matches_subdomains =\nsmtpd_client_restrictions = check_client_access hash:/etc/postfix/c',
      ),
      c: '.example.net REJECT\n',
    });
    checkRule(rule, {
      ...main('smtpd_client_restrictions = check_client_access cidr:/etc/postfix/c'),
      c: '10.0.0.0/8 OK\n',
    });
    checkRule(rule, { ...main('virtual_alias_maps = hash:/etc/postfix/v'), v: 'a@example.net b\n.x y\n' });
  });
  it('writes the octets, or the name without its dot', () => {
    checkFix(rule, { ...clients, c: '10.1.0.0/16 OK\n' }, { c: '10.1 OK\n' });
    checkFix(rule, { ...clients, c: '.example.net OK\n' }, { c: 'example.net OK\n' });
  });
});

import { rule } from '@postfix-tools/server/rules/restrictions/table-line';
import { checkRule } from '../../support/rules';

describe('table-line', () => {
  it('reads a line as smtpd does', () => {
    checkRule(rule, {
      'main.cf': 'smtpd_client_restrictions = check_client_access texthash:/etc/postfix/c, cidr:/etc/postfix/net\n',
      c: `example.net 554
#           ^^^ number value=554
example.org REJECTED
#           ^^^^^^^^ unknown word=REJECTED
example.com
#<^^^^^^^^^ skipped says="expected format: key whitespace value"
example.net OK
#<^^^^^^^^^ twice line=1
`,
      net: '10.0.0.1/8 OK\n#<^^^^^^^^^^^ skipped\n',
    });
  });
  it('judges the results of patterns in access tables, and of no others', () => {
    const main = 'smtpd_sender_restrictions = check_sender_access';
    const table = `/@evil\\.example$/ REJETC
#                 ^^^^^^ unknown word=REJETC
/@(a)\\.example$/ 554
#                ^^^ number value=554
/@(b)\\.example$/ $1 here
/@ç/ Recusação já
#    ^^^^^^^^^^^^ unknown word=Recusação
/^c/ REJETC $1
if /d/
/e/ 550 5.7.1 no
endif
`;
    for (const type of ['pcre', 'regexp'])
      checkRule(rule, { 'main.cf': `${main} ${type}:/etc/postfix/senders\n`, senders: table });
    checkRule(rule, { 'main.cf': 'virtual_alias_maps = pcre:/etc/postfix/v\n', v: '/^a@b\\.example$/ joe\n' });
  });
  it('reads aliases as postalias does', () => {
    checkRule(rule, {
      'main.cf': 'alias_maps = hash:/etc/postfix/aliases\n',
      aliases: `root: joe
nocolon joe
#<^^^^^^^^^ skipped says="need name:value pair"
empty:
#<^^^^ skipped says="need name:value pair"
a@example.com: joe
#<^^^^^^^^^^^ skipped says="name must be local"
ROOT: ann
#<^^ twice line=1
"joe smith": joe, "|/bin/x: y"
{% if x %}
`,
    });
  });

  it('is silent about every action, restrictions, classes and tables on the right', () =>
    checkRule(rule, {
      'main.cf':
        'smtpd_restriction_classes = strict\nstrict = reject_unknown_client_hostname\nsmtpd_client_restrictions = check_client_access texthash:/etc/postfix/c\n',
      c: 'a.example OK\nb.example 550 no\nc.example permit_mynetworks, reject\nd.example strict\ne.example hash:/etc/postfix/x\nf.example DEFER_IF_PERMIT later\ng.example 250\n',
    }));
});

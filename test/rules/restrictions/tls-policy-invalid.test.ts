import { rule } from '@postfix-tools/server/rules/restrictions/tls-policy-invalid';
import { checkRule } from '../../support/rules';

const main = 'smtp_tls_policy_maps = hash:/etc/postfix/p\n';

describe('tls-policy-invalid', () => {
  it('names levels and attributes that smtp does not know, with the near one as a fix', () => {
    checkRule(rule, {
      'main.cf': main,
      p: `a.example encrypted
#         ^^^^^^^^^ level word=encrypted key=a.example
b.example secure protcols=TLSv1.2 ciphers
#                ^^^^^^^^ attribute word=protcols
#                                 ^^^^^^^ pair word=ciphers
c.example verify ciphers=high ciphers=low
#                             ^^^^^^^ twice
`,
    });
  });
  it('names attributes that the level does not take', () => {
    checkRule(rule, {
      'main.cf': main,
      p: `a.example may match=nexthop tafile=/x
#             ^^^^^ misplaced level=may
#                           ^^^^^^ misplaced
b.example none ciphers=high
#              ^^^^^^^^^^^^ off
`,
    });
  });
  it('names an empty value where none is taken, and names that differ in case only', () => {
    checkRule(rule, {
      'main.cf': main,
      p: `a.example secure match= ciphers=high
#                ^^^^^^ pair word=match=
b.example encrypt Protocols=TLSv1.2 protocols=TLSv1.3
#                                   ^^^^^^^^^ twice
c.example secure { match = } { protcols = TLSv1.2 }
#                ^^^^^^^^^^^ pair
#                              ^^^^^^^^ attribute word=protcols
`,
    });
  });
  it('knows what only newer versions take', () => {
    checkRule(
      rule,
      {
        'main.cf': main,
        p: `a.example secure { protocols = >=TLSv1.2 }
#                ^^^^^^^^^^^^^^^^^^^^^^^^^ pair
b.example secure match=a policy_type=sts
#                        ^^^^^^^^^^^ attribute word=policy_type version=3.9
`,
      },
      { version: '3.9' },
    );
    checkRule(rule, {
      'main.cf': main,
      p: `a.example secure { protocols = >=TLSv1.2 }, match=mx.a.example
b.example secure match=.b.example policy_type=sts policy_domain=b.example policy_ttl=86400 policy_failure=sts-policy-invalid
c.example secure policy_type=sts { policy_string = version: STSv1 } { policy_string = mode: enforce } mx_host_pattern=a mx_host_pattern=b
`,
    });
  });
  it('is silent where the last one counts, and where an empty value is one', () =>
    checkRule(rule, {
      'main.cf': main,
      p: `a.example encrypt exclude= protocols=
b.example encrypt connection_reuse=yes connection_reuse=no
c.example encrypt enable_rpk=yes enable_rpk=no
d.example secure match=a match=b tafile=/a tafile=/b
`,
    }));
  it('is silent about good policies, templates, several matches, and tables of other use', () => {
    checkRule(rule, {
      'main.cf': `${main}transport_maps = hash:/etc/postfix/t\n`,
      p: `[mx.a.example]:587 encrypt protocols=>=TLSv1.2:!TLSv1.3, ciphers=high exclude=3DES
b.example Secure match=nexthop match=.example servername=hostname
c.example fingerprint
  match=00:11|22:33
d.example {{ level }} foo
e.example dane-only
`,
      t: 'a.example whatever:\n',
    });
  });
});

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

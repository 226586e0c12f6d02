import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/any/pasted-punctuation';
import { checkFix, checkRule, findings } from '../../support/rules';

const codes = (text: string | Record<string, string>): string[] =>
  findings(rule, typeof text === 'string' ? { 'main.cf': text } : text).map(
    f =>
      `${f.source.path}:${f.source.positionAt(f.span.start).line + 1} ${JSON.stringify(f.message.args['code']).slice(1, -1)} ${f.severity}`,
  );

describe('pasted-punctuation', () => {
  it('fires once a line on dashes that should start an option', () =>
    checkRule(rule, {
      'firewall.sh': `#!/bin/sh
iptables -t nat -A FORWARD -p tcp –dport 25 –j DROP
#                                 ^ dash code=U+2013 instead=-- severity=error
iptables —A INPUT −p tcp -j ACCEPT
#        ^ dash code=U+2014 instead=-
# iptables -A INPUT –j DROP
echo iptables –j DROP
iptables -A INPUT -m comment --comment "a – b" –j DROP
#                                              ^ dash
`,
    }));
  it('fires on blanks that are none, in every kind of file', () => {
    deepEqual(codes('mynetworks = 127.0.0.0/8,\n\u00a0\u00a0192.0.2.0/24\n'), ['main.cf:2 U+00A0 error']);
    deepEqual(codes({ 'master.cf': 'smtp\u00a0inet n - n - - smtpd\n\u00a0 -o a=b\n' }), [
      'master.cf:1 U+00A0 error',
      'master.cf:2 U+00A0 error',
    ]);
    deepEqual(
      codes({
        header_checks: '/^From:.*x/\n\u00a0 REJECT\u00a0a\n/y/\u2003REJECT\n/z/ REJECT\u00a0a\n/q\u00a0/ OK a\u00a0b\n',
      }),
      ['header_checks:2 U+00A0 error', 'header_checks:3 U+2003 error', 'header_checks:4 U+00A0 error'],
    );
    deepEqual(
      codes({
        'rules.v4':
          '*filter\n-A INPUT\u00a0-j DROP\n# \u00a0\n-A INPUT -m comment --comment "\u00a0" -j DROP\nCOMMIT\n',
      }),
      ['rules.v4:2 U+00A0 error'],
    );
  });
  it('fires on byte order marks, invisible characters and curly quotes', () => {
    deepEqual(codes('\ufeff# main.cf\nmyhostname = a.example.com\n'), ['main.cf:1 U+FEFF error']);
    deepEqual(codes('mydomain = exam\u200bple.com\n'), ['main.cf:1 U+200B error']);
    deepEqual(codes('mailbox_command = /bin/x –a “$USER”\n'), ['main.cf:1 U+2013 error']);
  });
  it('reads the tables that main.cf names', () =>
    deepEqual(
      codes({
        'main.cf': 'transport_maps = hash:/etc/postfix/transport\n',
        transport: 'example.com\u00a0smtp:\nx smtp:\u00a0\n',
      }),
      ['transport:1 U+00A0 error'],
    ));
  it('is silent where people read it', () =>
    deepEqual(
      codes({
        'main.cf': `# – “ \u00a0
smtpd_banner = $myhostname – “mail”\u00a0server
default_rbl_reply = $rbl_code – $rbl_what
smtpd_recipient_restrictions = check_recipient_access inline:{ {a@example.com = 550 não – “aceito”} }, reject
default_transport = error:5.1.1 não – isto
mydestination = exämple.com – x
`,
        'master.cf': 'smtp inet n - n - - smtpd\n # –o x\n  -o smtpd_banner=–x\n',
        'fw.sh': '#!/bin/sh\niptables -L # –x\nMSG="– “a”"\necho “a” –b\n',
      }),
      [],
    ));
  it('cleans a line, or the file at once', () => {
    checkFix(
      rule,
      { 'master.cf': 'smtp inet n - n - - smtpd\n\u00a0\u00a0–o a=b\n\u00a0\u00a0–o c=d\n' },
      { 'master.cf': 'smtp inet n - n - - smtpd\n  -o a=b\n  -o c=d\n' },
      { title: /whole file/ },
    );
    checkFix(
      rule,
      { 'fw.sh': '#!/bin/sh\niptables ––append INPUT –p tcp —syn\n' },
      { 'fw.sh': '#!/bin/sh\niptables --append INPUT -p tcp --syn\n' },
    );
  });
  it('says what a line of the article needs', () => {
    const found = findings(rule, {
      'fw.sh': '#!/bin/sh\niptables -t filter -A OUTPUT -p tcp –dport 25 -p owner –uid-owner postfix -j ACCEPT\n',
    });
    equal(found.length, 1);
    deepEqual(
      found[0]?.fixes[0]?.edits.map(e => e.newText),
      ['--', '--'],
    );
  });
});

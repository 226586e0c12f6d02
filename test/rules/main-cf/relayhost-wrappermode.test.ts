import { rule } from '@postfix-tools/server/rules/main-cf/relayhost-wrappermode';
import { checkFix, checkRule } from '../../support/rules';

describe('relayhost-wrappermode', () => {
  it('fires on 465 without it, and on 25 or 587 with it', () => {
    checkRule(
      rule,
      'relayhost = [mail.example.net]:465\n#           ^^^^^^^^^^^^^^^^^^^^^^ missing port=465 severity=warning\n',
    );
    checkRule(rule, 'relayhost = mail.example.net:smtps\n#           ^^^^^^^^^^^^^^^^^^^^^^ missing\n');
    checkRule(
      rule,
      'smtp_tls_wrappermode = yes\nrelayhost = [mail.example.net]:587\n#           ^^^^^^^^^^^^^^^^^^^^^^ needless port=587\n',
    );
  });
  it('is silent on the loopback, where the transport sets its own, and where it fits', () => {
    checkRule(rule, 'relayhost = [127.0.0.1]:465\n');
    checkRule(rule, 'relayhost = [mail.example.net]:465\nsmtp_tls_wrappermode = yes\n');
    checkRule(rule, 'relayhost = [mail.example.net]:587\n');
    checkRule(rule, 'relayhost = $RELAY:465\n');
    checkRule(rule, {
      'main.cf': 'relayhost = [mail.example.net]:465\ndefault_transport = smtps\n',
      'master.cf': 'smtps unix - - n - - smtp -o smtp_tls_wrappermode=yes\n',
    });
  });
  it('turns it on, with a level that fits', () =>
    checkFix(
      rule,
      'relayhost = [mail.example.net]:465\n',
      'relayhost = [mail.example.net]:465\nsmtp_tls_wrappermode = yes\nsmtp_tls_security_level = encrypt\n',
    ));
});

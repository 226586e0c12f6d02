import { rule } from '@postfix-tools/server/rules/master-cf/service-undefined';
import { checkFix, checkRule } from '../../support/rules';

const rest = 'cleanup unix n - y - 0 cleanup\nrelay unix - - y - - smtp\nsmtp unix - - y - - smtp\n';

describe('service-undefined', () => {
  it('looks a name up in master.cf', () =>
    checkRule(
      rule,
      `
      content_filter = scan:127.0.0.1:10024
      #                ^^^^ transport name=scan parameter=content_filter
      default_transport = smtp
      relay_transport = rely:[mx.example.com]
      #                 ^^^^ transport name=rely
      mailbox_transport = lmtp:unix:private/dovecot-lmtp
      #                   ^^^^ transport
      --- master.cf
      smtp inet n - y - - smtpd -o cleanup_service_name=cleanup25
      #                                                 ^^^^^^^^^ cleanup name=cleanup25
      ${rest.trim().replace(/\n/g, '\n      ')}
      `,
    ));
  it('reads the transports that tables name', () =>
    checkRule(rule, {
      'main.cf': `transport_maps = hash:/etc/postfix/t
sender_dependent_default_transport_maps = hash:/etc/postfix/s
sender_dependent_relayhost_maps = hash:/etc/postfix/r
`,
      t: `example.com rely:[mx.example.com]
#           ^^^^ transport name=rely parameter=transport_maps
example.net [mx.example.net]:587
#           ^^^^^^^^^^^^^^^^ transport
example.org :[mx.example.org]
a.example relay:
b.example {{ way }}:x
`,
      s: 'a@example.com DUNNO\nb@example.com smtp:\n',
      r: 'a@example.com [mx.example.com]:587\n',
      'master.cf': rest,
    }));
  it('is silent about defaults, unknown values, and a site without master.cf', () => {
    checkRule(rule, { 'main.cf': 'content_filter = {{ filter }}\n', 'master.cf': rest });
    checkRule(rule, {
      'main.cf': 'content_filter =\nlocal_transport = error:no local mail\n',
      'master.cf': `${rest}error unix - - y - - error\n`,
    });
    checkRule(rule, { 'main.cf': 'content_filter = scan:127.0.0.1:10024\n' });
  });
  it('mends a name that is nearly right, or adds the service', () => {
    checkFix(
      rule,
      { 'main.cf': 'relay_transport = rely\n', 'master.cf': rest },
      { 'main.cf': 'relay_transport = relay\n' },
    );
    checkFix(
      rule,
      { 'master.cf': `smtp inet n - y - - smtpd -o cleanup_service_name=cleanup25\n${rest}` },
      {
        'master.cf': `smtp inet n - y - - smtpd -o cleanup_service_name=cleanup25\n${rest}cleanup25  unix  n       -       y       -       0       cleanup\n`,
      },
    );
  });
});

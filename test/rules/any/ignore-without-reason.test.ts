import { rule } from '@postfix-tools/server/rules/any/ignore-without-reason';
import { checkRule } from '../../support/rules';

describe('ignore-without-reason', () => {
  it('asks for the reason', () =>
    checkRule(
      rule,
      `
      # postfix-lint: ignore open-relay, same-as-default
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ reason rules="open-relay, same-as-default"
      mynetworks = 0.0.0.0/0
      --- firewall.sh
      #!/bin/sh
      start() {
        # postfix-lint: ignore ipt-refused --
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ reason severity=warning
        iptables -A INPUT -j ACCEPT
      }
      `,
    ));
  it('asks for the name', () =>
    checkRule(
      rule,
      `
      # postfix-lint: ignore -- it is fine
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names
      mynetworks = 0.0.0.0/0
      `,
    ));
  it('is silent about a comment with its reason, and about other comments', () =>
    checkRule(
      rule,
      `
      # postfix-lint: ignore open-relay -- a honeypot
      # postfix-lint ignores this
      mynetworks = 0.0.0.0/0
      `,
    ));
});

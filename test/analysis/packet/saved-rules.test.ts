import { deepEqual, equal } from 'node:assert/strict';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { format } from '@postfix-tools/server/text/message';
import { refusals, scripted } from '../../support/firewall';

/** What a script's rules hang on as a whole, each reason once, and what fails. */
function unknown(script: string): { why: string[]; errors: string[]; verdict: string } {
  const firewall = scripted(script);
  const { ruleset } = firewall;
  const verdict = tryPacket(ruleset, { path: 'in', proto: 'tcp', src: '203.0.113.9', dport: 25 }, {}).verdict;
  return {
    why: [...new Set(ruleset.unknown.map(why => format(why, 'en')))],
    errors: refusals(firewall),
    verdict,
  };
}

const printed = (program: string) => ({
  why: [`What ${program} prints is known only when the script runs.`],
  errors: [],
  verdict: 'unknown',
});

describe('rules that a script saves', () => {
  for (const [how, script] of [
    ['to a file', 'iptables-save > r.v4; iptables -F; iptables-restore < r.v4'],
    ['to a file by an option', 'iptables-save -c -f r.v4; iptables -F; iptables-restore r.v4'],
    ['to a file by tee', 'iptables-save -t filter | tee r.v4 >/dev/null; iptables-restore r.v4'],
    ['through grep', 'iptables-save | grep -v fail2ban | iptables-restore'],
    ['through sed, keeping what is there', "iptables-save | sed -e 's/25/26/' | grep -v x | iptables-restore -n"],
    ['to a variable', 'B=$(iptables-save); iptables -F; echo "$B" | iptables-restore'],
    ['with something in front', '(echo "# saved"; iptables-save) | iptables-restore'],
    ['in part', "(echo '*filter'; iptables-save | grep ^-A; echo COMMIT) | iptables-restore"],
  ] as const) {
    it(`are unknown when it loads them again: ${how}`, () => {
      deepEqual(unknown(`iptables -A INPUT -p tcp --dport 25 -j DROP\n${script}\n`), printed('iptables-save'));
    });
  }
  it('may be any number of lines', () => {
    const found = unknown(
      "iptables -A INPUT -j DROP\niptables -S | sed 's/-A/-D/' | while read l; do iptables $l; done\n",
    );
    equal(found.verdict, 'unknown');
  });
  it('leave a condition on the output of iptables open', () => {
    for (const condition of ['iptables -nL | grep -q x', 'iptables -V | grep -q nf_tables'])
      deepEqual(unknown(`if ${condition}; then iptables -A INPUT -j DROP; fi\n`), {
        why: [],
        errors: [],
        verdict: 'unknown',
      });
  });
  it('are known where tee writes known text', () => {
    const found = unknown(
      "printf '*filter\\n-A INPUT -j DROP\\n' | tee r >/dev/null\necho COMMIT | tee -a r | cat\niptables-restore r\n",
    );
    deepEqual(found, { why: [], errors: [], verdict: 'DROP' });
  });

  it('is loaded by the options that iptables-restore takes', () => {
    const file = 'printf "*filter\\nCOMMIT\\n" > r\n';
    const says = (line: string) => refusals(scripted(`${file}${line}`));
    deepEqual(says('iptables-restore -T filter ./missing.v4'), [
      "2 1 Can't open ./missing.v4: No such file or directory",
    ]);
    deepEqual(says('iptables-restore --ipv4 r'), ["2 1 iptables-restore: unrecognized option '--ipv4'"]);
    deepEqual(says('iptables-restore --noflush=1 r'), [
      "2 1 iptables-restore: option '--noflush' doesn't allow an argument",
    ]);
    const saves = 'iptables -A INPUT -j DROP\niptables-restore -h r';
    equal(tryPacket(scripted(`${file}${saves}`).ruleset, { path: 'in', dport: 25 }).verdict, 'DROP');
  });
});

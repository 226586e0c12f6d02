import { deepEqual, equal } from 'node:assert/strict';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { saved, scripted } from '../../support/firewall';
import { reading, shown } from './reading';

/** Calls with all that is told of them; `#` behind a line makes it one to be read word by word. */
function told(text: string) {
  const { calls, shellErrors, source, status } = reading(text);
  return {
    calls: calls.map(call => [shown(call), source.positionAt(call.span.start).line, source.slice(call.span)]),
    words: calls.map(call => call.argv.map(word => [source.slice(word.span), word.value, word.verbatim])),
    complaints: shellErrors.map(error => [error.line, error.says]),
    status,
  };
}

function slow(text: string): string {
  return text.replace(/^(\S.* -(?:[^"\\\n]|"[^"\n]*")*)$/gm, '$1 #');
}

const scripts: Readonly<Record<string, string>> = {
  'variables that change on the way': 'NET=10/8\niptables -A INPUT -s $NET\nNET=11/8\niptables -A INPUT -s $NET\n',
  'a program in a variable, with options': 'IPT="iptables -w"\n$IPT -A INPUT -j DROP\n"${IPT}" -A INPUT -j DROP\n',
  'a variable of several words': 'M="-m multiport --dports 25,587"\niptables -A INPUT -p tcp $M -j ACCEPT\n',
  'a variable that names files': 'X=*\niptables -A INPUT -s $X\niptables -A INPUT -s "$X"\n',
  'a variable that is not set':
    'iptables -A INPUT -s $NOWHERE -j DROP\nset -u\niptables -A INPUT -s $NOWHERE -j DROP\n',
  'an unknown variable': 'W=$(curl x)\niptables -A INPUT -s $W -j DROP\n',
  'a function of the same name': 'iptables -F\niptables() { command iptables -w "$@"; }\niptables -F\n',
  'an alias in dash': "alias fw='iptables -w'\nfw -F\n",
  'other separators': 'IFS=,\nA=-A,INPUT\niptables $A -j DROP\n',
  'set -e and a trap': 'set -e\niptables -F\ntrap "echo x" ERR\niptables -A INPUT -j DROP\n',
  'quotes with all that is special in them': 'iptables -A INPUT -m comment --comment "a; (b) * > c" -j DROP\n',
  'other programs': 'modprobe -a ip_tables\nfoo -x\nifconfig -a\n',
  'a function and a loop around':
    'f() {\niptables -A INPUT -s $1 -j DROP\n}\nf 1.2.3.4\nfor i in 1 2; do\niptables -N C$i\ndone\n',
  'the status asked for': 'iptables -C INPUT -j DROP\nif [ $? = 0 ]; then iptables -F; fi\n',
  'the last line without an end': 'iptables -F\niptables -X',
  'what goes on on the next line': 'iptables -A INPUT \\\n -j DROP\niptables -A INPUT -m comment --comment "a\nb"\n',
};

describe('plain lines of a script', () => {
  for (const [name, text] of Object.entries(scripts)) {
    it(`are carried out as any line: ${name}`, () => {
      const fast = told(text);
      deepEqual(told(text), fast);
      deepEqual(told(slow(text)), fast);
    });
  }

  it('are all read in a script of 50,000', () => {
    const text = 'iptables -A INPUT -s 192.0.2.1 -p tcp -m tcp --dport 25 -m comment --comment x -j DROP\n'.repeat(
      50_000,
    );
    const { calls, cut } = reading(text);
    deepEqual([calls.length, cut], [50_000, undefined]);
  });

  it('are told at their own places after an edit above them', () => {
    const files = new MemoryFiles([]);
    const load = (text: string) => loadFirewall([{ kind: 'shell', source: new SourceText('fw.sh', text) }], { files });
    const text = 'iptables -A INPUT -j DROP\n  iptables -A INPUT --dport 25 -j DROP\n';
    const before = load(text);
    const after = load(`# new\n${text}`);
    const blamed = (firewall: typeof before) =>
      firewall.refused.map(({ origin, refusal }) => [
        origin.source.slice(origin.span),
        refusal.span && origin.source.slice(refusal.span),
      ]);
    deepEqual(blamed(after), blamed(before));
    deepEqual(
      [before, after].map(f => f.errors[0]?.line),
      [2, 3],
    );
    equal(after.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules[0]?.origin.span.start, 6);
  });

  it('are read anew where a set that they ask comes and goes', () => {
    const rule = 'iptables -A INPUT -m set --match-set good src -j ACCEPT\n';
    equal(scripted(`ipset create good hash:ip\n${rule}`).errors.length, 0);
    equal(scripted(`ipset create good hash:ip\nipset destroy good\n${rule}`).errors.length, 1);
    equal(saved(scripted(`ipset create good hash:ip\n${rule}`), 'INPUT').length, 1);
  });
});

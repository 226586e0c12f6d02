/** Scripts and dumps with a bit of everything, edits of them, and firewalls as data that can be compared. */
import type { Firewall } from '@postfix-tools/server/analysis/packet/firewall';
import type { Origin } from '@postfix-tools/server/analysis/packet/ruleset';
import type { IptablesCall, Place } from '@postfix-tools/server/analysis/firewall/calls';
import type { numbers } from './numbers';

type Next = ReturnType<typeof numbers>;

function one<T>(next: Next, all: readonly T[]): T {
  return all[next(all.length)] as T;
}

const chains = ['INPUT', 'OUTPUT', 'FORWARD', 'MAIL', 'LOG_DROP'];

function ruleSpec(next: Next): string {
  const source = one(next, [
    '',
    ' -s 10.0.0.0/8',
    ' -s 192.0.2.7',
    ' -s $NET',
    ' -s 130/8',
    ' ! -s "$LAN"',
    ' -d $NONE',
  ]);
  const what = one(next, [
    '',
    ' -p tcp --dport 25',
    ' -p tcp -m multiport --dports 25,587',
    ' -p udp --dport $PORT',
    ' --dport 25',
    ' -m set --match-set good src',
    ' -m comment --comment "a; b # c"',
    " -m comment --comment 'it is'",
    ' –p tcp',
  ]);
  return `${source}${what} -j ${one(next, ['ACCEPT', 'DROP', 'REJECT', 'MAIL', 'LOG_DROP', 'RETURN', 'NOWHERE', 'SNAT'])}`;
}

function command(next: Next): string {
  const chain = one(next, chains);
  switch (next(12)) {
    case 0:
      return `-I ${chain}${ruleSpec(next)}`;
    case 1:
      return `-I ${chain} ${1 + next(4)}${ruleSpec(next)}`;
    case 2:
      return `-D ${chain} ${1 + next(4)}`;
    case 3:
      return `-D ${chain}${ruleSpec(next)}`;
    case 4:
      return `-R ${chain} ${1 + next(3)}${ruleSpec(next)}`;
    case 5:
      return one(next, [`-N ${chain}`, `-X ${chain}`, `-F ${chain}`, '-F', '-X', `-E ${chain} OTHER`]);
    case 6:
      return `-P ${chain} ${one(next, ['DROP', 'ACCEPT', 'REJECT'])}`;
    default:
      return `-A ${chain}${ruleSpec(next)}`;
  }
}

const program = (next: Next) =>
  one(next, ['iptables', 'iptables', '$IPT', '"$IPT"', '/sbin/ip6tables', 'sudo iptables']);

/** A line or a few of a script. */
function piece(next: Next): string {
  const call = () => `${program(next)} ${command(next)}`;
  switch (next(26)) {
    case 0:
      return `IPT=${one(next, ['iptables', '/sbin/iptables', '"iptables -w"', 'ip6tables', 'echo'])}\n`;
    case 1:
      return `NET=${one(next, ['10.1.0.0/16', '192.0.2.0/24', '*', '$(hostname -i)', '"1.2.3.4 -p tcp"'])}\n`;
    case 2:
      return `for PORT in 25 ${next(999)}; do\n  ${call()}\ndone\n`;
    case 3:
      return `if ${one(next, ['[ -f /etc/x ]', `${call()}`, 'true', 'ping -c1 gw'])}; then\n${call()}\nfi\n`;
    case 4:
      return `${call()} # why\n`;
    case 5:
      return `# ${call()}\n\n`;
    case 6:
      return `  ${call()} \\\n    -m comment --comment x\n`;
    case 7:
      return `iptables-restore${one(next, ['', ' -n'])} <<E\n${dump(next, 3)}E\n`;
    case 8:
      return `cat <<'E' >/dev/null\n${call()}\nE\n`;
    case 9:
      return `${one(next, ['f', 'iptables'])}() {\n${call()}\ncommand iptables -A INPUT -s "$1" -j DROP\n}\n`;
    case 10:
      return `f 192.0.2.${next(9)}\n`;
    case 11:
      return one(next, [
        'set -e\n',
        'set -u\n',
        'trap "iptables -F" ERR\n',
        'IFS=,\n',
        'unset NET\n',
        'exit 0\n',
        'set +e\n',
      ]);
    case 12:
      return one(next, [
        'ipset create good hash:ip\n',
        'ipset add good 192.0.2.7\n',
        'ipset destroy good\n',
        'ipset flush\n',
      ]);
    case 13:
      return one(next, [
        '((X=1))\n',
        '((echo a # (\n); echo b)\n',
        `X=$((echo "a)" ; ${call()}) )\n`,
        'echo "$((1+2))"\n',
        ')\n',
      ]);
    case 14:
      return one(next, ["echo 'open\n", 'if true; then\n', 'fi\n', '}\n', "'\n", '"\n', 'nothing-known -x\n']);
    case 15:
      return `while read -r x; do\n${call()}\ndone < /etc/list\n`;
    default:
      return `${call()}\n`;
  }
}

/** A line of a dump. */
function dumpLine(next: Next): string {
  switch (next(14)) {
    case 0:
      return '# comment\n';
    case 1:
      return one(next, [':MAIL - [0:0]\n', ':INPUT DROP [1:2]\n', ':OTHER ACCEPT [0:0]\n', ':-x - [0:0]\n', '\n']);
    case 2:
      return `[3:4] ${command(next)}\n`;
    case 3:
      return one(next, ['COMMIT\n', '*nat\n', '*filter\n', '*other\n', '[1 -A INPUT\n', '-A INPUT -j ACCEPT\r\n']);
    case 4:
      return one(next, ['-A "INPUT" -j ACCEPT\n', '-A INPUT -m comment --comment "a \\" b" -j DROP\n', 'nonsense\n']);
    default:
      return `${command(next)}\n`;
  }
}

export function dump(next: Next, lines: number): string {
  const body = Array.from({ length: lines }, () =>
    next(3) ? `-A INPUT -p tcp --dport ${next(99)} -j ACCEPT\n` : dumpLine(next),
  );
  return `*filter\n:INPUT DROP [0:0]\n:MAIL - [0:0]\n:LOG_DROP - [0:0]\n${body.join('')}COMMIT\n`;
}

export function script(next: Next, pieces: number): string {
  const head = `#!/bin/${one(next, ['sh', 'bash'])}\nIPT=iptables\nNET=10/8\nLAN=10.0.0.0/8\nPORT=25\niptables -N MAIL\n`;
  return head + Array.from({ length: pieces }, () => piece(next)).join('');
}

/** The same file after somebody has written in it. */
export function edited(text: string, next: Next, kind: 'shell' | 'iptables-save'): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const start = one(next, starts);
  const end = starts[starts.indexOf(start) + 1 + next(2)] ?? text.length;
  const fresh = () => (kind === 'shell' ? piece(next) : dumpLine(next));
  switch (next(6)) {
    case 0:
      return text.slice(0, start) + fresh() + text.slice(start);
    case 1:
      return text.slice(0, start) + text.slice(end);
    case 2:
      return text.slice(0, start) + fresh() + text.slice(end);
    case 3: {
      const other = one(next, starts);
      return text.slice(0, other) + text.slice(start, end) + text.slice(other);
    }
    default: {
      const at = next(text.length + 1);
      return (
        text.slice(0, at) +
        one(next, ['', 'x', ' ', '\n', '#', '"', "'", '(', ')', '))', '\\', '1']) +
        text.slice(at + next(2))
      );
    }
  }
}

/** All that a firewall tells, as data: files by their text. */
export function told(firewall: Firewall): unknown {
  const { ruleset } = firewall;
  return {
    tables: ([4, 6] as const).map(family =>
      [...ruleset.tables[family]].map(([name, table]) => [
        name,
        [...table.chains.values()].map(({ policyOrigin, rules, ...chain }) => ({
          ...chain,
          policyOrigin: policyOrigin && origin(policyOrigin),
          rules: rules.map(placed => ({ rule: placed.rule, origin: origin(placed.origin), hangsOn: placed.hangsOn })),
        })),
      ]),
    ),
    refused: [...ruleset.refused, ...firewall.refused].map(({ origin: from, refusal }) => [origin(from), refusal]),
    unknown: ruleset.unknown,
    errors: firewall.errors.map(error => ({ ...error, ...place(error) })),
    readings: firewall.readings.map(({ calls, shellErrors, unknown, includes, cut, status }) => ({
      calls: calls.map(call),
      shellErrors: shellErrors.map(({ conditional, ...error }) => ({
        ...error,
        ...place(error),
        conditional: conditional.map(condition => ({ ...condition, ...place(condition) })),
      })),
      unknown: unknown.map(each => ({ ...each, ...place(each) })),
      includes: includes.map(each => ({ ...each, ...place(each) })),
      cut: cut && place(cut),
      status,
    })),
  };
}

function place({ source, span }: Place) {
  return { source: source.text, span };
}

function origin(from: Origin) {
  return { ...place(from), text: from.text, hangsOn: from.hangsOn };
}

function pieces(all: readonly (string | (Place & { readonly name: string }))[]) {
  return all.map(each => (typeof each === 'string' ? each : [each.name, place(each)]));
}

function call(each: IptablesCall) {
  const { program, backend, argv, conditional, repeated, via, input } = each;
  return {
    ...place(each),
    program,
    backend,
    argv: argv.map(word => ({ ...word, ...place(word), pieces: pieces(word.pieces) })),
    conditional: conditional.map(condition => ({ ...condition, ...place(condition) })),
    repeated,
    via: via.map(place),
    input: input && {
      closed: input.closed,
      missing: input.missing,
      unknown: input.unknown && place(input.unknown),
      lines: input.lines.map(line => ({ ...line, ...place(line), pieces: pieces(line.pieces) })),
    },
  };
}

/** Firewalls of many rules in the shapes that programs and people give them. */

import { numbers } from '../support/numbers';

type Next = ReturnType<typeof numbers>;

const mailPorts = [25, 465, 587];
const address = (next: Next) => `${1 + next(223)}.${next(256)}.${next(256)}.${next(256)}`;
const network = (next: Next) => `${1 + next(223)}.${next(256)}.${next(256)}.0/${[16, 20, 22, 24][next(4)] ?? 24}`;
const policies = ':INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n';
const usual = '-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n';

function lines(count: number, line: (next: Next, i: number) => string): string {
  const next = numbers();
  return Array.from({ length: count }, (_, i) => line(next, i)).join('');
}

/** Random networks, every other one for a mail port. */
export function networks(rules: number): string {
  const rule = (next: Next, i: number) =>
    `-A INPUT -s ${network(next)} -p tcp -m tcp --dport ${i % 2 ? (mailPorts[next(3)] ?? 25) : 1 + next(65535)} -j ${next(4) ? 'ACCEPT' : 'DROP'}\n`;
  return `*filter\n${policies}${usual}${lines(rules, rule)}COMMIT\n`;
}

/** The same as a script of one command a line. */
export function networksScript(rules: number): string {
  const dump = networks(rules)
    .split('\n')
    .filter(line => line.startsWith('-A'));
  return `#!/bin/bash\nIPT=/sbin/iptables\n$IPT -F\n$IPT -P INPUT DROP\n${dump.map(line => `$IPT ${line}\n`).join('')}`;
}

/** A script that puts networks into a set, one command each or all of them at once, and drops what comes from there. */
export function setOfNetworks(count: number, how: 'add' | 'restore'): string {
  const all = Array.from({ length: count }, (_, i) => `add bl ${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24\n`);
  const filled =
    how === 'add' ? all.map(line => `ipset ${line}`).join('') : `ipset restore <<EOF\n${all.join('')}EOF\n`;
  return `#!/bin/sh\nipset create bl hash:net\n${filled}iptables -A INPUT -m set --match-set bl src -j DROP\n`;
}

/** Chains of banned hosts in front of a few open ports, as fail2ban keeps them. */
export function banned(rules: number): string {
  const jails = ['postfix', 'postfix-sasl', 'dovecot', 'sshd'];
  const ports = ['25,465,587', '25,465,587', '110,143,993', '22'];
  const chains = jails.map(jail => `:f2b-${jail} - [0:0]\n`).join('');
  const calls = jails
    .map((jail, i) => `-A INPUT -p tcp -m multiport --dports ${ports[i] ?? ''} -j f2b-${jail}\n`)
    .join('');
  const hosts = lines(rules, (next, i) => {
    const reject = '-j REJECT --reject-with icmp-port-unreachable';
    return `-A f2b-${jails[i % 4] ?? ''} -s ${address(next)}/32 ${reject}\n`;
  });
  const back = jails.map(jail => `-A f2b-${jail} -j RETURN\n`).join('');
  const open = '-A INPUT -p tcp -m multiport --dports 22,25,465,587,993 -j ACCEPT\n';
  return `*filter\n${policies}${chains}${calls}${usual}${open}${hosts}${back}COMMIT\n`;
}

/** Chains behind chains and a list of allowed hosts, as ufw writes them. */
export function allowed(rules: number): string {
  const chains = ['before', 'user', 'after', 'skip'].map(name => `:ufw-${name}-input - [0:0]\n`).join('');
  const start = `-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-after-input -p udp -m udp --dport 137:138 -j ufw-skip-input
-A ufw-skip-input -j DROP
`;
  const rule = (next: Next) => {
    const comment = `-m comment --comment "${['office', 'branch', 'customer'][next(3)] ?? ''} ${next(999)}"`;
    return `-A ufw-user-input -s ${network(next)} -p tcp -m tcp --dport ${mailPorts[next(3)] ?? 25} ${comment} -j ACCEPT\n`;
  };
  return `*filter\n${policies}${chains}${start}${lines(rules, rule)}COMMIT\n`;
}

/** A chain for each container behind one published port, as Docker makes them. */
export function containers(rules: number): string {
  const host = (i: number) => `172.${17 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  const nat = lines(rules / 2, (_next, i) => {
    const to = `--to-destination ${host(i + 2)}:25`;
    return `-A DOCKER ! -i docker0 -p tcp -m tcp --dport ${1024 + (i % 60000)} -j DNAT ${to}\n`;
  });
  const filter = lines(
    rules / 2,
    (_next, i) => `-A DOCKER -d ${host(i + 2)}/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 25 -j ACCEPT\n`,
  );
  return `*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
${nat}COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A DOCKER-USER -j RETURN
${filter}COMMIT
`;
}

/** Services with chains of endpoints, as kube-proxy writes them. */
export function services(rules: number): string {
  const each = Math.floor(rules / 5);
  const name = (kind: string, i: number) => `KUBE-${kind}-${i.toString(36).toUpperCase().padStart(8, 'A')}`;
  const chains = lines(each, (_next, i) => `:${name('SVC', i)} - [0:0]\n:${name('SEP', i)} - [0:0]\n`);
  const body = lines(each, (_next, i) => {
    const ip = `10.96.${(i >> 8) & 255}.${i & 255}/32`;
    const pod = `10.244.${(i >> 8) & 255}.${i & 255}`;
    const port = [25, 80, 443, 587][i % 4] ?? 25;
    return `-A KUBE-SERVICES -d ${ip} -p tcp -m comment --comment "ns/svc-${i} cluster IP" -m tcp --dport ${port} -j ${name('SVC', i)}
-A ${name('SVC', i)} ! -s 10.244.0.0/16 -d ${ip} -p tcp -m tcp --dport ${port} -j KUBE-MARK-MASQ
-A ${name('SVC', i)} -j ${name('SEP', i)}
-A ${name('SEP', i)} -s ${pod}/32 -j KUBE-MARK-MASQ
-A ${name('SEP', i)} -p tcp -m tcp -j DNAT --to-destination ${pod}:${port}
`;
  });
  return `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
${chains}-A PREROUTING -m comment --comment "service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "service portals" -j KUBE-SERVICES
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
${body}COMMIT
`;
}

/**
 * IP protocols by name, lower case: iptables lowers what it is given, so that `TCP` works and an upper-case alias never does.
 * Source: /etc/protocols of Debian 12 (netbase 6.4) and the names that iptables 1.8.9 itself knows.
 */
const list = `
  ip:0 hopopt:0 icmp:1 igmp:2 ggp:3 ipencap:4 st:5 tcp:6 egp:8 igp:9 pup:12 udp:17 hmp:20 xns-idp:22 rdp:27
  iso-tp4:29 dccp:33 xtp:36 ddp:37 idpr-cmtp:38 ipv6:41 ipv6-route:43 ipv6-frag:44 idrp:45 rsvp:46 gre:47 esp:50
  ah:51 skip:57 ipv6-icmp:58 ipv6-nonxt:59 ipv6-opts:60 rspf:73 vmtp:81 eigrp:88 ospf:89 ax.25:93 ipip:94
  etherip:97 encap:98 pim:103 ipcomp:108 vrrp:112 l2tp:115 isis:124 sctp:132 fc:133 mobility-header:135
  udplite:136 mpls-in-ip:137 manet:138 hip:139 shim6:140 wesp:141 rohc:142 ethernet:143 icmpv6:58 ipv6-mh:135
  mh:135 all:0
`;

/** Protocol numbers by name. */
export const protocols: ReadonlyMap<string, number> = new Map(
  list
    .trim()
    .split(/\s+/)
    .map(entry => {
      const at = entry.lastIndexOf(':');
      return [entry.slice(0, at), Number(entry.slice(at + 1))];
    }),
);

const names = new Map([...protocols].reverse().map(([name, number]) => [number, name]));

/** The name that iptables-save prints for a protocol, or its number. */
export function protocolName(number: number): string {
  return names.get(number) ?? String(number);
}

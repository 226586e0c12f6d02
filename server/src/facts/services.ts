/**
 * Names of ports, for tcp where nothing is said, else for udp or for both.
 * Source: /etc/services of Debian 12 (netbase 6.4), names and aliases.
 */
const list = `
  tcpmux:1 echo:7/both discard:9/both sink:9/both null:9/both systat:11 users:11 daytime:13/both netstat:15
  qotd:17 quote:17 chargen:19/both ttytst:19/both source:19/both ftp-data:20 ftp:21 fsp:21/udp fspd:21/udp ssh:22
  telnet:23 smtp:25 mail:25 time:37/both timserver:37/both whois:43 nicname:43 tacacs:49/both domain:53/both
  bootps:67/udp bootpc:68/udp tftp:69/udp gopher:70 finger:79 http:80 www:80 kerberos:88/both kerberos5:88/both
  krb5:88/both kerberos-sec:88/both iso-tsap:102 tsap:102 acr-nema:104 dicom:104 dicom:11112 pop3:110 pop-3:110
  sunrpc:111/both portmapper:111/both auth:113 authentication:113 tap:113 ident:113 nntp:119 readnews:119 untp:119
  ntp:123/udp epmap:135 loc-srv:135 netbios-ns:137/udp netbios-dgm:138/udp netbios-ssn:139 imap2:143 imap:143
  snmp:161/both snmp-trap:162/both snmptrap:162/both cmip-man:163/both cmip-agent:164/both mailq:174 xdmcp:177/udp
  bgp:179 smux:199 qmtp:209 z3950:210 wais:210 ipx:213/udp ptp-event:319/udp ptp-general:320/udp pawserv:345
  zserv:346 rpc2portmap:369/both codaauth2:370/both clearcase:371/udp Clearcase:371/udp ldap:389/both
  svrloc:427/both https:443/both snpp:444 microsoft-ds:445 kpasswd:464/both submissions:465 ssmtp:465 smtps:465
  urd:465 saft:487 isakmp:500/udp rtsp:554/both nqs:607 asf-rmcp:623/udp qmqp:628 ipp:631 ldp:646/both exec:512
  biff:512/udp comsat:512/udp login:513 who:513/udp whod:513/udp shell:514 cmd:514 syslog:514/both printer:515
  spooler:515 talk:517/udp ntalk:518/udp route:520/udp router:520/udp routed:520/udp gdomap:538/both uucp:540
  uucpd:540 klogin:543 kshell:544 krcmd:544 dhcpv6-client:546/udp dhcpv6-server:547/udp afpovertcp:548 nntps:563
  snntp:563 submission:587 ldaps:636/both tinc:655/both silc:706 kerberos-adm:749 domain-s:853/both rsync:873
  ftps-data:989 ftps:990 telnets:992 imaps:993 pop3s:995 socks:1080 proofd:1093 rootd:1094 openvpn:1194/both
  rmiregistry:1099 lotusnote:1352 lotusnotes:1352 ms-sql-s:1433 ms-sql-m:1434/udp ingreslock:1524
  datametrics:1645/both old-radius:1645/both sa-msg-port:1646/both old-radacct:1646/both kermit:1649
  groupwise:1677 l2f:1701/udp l2tp:1701/udp radius:1812/both radius-acct:1813/both radacct:1813/both
  cisco-sccp:2000 nfs:2049/both gnunet:2086/both rtcm-sc104:2101/both gsigatekeeper:2119 gris:2135 cvspserver:2401
  venus:2430/both venus-se:2431/both codasrv:2432/both codasrv-se:2433/both mon:2583/both dict:2628
  f5-globalsite:2792 gsiftp:2811 gpsd:2947 gds-db:3050 gds_db:3050 icpv2:3130/udp icp:3130/udp isns:3205/both
  iscsi-target:3260 mysql:3306 ms-wbt-server:3389 nut:3493/both distcc:3632 daap:3689 svn:3690 subversion:3690
  suucp:4031 sysrqd:4094 sieve:4190 epmd:4369 remctl:4373 f5-iquery:4353 ntske:4460 ipsec-nat-t:4500/udp
  iax:4569/udp mtn:4691 radmin-port:4899 sip:5060/both sip-tls:5061/both xmpp-client:5222 jabber-client:5222
  xmpp-server:5269 jabber-server:5269 cfengine:5308 mdns:5353/udp postgresql:5432 postgres:5432 freeciv:5556
  rptp:5556 amqps:5671 amqp:5672 x11:6000 x11-0:6000 x11-1:6001 x11-2:6002 x11-3:6003 x11-4:6004 x11-5:6005
  x11-6:6006 x11-7:6007 gnutella-svc:6346/both gnutella-rtr:6347/both redis:6379 sge-qmaster:6444 sge_qmaster:6444
  sge-execd:6445 sge_execd:6445 mysql-proxy:6446 babel:6696/udp ircs-u:6697 bbs:7000 afs3-fileserver:7000/udp
  afs3-callback:7001/udp afs3-prserver:7002/udp afs3-vlserver:7003/udp afs3-kaserver:7004/udp afs3-volser:7005/udp
  afs3-bos:7007/udp afs3-update:7008/udp afs3-rmtsys:7009/udp font-service:7100 xfs:7100 http-alt:8080
  webcache:8080 puppet:8140 bacula-dir:9101 bacula-fd:9102 bacula-sd:9103 xmms2:9667 nbd:10809 zabbix-agent:10050
  zabbix-trapper:10051 amanda:10080 hkp:11371 db-lsp:17500 dcap:22125 gsidcap:22128 wnn6:22273 kerberos4:750/both
  kerberos-iv:750/both kdc:750/both kerberos-master:751/both kerberos_master:751/udp passwd-server:752/udp
  passwd_server:752/udp krb-prop:754 krb_prop:754 krb5_prop:754 hprop:754 zephyr-srv:2102/udp zephyr-clt:2103/udp
  zephyr-hm:2104/udp iprop:2121 supfilesrv:871 supfiledbg:1127 poppassd:106 moira-db:775 moira_db:775
  moira-update:777 moira_update:777 moira-ureg:779/udp moira_ureg:779/udp spamd:783 skkserv:1178 predict:1210/udp
  rmtcfg:1236 xtel:1313 xtelw:1314 zebrasrv:2600 zebra:2601 ripd:2602 ripngd:2603 ospfd:2604 bgpd:2605 ospf6d:2606
  ospfapi:2607 isisd:2608 fax:4557 hylafax:4559 munin:4949 lrrd:4949 rplay:5555/udp nrpe:5666 nsca:5667 canna:5680
  syslog-tls:6514 sane-port:6566 sane:6566 saned:6566 ircd:6667 zope-ftp:8021 tproxy:8081 omniorb:8088
  clc-build-daemon:8990 xinetd:9098 git:9418 zope:9673 webmin:10000 kamanda:10081 amandaidx:10082 amidxtape:10083
  sgi-cmsd:17001/udp sgi-crsd:17002/udp sgi-gcd:17003/udp sgi-cad:17004 binkp:24554 asp:27374/both csync2:30865
  dircproxy:57000 tfido:60177 fido:60179
`;

/** A port that a name stands for. */
export interface Service {
  readonly port: number;
  readonly protocols: 'tcp' | 'udp' | 'both';
}

/** The ports of each name; a few names stand for one port in tcp and another in udp. */
export const serviceEntries: ReadonlyMap<string, readonly Service[]> = read();

/** The port of each name, whatever the protocol: where there are two, that of the first entry. */
export const services: ReadonlyMap<string, number> = new Map(
  [...serviceEntries].map(([name, entries]) => [name, entries[0]?.port ?? 0]),
);

function read(): Map<string, Service[]> {
  const out = new Map<string, Service[]>();
  for (const entry of list.trim().split(/\s+/)) {
    const [name = '', port = '', protocols = 'tcp'] = entry.split(/[:/]/);
    const service: Service = {
      port: Number(port),
      protocols: protocols === 'udp' || protocols === 'both' ? protocols : 'tcp',
    };
    out.set(name, [...(out.get(name) ?? []), service]);
  }
  return out;
}

#!/bin/sh
# Gerência da porta 25 na Padaria Aurora

iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT

# Submission só para clientes do Brasil
iptables -A INPUT -p tcp --dport 587 -s 177/8 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -s 200/7 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -j DROP

# Nada sai pela porta 25
iptables -I OUTPUT -p tcp --dport 25 -j DROP
iptables -I OUTPUT -p udp --dport 25 -j DROP

# Da rede interna, só o servidor de e-mail
iptables -t nat -A FORWARD -p tcp –dport 25 -s 192.168.10.25 -j ACCEPT
iptables -A FORWARD -p tcp --dport 25 -p owner --uid-owner postfix -j ACCEPT
iptables -A FORWARD -p tcp -s 192.168.10.0/24 --dport 25 -j DROP

#!/bin/sh
# Gerência da porta 25 na Padaria Aurora

for fw in iptables ip6tables; do
    "$fw" -A INPUT -i lo -j ACCEPT
    "$fw" -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
    "$fw" -A INPUT -p tcp -m multiport --dports 25,587 -j ACCEPT

    # Pela porta 25 só sai o próprio servidor de e-mail
    "$fw" -A OUTPUT -o lo -j ACCEPT
    "$fw" -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT
    "$fw" -A OUTPUT -p tcp --dport 25 -j REJECT --reject-with tcp-reset

    # A rede interna usa a 587
    "$fw" -A FORWARD -p tcp --dport 25 -j REJECT --reject-with tcp-reset
done

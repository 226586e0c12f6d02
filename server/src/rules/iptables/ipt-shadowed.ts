import { decided, type DeadRule } from '../../analysis/packet/regions/decided';
import { shadowOf } from '../../analysis/packet/regions/shadow';
import type { PlacedRule, Ruleset } from '../../analysis/packet/ruleset';
import { ask, siteFirewalls, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import { packetEvidence, packetFor } from '../packet-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-shadowed',
  title: { en: 'A rule that no packet meets', 'pt-BR': 'Uma regra que nenhum pacote encontra' },
  severity: 'warning',
  files: ['shell', 'iptables-save'],
  evidence: true,
  page: {
    why: `Chains are read from the top, and the first rule that decides ends the search. Whatever could come to this rule is decided
above it, or its own conditions exclude each other: it does nothing, however important it looks.`,
    remedy: 'Move it above the rule that takes its packets, or take it out.',
    bad: {
      'firewall.sh':
        '#!/bin/sh\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\niptables -A INPUT -p tcp -s 203.0.113.9 --dport 25 -j DROP\n',
    },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -A INPUT -p tcp -s 203.0.113.9 --dport 25 -j DROP\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n',
    },
    see: ['iptables(8)'],
  },
  messages: {
    shadowed: {
      en: 'No packet comes to this rule: line {line} takes all that it would. Move it above, or take it out.',
      'pt-BR':
        'Nenhum pacote chega a esta regra: a linha {line} leva todos os que ela pegaria. Mova-a para cima ou retire-a.',
    },
    together: {
      en: 'No packet comes to this rule: lines {lines} and {line} together take all that it would. Move it above, or take it out.',
      'pt-BR':
        'Nenhum pacote chega a esta regra: as linhas {lines} e {line} juntas levam todos os que ela pegaria. Mova-a para cima ou retire-a.',
    },
    before: {
      en: 'No packet that this rule is for comes to it: all are decided above it or before they come to {chain}. Move it to where they are, or take it out.',
      'pt-BR':
        'Nenhum pacote desta regra chega a ela: todos são decididos acima dela ou antes de chegar a {chain}. Mova-a para onde eles passam ou retire-a.',
    },
    contradiction: {
      en: 'The conditions of this rule exclude each other: no packet meets them all.',
      'pt-BR': 'As condições desta regra se excluem: nenhum pacote satisfaz todas.',
    },
    taker: { en: 'this rule comes first', 'pt-BR': 'esta regra vem antes' },
  },
  check(site, report) {
    for (const one of siteFirewalls(site)) {
      const { ruleset } = one.firewall;
      const dead = decided(ruleset).dead;
      const done = living(one, dead);
      for (const each of dead) {
        const { origin } = each.placed;
        const at = lineKey(each.placed);
        if (each.why === 'unreached' || done.has(at) || reversed(each, ruleset)) continue;
        done.add(at);
        const { takers, whole } = shadowOf(ruleset, each);
        const packet = each.family === 4 ? packetFor(each.placed, each.chain) : undefined;
        const answer = packet && ask(one, packet);
        const evidence = packet && answer && answer.verdict !== 'unknown' ? packetEvidence(packet, answer) : undefined;
        if (each.why === 'shadowed' && takers.length === 0) continue;
        const lines = takers.map(lineOf);
        const last = lines.pop() ?? 0;
        const args = { line: last, lines: lines.join(', '), chain: each.chain };
        const related = takers.slice(0, 4).map(t => ({
          source: t.origin.source,
          span: t.origin.span,
          message: { text: rule.messages.taker, args: {} },
        }));
        const key =
          each.why === 'contradiction' ? each.why : !whole ? 'before' : lines.length === 0 ? 'shadowed' : 'together';
        // What never comes to a chain of one's own hangs on who calls it.
        const severity = key === 'before' ? 'information' : 'warning';
        report(origin.source, origin.span, key, args, { related, severity, ...(evidence ? { evidence } : {}) });
      }
    }
  },
});

const lineOf = ({ origin }: PlacedRule): number => origin.source.positionAt(origin.span.start).line + 1;

const lineKey = ({ origin }: PlacedRule): string => `${origin.source.path}:${origin.span.start}`;

/** Of the commands that make dead rules, those that make one which is not (a list, a loop): they are not dead. */
function living({ kind, firewall }: SiteFirewall, dead: readonly DeadRule[]): Set<string> {
  const out = new Set<string>();
  if (dead.length === 0) return out;
  const gone = new Set(dead.map(each => each.placed));
  const origins = new Set(dead.map(each => each.placed.origin));
  const starts = new Set(dead.map(each => each.placed.origin.span.start));
  // A line of a dump is carried out once; a script may come to the same command again.
  const isTheirs = ({ origin }: PlacedRule): boolean =>
    kind === 'iptables-save' ? origins.has(origin) : starts.has(origin.span.start);
  for (const family of [4, 6] as const) {
    for (const table of firewall.ruleset.tables[family].values()) {
      for (const chain of table.chains.values()) {
        for (const placed of chain.rules) if (isTheirs(placed) && !gone.has(placed)) out.add(lineKey(placed));
      }
    }
  }
  return out;
}

/** Both were inserted at the top, so that the later line came to stand first: ipt-order-reversed speaks of that. */
function reversed(dead: DeadRule, ruleset: Ruleset): boolean {
  const inserted = (p: PlacedRule): boolean => /\s-I\s+\S+\s+(?!\d)/.test(` ${p.origin.text} `);
  return (
    dead.why === 'shadowed' &&
    inserted(dead.placed) &&
    shadowOf(ruleset, dead).takers.some(t => inserted(t) && t.origin.span.start > dead.placed.origin.span.start)
  );
}

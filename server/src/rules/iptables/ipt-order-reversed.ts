import { decided } from '../../analysis/packet/regions/decided';
import { shadowOf } from '../../analysis/packet/regions/shadow';
import type { PlacedRule } from '../../analysis/packet/ruleset';
import { ask, editedFirewall, siteFirewalls, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { packetEvidence, packetFor } from '../packet-evidence';
import { defineRule, type FileEdit, type Fix } from '../rule';

const insertion = /\s-I\s+(\S+)\s+(?!\d)/;

export const rule = defineRule({
  id: 'ipt-order-reversed',
  title: {
    en: 'Rules inserted one after the other stand upside down',
    'pt-BR': 'Regras inseridas em sequência ficam de cabeça para baixo',
  },
  severity: 'warning',
  files: ['shell'],
  fixable: true,
  evidence: true,
  page: {
    why: `-I puts a rule at the top of its chain. A series of them ends up in the opposite order: the closing rule that was written
last stands first, and the exceptions above it in the script are never asked.`,
    remedy: 'Use -A, or write the series from the end.',
    bad: {
      'firewall.sh':
        '#!/bin/sh\niptables -I INPUT -p tcp -s 198.51.100.0/24 --dport 587 -j ACCEPT\niptables -I INPUT -p tcp --dport 587 -j DROP\n',
    },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -A INPUT -p tcp -s 198.51.100.0/24 --dport 587 -j ACCEPT\niptables -A INPUT -p tcp --dport 587 -j DROP\n',
    },
    see: ['iptables(8), --insert'],
  },
  messages: {
    reversed: {
      en: 'Each -I goes to the top, so line {line} stands above this rule and takes all its packets. Use -A for the series.',
      'pt-BR':
        'Cada -I vai para o topo; a linha {line} fica acima desta regra e leva todos os seus pacotes. Use -A na série.',
    },
    taker: { en: 'this rule stands above it in the chain', 'pt-BR': 'esta regra fica acima dela na cadeia' },
  },
  check(site, report) {
    for (const one of siteFirewalls(site)) {
      const { ruleset } = one.firewall;
      const said = new Set<string>();
      for (const each of decided(ruleset).dead) {
        const { placed } = each;
        const key = lineKey(placed);
        if (each.why !== 'shadowed' || !isInserted(placed) || said.has(key)) continue;
        const taker = shadowOf(ruleset, each).takers.find(
          t => isInserted(t) && t.origin.span.start > placed.origin.span.start,
        );
        if (!taker) continue;
        said.add(key);
        const packet = each.family === 4 ? packetFor(placed, each.chain) : undefined;
        const answer = packet && ask(one, packet);
        const evidence = packet && answer && answer.verdict !== 'unknown' ? packetEvidence(packet, answer) : undefined;
        const { source } = placed.origin;
        report(
          source,
          placed.origin.span,
          'reversed',
          { line: taker.origin.source.positionAt(taker.origin.span.start).line + 1 },
          {
            related: [
              {
                source: taker.origin.source,
                span: taker.origin.span,
                message: { text: rule.messages.taker, args: {} },
              },
            ],
            fixes: () => appended(site, one, [placed, taker]),
            ...(evidence ? { evidence } : {}),
          },
        );
      }
    }
  },
});

function isInserted(placed: PlacedRule): boolean {
  return insertion.test(` ${placed.origin.text} `);
}

/** Appends the rules, where each then gets packets. */
function appended(site: Site, one: SiteFirewall, rules: readonly PlacedRule[]): Fix[] {
  const edits = rules.flatMap(({ origin }): FileEdit[] => {
    const at = origin.source.slice(origin.span).search(/-I(?=\s)/);
    if (at < 0) return [];
    const start = origin.span.start + at;
    return [{ source: origin.source, span: { start, end: start + 2 }, newText: '-A' }];
  });
  if (edits.length < rules.length) return [];
  const { dead, unknown } = decided(editedFirewall(site, one, edits).firewall.ruleset);
  const lines = rules.map(lineKey);
  if (unknown || dead.some(({ placed }) => lines.includes(lineKey(placed)))) return [];
  return [{ title: say('Append them instead', 'Acrescentá-las ao fim em vez disso'), safe: false, edits }];
}

const lineKey = ({ origin }: PlacedRule): string => `${origin.source.path}:${origin.span.start}`;

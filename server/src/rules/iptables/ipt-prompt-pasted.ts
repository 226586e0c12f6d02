import { pastedLines } from '../../analysis/firewall/prompts';
import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { dialectOf, parseShell } from '../../syntax/shell/parse-shell';
import { say } from '../../text/message';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-prompt-pasted',
  title: {
    en: 'Commands pasted with their prompt are comments',
    'pt-BR': 'Comandos colados com o prompt são comentários',
  },
  severity: 'warning',
  files: ['shell'],
  fixable: true,
  page: {
    why: `Pages show root's prompt as \`#\`. Pasted into a script it starts a comment: not one of these rules is ever set, and
nothing says so.`,
    remedy: 'Take the `# ` away.',
    bad: { 'firewall.sh': '#!/bin/sh\n# iptables -A INPUT -p tcp --dport 25 -j ACCEPT\n# iptables -A INPUT -j DROP\n' },
    good: { 'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\niptables -A INPUT -j DROP\n' },
    see: ['sh(1), comments'],
  },
  messages: {
    pasted: {
      en: 'The # of a pasted root prompt makes these {count} commands comments: none of them runs. Take it away.',
      'pt-BR':
        'O # de um prompt de root colado transforma estes {count} comandos em comentários: nenhum roda. Retire-o.',
    },
  },
  check(site, report) {
    for (const { source, kind, firewall } of siteFirewalls(site)) {
      // In a file with live commands they are rules that somebody commented out.
      if (kind !== 'shell' || firewall.readings.some(r => r.calls.length > 0)) continue;
      const script = parseShell(source, dialectOf(source));
      for (const run of pastedLines(script)) {
        const comments = run.filter(l => l.kind === 'comment');
        const [first] = comments;
        const last = comments[comments.length - 1];
        if (!first || !last || comments.length < 2) continue;
        const title = say('Take the prompts away', 'Retirar os prompts');
        const edits = comments.map(l => ({ source, span: l.prompt, newText: '' }));
        const span = { start: first.span.start, end: last.span.end };
        report(source, span, 'pasted', { count: comments.length }, { fixes: [{ title, safe: true, edits }] });
      }
    }
  },
});

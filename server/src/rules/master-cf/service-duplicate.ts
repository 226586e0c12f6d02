import { masterOf, serviceKey } from '../../model/services';
import { say } from '../../text/message';
import type { Service } from '../../syntax/master-cf/parse';
import { removeLine } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'service-duplicate',
  title: { en: 'A service is defined twice', 'pt-BR': 'Um serviço está definido duas vezes' },
  severity: 'warning',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Of two entries with the same name and type, or the same address and port, master(8) takes the last and says so only
in the log. Whoever changes the first one changes nothing.`,
    remedy: 'Keep one entry.',
    bad: 'smtp inet n - y - - smtpd\n25 inet n - y - - smtpd\n  -o smtpd_client_restrictions=reject\n',
    good: 'smtp inet n - y - - smtpd\n',
    see: ['master(5)', 'Measured: "duplicate master.cf entry for service … -- using the last entry" (3.7.11)'],
  },
  messages: {
    overridden: {
      en: '{name} is defined again in line {line}, and the last entry wins: this one does nothing. Keep one of them.',
      'pt-BR':
        '{name} é definido de novo na linha {line}, e a última entrada vale: esta não faz nada. Mantenha só uma.',
    },
    loser: { en: 'this entry does nothing', 'pt-BR': 'esta entrada não faz nada' },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    const last = new Map<string, Service>();
    for (const service of tree.services) last.set(serviceKey(service), service);
    for (const service of tree.services) {
      const winner = last.get(serviceKey(service));
      if (!winner || winner === service) continue;
      const { source } = tree;
      report(
        source,
        winner.name.span,
        'overridden',
        { name: winner.name.text, line: source.positionAt(service.line.span.start).line + 1 },
        {
          related: [{ source, span: service.name.span, message: { text: rule.messages.loser, args: {} } }],
          fixes: [
            {
              title: say('Remove the entry that does nothing', 'Remover a entrada que não faz nada'),
              safe: false,
              edits: removeLine(source, service.line),
            },
          ],
        },
      );
    }
  },
});

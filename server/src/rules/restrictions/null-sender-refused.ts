import type { Step } from '../../analysis/answer';
import { searchListeners } from '../../analysis/smtp/searches';
import type { SessionAnswer } from '../../analysis/smtp/session';
import { sessionEvidence } from '../session-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'null-sender-refused',
  title: {
    en: 'The null sender is refused: bounces cannot come in',
    'pt-BR': 'O remetente nulo é recusado: avisos de erro não entram',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `Notices that mail could not be delivered come with MAIL FROM:<>, and RFC 5321 (4.5.5, 6.1) wants them accepted. A
server that refuses them never learns that its users' mail did not arrive, and others refuse to verify its senders.`,
    remedy: 'Take the `<>` line out of the table; let content filters judge forged bounces.',
    bad: `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
smtpd_sender_restrictions = check_sender_access inline:{{<> = REJECT}}
`,
    good: `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
smtpd_sender_restrictions = check_sender_access inline:{{spammer@example.net = REJECT}}
`,
    see: ['RFC 5321, sections 4.5.5 and 6.1', 'access(5), smtpd_null_access_lookup_key'],
  },
  messages: {
    refused: {
      en: 'MAIL FROM:<> is refused here ({code}) where other senders pass: notices of failed mail cannot come in. Take what refuses <> out.',
      'pt-BR':
        'MAIL FROM:<> é recusado aqui ({code}), enquanto outros remetentes passam: avisos de falha não entram. Retire o que recusa <>.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const seen = new Set<string>();
    for (const listener of searchListeners(site)) {
      const { strangersLocal: search, submission } = listener;
      if (submission || search.kind === 'none' || search.session.sender === '') continue;
      const session = { ...search.session, sender: '' };
      const { answer } = listener.tryHere(session);
      if (answer.verdict !== 'reject') continue;
      const step = refusing(answer);
      // Where others are not surely let in, they have to come past the place that refuses <>.
      if (search.answer.verdict === 'reject') continue;
      if (refusing(listener.tryHere(search.session).answer)?.span === step?.span) continue;
      if (!step?.source || !step.span || seen.has(`${step.source.path}:${step.span.start}`)) continue;
      seen.add(`${step.source.path}:${step.span.start}`);
      report(
        step.source,
        step.span,
        'refused',
        { code: answer.code ?? '554' },
        { evidence: sessionEvidence(session, answer) },
      );
    }
  },
});

/** The step in the files that refuses a session. */
function refusing({ trace }: SessionAnswer): Step | undefined {
  return [...trace].reverse().find(s => s.source && s.span && /^reject/.test(s.outcome));
}

import type { Step } from '../../analysis/answer';
import { searchListeners, type ListenerSearches } from '../../analysis/smtp/searches';
import { restrictionParameters } from '../../analysis/smtp/server';
import type { SessionAnswer } from '../../analysis/smtp/session';
import { editedSite } from '../../model/edited-site';
import type { PlacedWord } from '../../model/settings';
import type { Site } from '../../model/site';
import { bracePayload, splitList } from '../../syntax/list';
import { logicalLines } from '../../syntax/logical-lines';
import { say } from '../../text/message';
import { removeLine } from '../edits';
import { removeWords, replaceWord } from '../list-edits';
import { sessionEvidence } from '../session-evidence';
import { defineRule, type FileEdit, type Fix } from '../rule';

export const rule = defineRule({
  id: 'null-sender-refused',
  title: {
    en: 'The null sender is refused: bounces cannot come in',
    'pt-BR': 'O remetente nulo é recusado: avisos de erro não entram',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
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
        { evidence: sessionEvidence(session, answer), fixes: () => fixesFor(site, listener, step, answer.trace) },
      );
    }
  },
});

/** The step in the files that refuses a session. */
function refusing({ trace }: SessionAnswer): Step | undefined {
  return [...trace].reverse().find(s => s.source && s.span && /^reject/.test(s.outcome));
}

/** Takes out the entry that names the null sender, where there is one. */
function fixesFor(site: Site, listener: ListenerSearches, step: Step, trace: readonly Step[]): Fix[] {
  const edits = lineEdits(trace[trace.indexOf(step) + 1]) ?? inlineEdits(listener, step);
  if (!edits || edits.length === 0) return [];
  const after = searchListeners(editedSite(site, edits)).find(l => l.service.name.text === listener.service.name.text);
  const search = listener.strangersLocal;
  if (!after || search.kind === 'none') return [];
  if (after.tryHere({ ...search.session, sender: '' }).answer.verdict === 'reject') return [];
  const title = say('Take out the entry that refuses <>', 'Retirar a entrada que recusa <>');
  return [{ title, safe: false, edits }];
}

/** The line of a table that answered, where it is for the null sender alone. */
function lineEdits(entry: Step | undefined): FileEdit[] | undefined {
  const { source, span } = entry ?? {};
  if (!source || !span) return undefined;
  const line = logicalLines(source).find(l => l.kind === 'line' && l.span.start === span.start);
  if (line?.kind !== 'line' || !/^(?:<>|\/\^<>\$?\/\w*)\s/.test(line.joined.text)) return undefined;
  return removeLine(source, line);
}

/** The entry of an `inline:` table that answered; the last one goes with its restriction. */
function inlineEdits({ server }: ListenerSearches, step: Step): FileEdit[] | undefined {
  const lists = [...restrictionParameters.map(p => server.list(p)), ...server.classes().values()];
  for (const words of lists) {
    const at = words.findIndex(w => w.place?.source === step.source && w.place?.span.start === step.span?.start);
    const check = at < 0 ? [] : words.slice(at, words[at]?.text.startsWith('inline:') ? at + 1 : at + 2);
    const table = check.find(w => w.text.startsWith('inline:'));
    const edit = table && withoutNull(check, table);
    if (edit) return [edit];
  }
  return undefined;
}

function withoutNull(words: readonly PlacedWord[], table: PlacedWord): FileEdit | undefined {
  const inside = table.text.slice('inline:{'.length, -1);
  const entries = splitList(inside);
  const kept = entries.filter(e => !/^<>\s*=/.test((bracePayload(e) ?? e).text));
  if (kept.length === entries.length) return undefined;
  if (kept.length === 0) return removeWords(words);
  return replaceWord(table, `inline:{${kept.map(e => e.text).join(', ')}}`);
}

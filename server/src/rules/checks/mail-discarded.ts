import { splitAction } from '../../facts/check-actions';
import { ask } from '../../analysis/checks/forged-sender';
import { siteChecks } from '../../analysis/checks/site-checks';
import type { TableEntry } from '../../syntax/table/table-file';
import { answeringEntry, headerEvidence, patternSpan, shownHeader } from '../header-evidence';
import { defineRule } from '../rule';

/** Headers that nearly every honest mail has in one form or another. */
const ordinary = [
  'From: Maria <maria@example.org>',
  'To: joao@example.net',
  'Subject: Re: meeting on Monday',
  'Date: Mon, 01 Jan 2024 10:00:00 -0300',
  'Message-ID: <20240101.7@example.org>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Received: from mail.example.org (mail.example.org [192.0.2.9])\n\tby relay.example.net (Postfix) with ESMTPS id 1;\n\tMon, 01 Jan 2024 10:00:00 -0300',
];
const bodyLine = 'See you on Monday.';

export const rule = defineRule({
  id: 'mail-discarded',
  title: { en: 'Ordinary mail vanishes or is held', 'pt-BR': 'Mensagens comuns somem ou ficam retidas' },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `DISCARD tells the sender that all went well and throws the mail away; HOLD puts it into a queue that nobody looks at by
itself. Here that happens to a header that every honest mail has, such as the one shown: nobody will ever know.`,
    remedy: 'Narrow the pattern. While you test it, use WARN; to refuse mail, use REJECT, which tells the sender.',
    bad: { 'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n', header_checks: '/^Subject:/ DISCARD\n' },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ DISCARD\n',
    },
    see: ['header_checks(5), DISCARD, HOLD'],
  },
  messages: {
    vanishes: {
      en: 'Mail with the ordinary header "{header}" is thrown away without a word to anybody. Narrow the pattern, or use WARN while you test.',
      'pt-BR':
        'Uma mensagem com o cabeçalho comum "{header}" é jogada fora sem aviso a ninguém. Restrinja o padrão, ou use WARN enquanto testa.',
    },
    held: {
      en: 'Mail with the ordinary header "{header}" is put on hold, where nobody looks by itself. Narrow the pattern.',
      'pt-BR': 'Uma mensagem com o cabeçalho comum "{header}" fica retida até que alguém a libere. Restrinja o padrão.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      const said = new Set<TableEntry>();
      const body = checks.classes.every(c => c === 'body_checks' || c === 'smtp_body_checks');
      for (const header of checks.classes.length === 0 ? [] : body ? [bodyLine] : ordinary) {
        const { answer } = ask(checks.table, header);
        const entry = answeringEntry(checks.table, answer);
        const word = splitAction(answer.action ?? '').word.toUpperCase();
        if (!entry || said.has(entry) || (word !== 'DISCARD' && word !== 'HOLD')) continue;
        said.add(entry);
        const evidence = headerEvidence(checks, header, answer);
        const key = word === 'DISCARD' ? 'vanishes' : 'held';
        report(checks.source, patternSpan(entry), key, { header: shownHeader(header) }, { evidence });
      }
    }
  },
});

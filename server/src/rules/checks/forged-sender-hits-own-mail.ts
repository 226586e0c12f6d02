import { ask, hitLocalReceived, hitReceived, stops } from '../../analysis/checks/forged-sender';
import { literalText, namesHeader } from '../../analysis/checks/pattern-names';
import { siteChecks, type SiteChecks } from '../../analysis/checks/site-checks';
import { cleanupSettings } from '../../analysis/mail-flow/cleanup';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { siteSettings } from '../../model/settings';
import { parseTableName, resolveFile } from '../../model/tables';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import type { TableEntry } from '../../syntax/table/table-file';
import { patternsOf } from '../../syntax/table/table-line';
import { answeringEntry, headerEvidence, patternSpan, shownHeader } from '../header-evidence';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'forged-sender-hits-own-mail',
  title: {
    en: 'A rule refuses the mail that the site itself handles',
    'pt-BR': 'Uma regra recusa as mensagens do próprio site',
  },
  severity: 'error',
  files: ['checks', 'main.cf', 'master.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `smtpd puts a Received header on top of every mail, with the server's own name and the recipient in it, before the checks
are asked. A rule that looks for the own domain in Received refuses every single mail. One that looks in From is right for
mail from strangers and refuses the own users, if their submissions pass the same checks.`,
    remedy:
      'Take Received out of the rule, or name the headers that it is for; give port 25 a cleanup service of its own, so that submissions pass no such checks.',
    bad: {
      'main.cf':
        'myhostname = mx.example.com.br\nmydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Received:.*example\\.com\\.br/ REJECT forged\n',
    },
    good: {
      'main.cf':
        'myhostname = mx.example.com.br\nmydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Received:.*example\\.net/ REJECT forged\n',
    },
    see: ['cleanup(8)', 'Measured: 550 to every mail, smtpd and sendmail alike (3.7.11)'],
  },
  messages: {
    received: {
      en: 'This rule refuses the Received header that your own smtpd adds, so every mail to {domain} is refused: "{header}". Take Received out of it.',
      'pt-BR':
        'Esta regra recusa o cabeçalho Received que o seu próprio smtpd acrescenta; toda mensagem para {domain} é recusada: "{header}". Tire o Received dela.',
    },
    anyHeader: {
      en: 'This rule refuses the Received header that your own smtpd adds, so every mail to {domain} is refused: "{header}". Name the headers that it is for, as in ^From:.',
      'pt-BR':
        'Esta regra recusa o cabeçalho Received que o seu próprio smtpd acrescenta; toda mensagem para {domain} é recusada: "{header}". Diga os cabeçalhos a que ela se destina, como em ^From:.',
    },
    local: {
      en: 'This rule refuses the Received header that Postfix adds to mail from programs of the host itself, such as reports of cron: "{header}". Take Received out of it.',
      'pt-BR':
        'Esta regra recusa o cabeçalho Received que o Postfix acrescenta às mensagens de programas do próprio servidor, como os relatórios do cron: "{header}". Tire o Received dela.',
    },
    localAnyHeader: {
      en: 'This rule refuses the Received header that Postfix adds to mail from programs of the host itself, such as reports of cron: "{header}". Name the headers that it is for, as in ^From:.',
      'pt-BR':
        'Esta regra recusa o cabeçalho Received que o Postfix acrescenta às mensagens de programas do próprio servidor, como os relatórios do cron: "{header}". Diga os cabeçalhos a que ela se destina, como em ^From:.',
    },
    users: {
      en: 'Mail that users hand in on {service} passes this rule too, and their own "{header}" is refused. Keep these checks to port 25.',
      'pt-BR':
        'As mensagens que os usuários enviam por {service} também passam por esta regra, e o próprio "{header}" deles é recusado. Deixe estas verificações só na porta 25.',
    },
  },
  check(site, report) {
    const domains = ownDomains(site).map(d => d.name);
    const hostname = siteSettings(site).get('myhostname');
    const name = hostname.unknown || hostname.value === '' ? undefined : hostname.value;
    for (const checks of siteChecks(site)) {
      if (!checks.classes.includes('header_checks')) continue;
      const said = new Set<TableEntry>();
      const hits = [
        ...hitReceived(checks.table, name, domains).map(hit => ({ hit, messages: ['received', 'anyHeader'] as const })),
        ...hitLocalReceived(checks.table, name).map(hit => ({ hit, messages: ['local', 'localAnyHeader'] as const })),
      ];
      for (const { hit, messages } of hits) {
        const entry = answeringEntry(checks.table, hit.answer);
        if (!entry || said.has(entry)) continue;
        said.add(entry);
        const args = { domain: domains[0] ?? 'your domains', header: shownHeader(hit.header) };
        const evidence = headerEvidence(checks, hit.header, hit.answer);
        report(checks.source, patternSpan(entry), messages[namesReceived(entry) ? 0 : 1], args, {
          evidence,
          fixes: withoutReceived(checks, entry),
        });
      }
      for (const listener of listenersOf(site)) {
        if (listener.role !== 'submission' && listener.role !== 'submissions') continue;
        if (!passes(site, listener, checks)) continue;
        for (const domain of domains) {
          const own = ask(checks.table, `From: cliente@${domain}`);
          const entry = stops(own.answer) ? answeringEntry(checks.table, own.answer) : undefined;
          if (!entry || said.has(entry)) continue;
          said.add(entry);
          const args = { service: listener.service.name.text, header: shownHeader(own.header) };
          const evidence = headerEvidence(checks, own.header, own.answer);
          report(checks.source, patternSpan(entry), 'users', args, { severity: 'warning', evidence });
        }
      }
    }
  },
});

function namesReceived({ says }: TableEntry): boolean {
  return patternsOf(says).some(({ bytes }) => namesHeader(literalText(bytes), 'Received'));
}

/** Whether what comes in by a listener passes these checks as header_checks. */
function passes(site: Site, listener: ReturnType<typeof listenersOf>[number], checks: SiteChecks): boolean {
  if (/\bno_header_body_checks\b/.test(listener.settings.text('receive_override_options'))) return false;
  return cleanupSettings(site, listener.smtpd)
    .words('header_checks')
    .some(word => {
      const table = parseTableName(word.text);
      if (table?.type !== checks.type) return false;
      const { state } = resolveFile(site, table.name);
      return state.kind === 'text' && state.source === checks.source;
    });
}

/** Takes `Received` out of a group of header names; a rule for Received alone is taken out. */
function withoutReceived(checks: SiteChecks, entry: TableEntry): Fix[] {
  const { source } = checks;
  const text = source.slice(entry.line.span);
  const shorter = text.replace(/\|Received\b|\bReceived\|/i, '');
  if (shorter !== text) {
    const title = say('Take Received out of the pattern', 'Tirar o Received do padrão');
    return [{ title, safe: true, edits: [{ source, span: entry.line.span, newText: shorter }] }];
  }
  if (!/^\/?\^?\(?(?:\?:)?Received/i.test(text)) return [];
  const end = source.text.indexOf('\n', entry.line.span.end);
  const whole = { start: entry.line.span.start, end: end < 0 ? source.text.length : end + 1 };
  const title = say('Take the rule out', 'Retirar a regra');
  return [{ title, safe: false, edits: [{ source, span: whole, newText: '' }] }];
}

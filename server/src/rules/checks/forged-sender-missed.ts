import { meantRules, missedForgeries } from '../../analysis/checks/forged-sender';
import { siteChecks } from '../../analysis/checks/site-checks';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { headerEvidence, patternSpan, shownHeader } from '../header-evidence';
import { provedRule } from '../forged-sender-fix';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'forged-sender-missed',
  title: {
    en: 'A rule against forged senders lets forgeries pass',
    'pt-BR': 'Uma regra contra remetentes forjados deixa passar falsificações',
  },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `The rule names an own domain and a header that says who sent the mail, so it is there to stop strangers who write as
somebody of that domain. The header shown is such a forgery, in a form that every mail program writes, and the table has no
answer to it. A rule that seems to guard and does not is worse than none.`,
    remedy: `Use the recommended rule, which is proved for every form of the address (bare, in angle brackets, with a name, quoted,
encoded, folded, in any case). A bare domain in a display name passes, for honest list mail has it. Own users' mail that comes
back from lists or forwarders is refused as well: SPF, DKIM and DMARC judge that, this rule cannot.`,
    bad: {
      'main.cf': 'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^From:.*[^@]example\\.com\\.br/ REJECT forged sender\n',
    },
    good: {
      'main.cf': 'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks:
        '/^(?:From|Sender|Message-ID):.*@\\s*(?:[a-z0-9-]+\\.)*example\\.com\\.br\\.?(?![a-z0-9.-])/ REJECT forged sender\n',
    },
    see: ['header_checks(5)', 'Measured with postmap 3.7.11: 17 forgeries stopped, 18 honest headers passed'],
  },
  messages: {
    missed: {
      en: 'This rule is meant to stop forged senders of {domain} and lets "{header}" pass. Use a rule that is proved for every form.',
      'pt-BR':
        'Esta regra deveria barrar remetentes forjados de {domain} e deixa passar "{header}". Use uma regra provada para todas as formas.',
    },
    others: { en: 'passes as well: {header}', 'pt-BR': 'também passa: {header}' },
  },
  check(site, report) {
    const domains = ownDomains(site).map(d => d.name);
    for (const checks of siteChecks(site)) {
      if (checks.uses.length > 0 && !checks.classes.includes('header_checks')) continue;
      const meant = meantRules(checks.table, domains);
      for (const domain of new Set(meant.map(m => m.domain))) {
        const own = meant.filter(m => m.domain === domain);
        const headers = [...new Set(own.flatMap(m => m.headers))];
        const [first, ...more] = missedForgeries(checks.table, domain, headers);
        const entry = own[0]?.entry;
        if (!first || !entry) continue;
        const named = meant.filter(m => m.entry === entry).map(m => m.domain);
        report(
          checks.source,
          patternSpan(entry),
          'missed',
          { domain, header: shownHeader(first.header) },
          {
            severity: first.plain && !own[0]?.watches ? 'error' : 'warning',
            evidence: headerEvidence(checks, first.header, first.answer),
            related: more.slice(0, 3).map(m => ({
              source: checks.source,
              span: patternSpan(entry),
              message: { text: rule.messages.others, args: { header: shownHeader(m.header) } },
            })),
            fixes: () => provedRule(checks, entry, named),
          },
        );
      }
    }
  },
});

import { askTable } from '../../analysis/checks/ask-table';
import {
  ask,
  foreignLookalikes,
  meantRules,
  rulesNaming,
  stops,
  type Tried,
} from '../../analysis/checks/forged-sender';
import { siteChecks, type SiteChecks } from '../../analysis/checks/site-checks';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { stopsMail } from '../../facts/check-actions';
import type { Site } from '../../model/site';
import { tableRoles } from '../../model/table-roles';
import { resolveFile } from '../../model/tables';
import { toBytes } from '../../text/source-text';
import { answeringEntry, headerEvidence, patternSpan, shownHeader } from '../header-evidence';
import { provedRule } from '../forged-sender-fix';
import type { TableEntry } from '../../syntax/table/table-file';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'forged-sender-hits-others',
  title: {
    en: 'A rule against forged senders refuses foreign domains',
    'pt-BR': 'Uma regra contra remetentes forjados recusa domínios alheios',
  },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `A pattern without an edge before or behind the domain, or with a dot that is not escaped, also fits other people's
domains. The header shown comes from one of them, and it is refused.`,
    remedy: 'Use the recommended rule: an @ or a label before the domain, its end behind it, each dot escaped.',
    bad: {
      'main.cf': 'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^From:.*example\\.com\\.br/ REJECT forged sender\n',
    },
    good: {
      'main.cf': 'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks:
        '/^(?:From|Sender|Message-ID):.*@\\s*(?:[a-z0-9-]+\\.)*example\\.com\\.br\\.?(?![a-z0-9.-])/ REJECT forged sender\n',
    },
    see: ['header_checks(5)', 'pcre_table(5)'],
  },
  messages: {
    hits: {
      en: 'This rule is meant for {domain} and refuses "{header}" too, which is somebody else’s. Give the domain its edges.',
      'pt-BR': 'Esta regra é para {domain} e recusa também "{header}", que é de outro. Delimite o domínio.',
    },
  },
  check(site, report) {
    const senders = sendersAsked(site);
    const domains = ownDomains(site).map(d => d.name);
    for (const checks of siteChecks(site)) {
      const headers = checks.uses.length === 0 || checks.classes.includes('header_checks');
      if (!headers && !senders.has(`${checks.type}:${checks.source.path}`)) continue;
      const refused = headers ? refusedHeader(checks) : refusedSender(checks);
      const said = new Set<TableEntry>();
      const naming = rulesNaming(checks.table, domains);
      for (const domain of domains) {
        if (!naming.some(n => n.found.domains.includes(domain))) continue;
        // A rule that refuses everybody but the own domain is meant for something else.
        if (refused('somebody@example.net') && !refused(`cliente@${domain}`)) continue;
        for (const hit of foreignLookalikes(domain, domains).flatMap(d => refused(`a@${d}`) ?? [])) {
          const entry = answeringEntry(checks.table, hit.answer);
          if (!entry || said.has(entry)) continue;
          if (!naming.some(n => n.entry === entry && n.found.domains.includes(domain))) continue;
          said.add(entry);
          const meant = meantRules(checks.table, domains).filter(m => m.entry === entry);
          const named = [...new Set(meant.map(m => m.domain))];
          report(
            checks.source,
            patternSpan(entry),
            'hits',
            { domain, header: shownHeader(hit.header) },
            {
              evidence: headerEvidence(checks, hit.header, hit.answer),
              fixes: () => (headers ? provedRule(checks, entry, named) : []),
            },
          );
        }
      }
    }
  },
});

/** The tables of patterns that are asked for the senders of envelopes, as `type:path`. */
function sendersAsked(site: Site): ReadonlySet<string> {
  const asked = tableRoles(site).filter(r => r.role === 'sender-access' && /^(?:pcre|regexp)$/.test(r.table.type));
  return new Set(
    asked.flatMap(({ table }) => {
      const { state } = resolveFile(site, table.name);
      return state.kind === 'text' ? [`${table.type}:${state.source.path}`] : [];
    }),
  );
}

type Refused = (address: string) => Tried | undefined;

function refusedHeader({ table }: SiteChecks): Refused {
  return address => {
    const tried = ask(table, `From: ${address}`);
    return stops(tried.answer) ? tried : undefined;
  };
}

function refusedSender({ table }: SiteChecks): Refused {
  return address => {
    const header = toBytes(address);
    const answer = askTable(table, 'access', header);
    return answer.action !== null && stopsMail(answer.action, 'access') ? { header, answer } : undefined;
  };
}

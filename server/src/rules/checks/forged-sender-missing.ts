import { cleanupIn, forgedSenderNote, forgedSenderRule, serviceText } from '../../facts/recommended';
import { ask, meantRules, rulesNaming, stops } from '../../analysis/checks/forged-sender';
import { siteChecks, type SiteChecks } from '../../analysis/checks/site-checks';
import { cleanupSettings } from '../../analysis/mail-flow/cleanup';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { internalService, masterOf } from '../../model/services';
import { siteSettings, type Settings } from '../../model/settings';
import { candidatePaths, parseTableName, resolveFile } from '../../model/tables';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { SourceText } from '../../text/source-text';
import { addedRule } from '../forged-sender-fix';
import { answeringEntry, headerEvidence } from '../header-evidence';
import { append, insertAfter, setOption } from '../service-edits';
import { defineRule, type Evidence, type Fix } from '../rule';

export const rule = defineRule({
  id: 'forged-sender-missing',
  title: {
    en: 'Port 25 has no rule against forged own senders',
    'pt-BR': 'A porta 25 não tem regra contra remetentes próprios forjados',
  },
  severity: 'information',
  files: ['master.cf', 'main.cf', 'checks'],
  fixable: true,
  page: {
    why: `A stranger may write any From. Where users hand in their mail on the submission port, no honest mail with an own From
comes to port 25, except by way of lists and forwarders, and a header rule there stops the plainest kind of fraud.`,
    remedy:
      'Add the recommended rule, on a cleanup service of port 25 alone. Mail that comes back from lists is refused by it.',
    bad: {
      'main.cf': 'mydestination = example.com.br\n',
      'master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - y - 0 cleanup
`,
    },
    good: {
      'main.cf': 'mydestination = example.com.br\n',
      'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup-in
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - y - 0 cleanup
cleanup-in unix n - y - 0 cleanup
  -o header_checks=pcre:/etc/postfix/header_checks
  -o nested_header_checks=
`,
      header_checks:
        '/^(?:From|Sender|Message-ID):.*@\\s*(?:[a-z0-9-]+\\.)*example\\.com\\.br\\.?(?![a-z0-9.-])/ REJECT forged sender\n',
    },
    see: ['header_checks(5)', 'RFC 7489 (what judges forwarded mail better)'],
  },
  messages: {
    missing: {
      en: 'A stranger may send as anybody@{domain} on port 25: "{header}" passes. Add the rule against forged senders.',
      'pt-BR':
        'Um estranho pode escrever como qualquer um de {domain} pela porta 25: "{header}" passa. Acrescente a regra contra remetentes forjados.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    const listeners = listenersOf(site);
    const mx = listeners.find(l => l.role === 'mx' && !l.loopback);
    // Without a submission port the own users' mail comes in on 25, and the rule would refuse it.
    if (assumed || !mx || !listeners.some(l => l.role === 'submission' || l.role === 'submissions')) return;
    const tables = tablesAsked(site, cleanupSettings(site, mx.smtpd));
    if (!tables) return;
    const open = unguarded(site, tables);
    const [first] = open;
    if (!first) return;
    const args = { domain: first.domain, header: plainForgery(first.domain) };
    const [table] = tables;
    report(tree.source, mx.service.name.span, 'missing', args, {
      ...(first.evidence && { evidence: first.evidence }),
      fixes: () =>
        table
          ? addedRule(
              table,
              open.map(o => o.domain),
            )
          : ownCleanup(
              site,
              mx.smtpd,
              ownDomains(site).map(d => d.name),
            ),
    });
  },
});

function plainForgery(domain: string): string {
  return `From: cliente@${domain}`;
}

/** The tables that header_checks name, in order; undefined where one of them is not known, or not of patterns. */
function tablesAsked(site: Site, settings: Settings): SiteChecks[] | undefined {
  if (settings.get('header_checks').unknown) return undefined;
  const tables: SiteChecks[] = [];
  for (const { text } of settings.words('header_checks')) {
    const named = parseTableName(text);
    const state = named && resolveFile(site, named.name).state;
    const found = siteChecks(site).find(
      c => c.typeKnown && c.type === named?.type && state?.kind === 'text' && c.source === state.source,
    );
    if (!found) return undefined;
    tables.push(found);
  }
  return tables;
}

/**
 * The own domains that senders have: those that the options name, and of the others all but the server's own name and those below
 * another own domain, which are mostly hosts; all of them where no others are left.
 */
function senderDomains(site: Site): string[] {
  const own = ownDomains(site);
  const hostname = siteSettings(site).text('myhostname').toLowerCase();
  const names = new Set(own.map(({ name }) => name));
  const isBelowAnother = (name: string): boolean => {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
      if (names.has(name.slice(dot + 1))) return true;
    return false;
  };
  const senders = own.filter(({ name, place }) => !place || (name !== hostname && !isBelowAnother(name)));
  return (senders.length > 0 ? senders : own).map(d => d.name);
}

/** A domain with the table that lets its plainest forgery pass; without one where no table is asked. */
interface Unguarded {
  readonly domain: string;
  readonly evidence?: Evidence;
}

/** The own domains whose plainest forgery passes while no rule is meant for them, nor lets it by on purpose. */
function unguarded(site: Site, tables: readonly SiteChecks[]): Unguarded[] {
  const domains = senderDomains(site);
  const meant = new Set(tables.flatMap(t => meantRules(t.table, domains).map(m => m.domain)));
  return domains.flatMap(domain => {
    if (meant.has(domain)) return [];
    const asked = tables.map(checks => ({ checks, ...ask(checks.table, plainForgery(domain)) }));
    if (asked.some(a => a.answer.unknown.length > 0)) return [];
    const deciding = asked.find(a => a.answer.action !== null) ?? asked[0];
    if (!deciding) return [{ domain }];
    const { checks, header, answer } = deciding;
    const entry = answeringEntry(checks.table, answer);
    const isNamed = rulesNaming(checks.table, domains).some(n => n.entry === entry && n.found.domains.includes(domain));
    return isNamed || stops(answer) ? [] : [{ domain, evidence: headerEvidence(checks, header, answer) }];
  });
}

/** A cleanup service for port 25 with a new table, where neither is there yet. */
function ownCleanup(
  site: Site,
  smtpd: ReturnType<typeof listenersOf>[number]['smtpd'],
  domains: readonly string[],
): Fix[] {
  const path = candidatePaths(site, '/etc/postfix/header_checks')[0];
  if (
    !site.master ||
    path === undefined ||
    site.files.read(path).kind !== 'missing' ||
    internalService(site, cleanupIn.name)
  )
    return [];
  const cleanup = internalService(site, 'cleanup');
  const text = serviceText(cleanupIn, { chroot: cleanup?.chroot.text ?? smtpd.chroot.text });
  const edits = [
    setOption(site.master, smtpd, 'cleanup_service_name', cleanupIn.name),
    cleanup ? insertAfter(site.master, cleanup.line, text) : append(site.master, text),
    {
      source: new SourceText(path, ''),
      span: { start: 0, end: 0 },
      newText: `${forgedSenderNote}\n${forgedSenderRule('pcre', domains)}`,
    },
  ];
  const title = say(
    'Add a cleanup service for port 25 with the rule',
    'Acrescentar um cleanup para a porta 25 com a regra',
  );
  return [{ title, safe: false, edits }];
}

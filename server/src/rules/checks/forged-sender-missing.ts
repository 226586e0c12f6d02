import { cleanupIn, forgedSenderNote, forgedSenderRule, serviceText } from '../../facts/recommended';
import { ask, meantRules, stops } from '../../analysis/checks/forged-sender';
import { siteChecks } from '../../analysis/checks/site-checks';
import { cleanupSettings } from '../../analysis/mail-flow/cleanup';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { internalService, masterOf } from '../../model/services';
import { candidatePaths } from '../../model/tables';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { SourceText } from '../../text/source-text';
import { append, insertAfter, setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

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
    const setting = cleanupSettings(site, mx.smtpd).get('header_checks');
    if (setting.unknown) return;
    const domains = ownDomains(site).map(d => d.name);
    const [domain] = domains;
    if (domain === undefined) return;
    const tables = siteChecks(site).filter(
      c => c.typeKnown && setting.value.includes(`${c.type}:`) && c.classes.includes('header_checks'),
    );
    if (setting.value !== '' && tables.length === 0) return;
    const header = `From: cliente@${domain}`;
    if (tables.some(t => meantRules(t.table, domains).length > 0 || stops(ask(t.table, header).answer))) return;
    const [table] = tables;
    const fixes = table ? [appended(table.source, table.type, domains)] : ownCleanup(site, mx.smtpd, domains);
    report(tree.source, mx.service.name.span, 'missing', { domain, header }, { fixes });
  },
});

function appended(source: SourceText, type: 'pcre' | 'regexp', domains: readonly string[]): Fix {
  const title = say('Add the rule to the table', 'Acrescentar a regra à tabela');
  return { title, safe: false, edits: [append(source, `${forgedSenderNote}\n${forgedSenderRule(type, domains)}`)] };
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

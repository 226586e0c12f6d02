import { ask, meantRules, stops } from '../../analysis/checks/forged-sender';
import { isCheckClass, siteChecks } from '../../analysis/checks/site-checks';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { masterOf } from '../../model/services';
import type { Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { answeringEntry, headerEvidence, patternSpan, shownHeader } from '../header-evidence';
import { setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'attached-mail-checked',
  title: { en: 'The rule also looks into attached mail', 'pt-BR': 'A regra também examina mensagens anexadas' },
  severity: 'information',
  files: ['checks', 'main.cf', 'master.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `nested_header_checks takes the value of header_checks unless it is set. A stranger who forwards one of your users' mails as
an attachment, as postmasters do with complaints, is then refused for the From inside.`,
    remedy: 'Set nested_header_checks to nothing where the rule is meant for the mail itself.',
    bad: {
      'main.cf': 'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^From:.*@example\\.com\\.br/ REJECT forged sender\n',
    },
    good: {
      'main.cf':
        'mydestination = example.com.br\nheader_checks = pcre:/etc/postfix/header_checks\nnested_header_checks =\n',
      header_checks: '/^From:.*@example\\.com\\.br/ REJECT forged sender\n',
    },
    see: ['postconf(5), nested_header_checks', 'Measured: 550 for a mail with an own mail attached (3.7.11)'],
  },
  messages: {
    nested: {
      en: 'nested_header_checks is this table too, so mail with an own mail attached ("{header}" inside) is refused. Set nested_header_checks to nothing.',
      'pt-BR':
        'nested_header_checks também é esta tabela; uma mensagem com outra sua anexada ("{header}" dentro) é recusada. Deixe nested_header_checks vazio.',
    },
  },
  check(site, report) {
    const domains = ownDomains(site).map(d => d.name);
    for (const checks of siteChecks(site)) {
      const use = checks.uses.find(u => u.parameter === 'header_checks' && isCheckClass(u.parameter));
      if (!use || !inherits(use.settings)) continue;
      const [meant] = meantRules(checks.table, domains);
      if (!meant) continue;
      const own = ask(checks.table, `From: cliente@${meant.domain}`);
      const entry = stops(own.answer) ? answeringEntry(checks.table, own.answer) : undefined;
      if (!entry) continue;
      const evidence = headerEvidence(checks, own.header, own.answer);
      report(
        checks.source,
        patternSpan(entry),
        'nested',
        { header: shownHeader(own.header) },
        { evidence, fixes: emptied(site, use.settings) },
      );
    }
  },
});

function inherits(settings: Settings): boolean {
  const nested = settings.get('nested_header_checks');
  return !nested.isSet && !nested.unknown && nested.value !== '';
}

function emptied(site: Site, settings: Settings): Fix[] {
  const title = say('Set nested_header_checks to nothing', 'Deixar nested_header_checks vazio');
  const { service } = settings;
  const { tree, assumed } = masterOf(site);
  const edits =
    service && !assumed
      ? [setOption(tree.source, service, 'nested_header_checks', '')]
      : setParameter(site, 'nested_header_checks', '');
  return edits.length > 0 ? [{ title, safe: true, edits }] : [];
}

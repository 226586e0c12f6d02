import { cleanupOf, checkParameters } from '../../analysis/mail-flow/cleanup';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { internalService, masterOf, serviceSettings } from '../../model/services';
import { cleanupIn } from '../../facts/recommended';
import { say } from '../../text/message';
import type { Site } from '../../model/site';
import { optionsOf, type Service } from '../../syntax/master-cf/parse';
import { insertAfter, removeOption, setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'submission-shares-checks',
  title: {
    en: "Users' mail passes the header and body checks of port 25",
    'pt-BR': 'As mensagens dos usuários passam pelas verificações da porta 25',
  },
  severity: 'information',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Checks that \`-o\` gives to the common cleanup service are meant for what strangers send; mail of logged-in users goes
through the same service. A rule against forged senders then refuses the own users.`,
    remedy: 'Give port 25 a cleanup service of its own, with the checks on it.',
    bad: {
      'master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
cleanup unix n - y - 0 cleanup
  -o header_checks=pcre:/etc/postfix/header_checks
`,
    },
    good: {
      'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup-in
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
cleanup unix n - y - 0 cleanup
cleanup-in unix n - y - 0 cleanup
  -o header_checks=pcre:/etc/postfix/header_checks
  -o nested_header_checks=
  -o mime_header_checks=
`,
    },
    see: ['postconf(5), cleanup_service_name', 'cleanup(8)'],
  },
  messages: {
    shared: {
      en: 'What users hand in here goes through "{cleanup}", whose {parameter} are those of port 25. Give port 25 its own cleanup service.',
      'pt-BR':
        'O que os usuários enviam aqui passa por "{cleanup}", cujos {parameter} são os da porta 25. Dê à porta 25 um serviço cleanup próprio.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    const listeners = listenersOf(site);
    const mx = listeners.find(l => l.role === 'mx' && !l.loopback);
    const shared = mx && cleanupOf(site, mx.smtpd);
    if (!mx || !shared) return;
    const settings = serviceSettings(site, shared);
    // What main.cf sets for all cleanup services is content-checks-everywhere's matter.
    const parameter = checkParameters.find(p => settings.get(p).origin.kind === 'option' && settings.text(p) !== '');
    if (!parameter) return;
    for (const listener of listeners) {
      if (listener.role !== 'submission' && listener.role !== 'submissions') continue;
      if (listener.service === mx.service || cleanupOf(site, listener.smtpd) !== shared) continue;
      if (/\bno_header_body_checks\b/.test(listener.settings.text('receive_override_options'))) continue;
      const args = { cleanup: shared.name.text, parameter };
      const fixes = split(site, mx.smtpd, shared);
      report(tree.source, listener.service.name.span, 'shared', args, { fixes });
    }
  },
});

/** Moves the checks to a new service: a copy of the shared one's checks, asked by port 25 alone. */
function split(site: Site, smtpd: Service, shared: Service): Fix[] {
  if (!site.master || internalService(site, cleanupIn.name)) return [];
  const source = site.master;
  const own = optionsOf(shared).filter(o => (checkParameters as readonly string[]).includes(o.name));
  const settings = serviceSettings(site, shared);
  const checks = checkParameters.flatMap(p => {
    if (p === 'nested_header_checks' || p === 'mime_header_checks') {
      return [`  -o ${p}=${settings.get(p).origin.kind === 'option' ? settings.get(p).raw : ''}\n`];
    }
    return settings.get(p).origin.kind === 'option' ? [`  -o ${p}=${settings.get(p).raw}\n`] : [];
  });
  const columns = [shared.private, shared.unprivileged, shared.chroot, shared.wakeup, shared.maxProcesses];
  const head = `${cleanupIn.name.padEnd(10)} unix  ${columns.map(c => c.text.padEnd(7)).join(' ')} cleanup\n`;
  const edits = [
    setOption(source, smtpd, 'cleanup_service_name', cleanupIn.name),
    ...own.map(a => removeOption(source, a)),
    insertAfter(source, shared.line, head + checks.join('')),
  ];
  return [
    { title: say('Give port 25 its own cleanup service', 'Dar à porta 25 um cleanup próprio'), safe: true, edits },
  ];
}

import { masterOf, programOf, serviceSettings, servicesOf } from '../../model/services';
import type { Service } from '../../syntax/master-cf/parse';
import type { Settings } from '../../model/settings';
import { say } from '../../text/message';
import { insertAfter } from '../service-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'postscreen-companions',
  title: { en: 'postscreen without the services it needs', 'pt-BR': 'postscreen sem os serviços de que precisa' },
  severity: 'error',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `postscreen hands good clients to \`smtpd pass\`, asks block lists through dnsblog, and TLS through tlsproxy. A missing
one means that good clients wait and are turned away, that block lists are never asked, or that STARTTLS fails.`,
    remedy: 'Add the service; its line is the one that a stock master.cf has commented out.',
    bad: 'smtp inet n - y - 1 postscreen\n',
    good: 'smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\n',
    see: ['POSTSCREEN_README', 'postscreen(8)'],
  },
  messages: {
    smtpd: {
      en: 'postscreen has no "smtpd pass" service to hand clients to: no mail comes in on this port. Add it.',
      'pt-BR':
        'O postscreen não tem um serviço "smtpd pass" a quem passar os clientes: nenhuma mensagem entra nesta porta. Acrescente-o.',
    },
    dnsblog: {
      en: 'postscreen asks block lists (postscreen_dnsbl_sites), but master.cf has no dnsblog service to ask them. Add it.',
      'pt-BR':
        'O postscreen consulta listas de bloqueio (postscreen_dnsbl_sites), mas o master.cf não tem o serviço dnsblog. Acrescente-o.',
    },
    tlsproxy: {
      en: 'postscreen offers TLS here, but master.cf has no tlsproxy service for it: STARTTLS fails. Add it.',
      'pt-BR':
        'O postscreen oferece TLS aqui, mas o master.cf não tem o serviço tlsproxy: o STARTTLS falha. Acrescente-o.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    const services = servicesOf(site);
    const has = (program: string, types: readonly string[]): boolean =>
      services.some(s => programOf(s) === program && types.includes(s.type.text));
    for (const service of services) {
      if (programOf(service) !== 'postscreen') continue;
      const settings = serviceSettings(site, service);
      const missing = (key: 'smtpd' | 'dnsblog' | 'tlsproxy', line: string): void => {
        const title = say('Add the service {key}', 'Acrescentar o serviço {key}', { key });
        const edits = [insertAfter(tree.source, service.line, line)];
        report(tree.source, service.name.span, key, {}, { fixes: [{ title, safe: true, edits }] });
      };
      if (!has('smtpd', ['pass'])) missing('smtpd', companion(service, 'smtpd', 'pass', '-', '-'));
      if (asksBlockLists(settings) && !has('dnsblog', ['unix'])) {
        missing('dnsblog', companion(service, 'dnsblog', 'unix', '-', '0'));
      }
      if (offersTls(settings) && !has('tlsproxy', ['unix'])) {
        missing('tlsproxy', companion(service, 'tlsproxy', 'unix', '-', '0'));
      }
    }
  },
});

function companion(beside: Service, name: string, type: string, priv: string, limit: string): string {
  return `${name.padEnd(10)}${type.padEnd(6)}${priv.padEnd(8)}-       ${beside.chroot.text.padEnd(8)}-       ${limit.padEnd(8)}${name}\n`;
}

function asksBlockLists(settings: Settings): boolean {
  const sites = settings.get('postscreen_dnsbl_sites');
  return !sites.unknown && sites.value !== '';
}

/** postscreen takes smtpd's TLS level unless it has one of its own. */
function offersTls(settings: Settings): boolean {
  const level = settings.get('postscreen_tls_security_level');
  if (level.unknown) return false;
  return ['may', 'encrypt'].includes(level.value || settings.text('smtpd_tls_security_level'));
}

import { submission, serviceText, type RecommendedService } from '../../facts/recommended';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { masterOf, servicesOf } from '../../model/services';
import { siteSettings } from '../../model/settings';
import { holesIn } from '../../model/holes';
import { say } from '../../text/message';
import type { Site } from '../../model/site';
import { insertAfter } from '../service-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'submission-missing',
  title: {
    en: 'No service for users to hand in their mail',
    'pt-BR': 'Nenhum serviço para os usuários entregarem suas mensagens',
  },
  severity: 'information',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Users hand in mail on 587 (RFC 6409) or 465 (RFC 8314), with a login. Brazil's port 25 recommendation (CGI.br
RES/2009/002/P) asks providers to offer it, for port 25 is closed to homes. Servers that only receive, or only send for
themselves, need none.`,
    remedy: 'Add the recommended submission service, or silence this rule where no users send.',
    bad: { 'main.cf': 'mydestination = example.com.br\n', 'master.cf': 'smtp inet n - y - - smtpd\n' },
    good: {
      'main.cf': 'mydestination = example.com.br\n',
      'master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
`,
    },
    see: ['RFC 6409', 'RFC 8314', 'CGI.br RES/2009/002/P'],
  },
  messages: {
    missing: {
      en: 'No service listens on 587 or 465, so users at home, where port 25 is closed, cannot hand in mail. Add a submission service.',
      'pt-BR':
        'Nenhum serviço escuta na 587 nem na 465; de casa, onde a porta 25 é fechada, os usuários não conseguem enviar. Acrescente um serviço submission.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed || holesIn(tree.source.text).length > 0) return;
    const listeners = listenersOf(site);
    if (listeners.some(l => l.role === 'submission' || l.role === 'submissions')) return;
    // A service by that name that listens elsewhere, or one for mail on port 25 that only the host itself reaches.
    if (servicesOf(site).some(s => /submission|smtps/.test(s.name.text))) return;
    const mx = listeners.find(l => l.role === 'mx' && !l.loopback);
    if (!mx) return;
    const settings = siteSettings(site);
    const certified = ['smtpd_tls_chain_files', 'smtpd_tls_cert_file'].some(n => settings.text(n) !== '');
    const title = certified
      ? say('Add the recommended submission service', 'Acrescentar o serviço submission recomendado')
      : say(
          'Add the recommended submission service (it needs a certificate: set smtpd_tls_chain_files)',
          'Acrescentar o serviço submission recomendado (exige um certificado: defina smtpd_tls_chain_files)',
        );
    const text = serviceText(blockFor(site), { chroot: mx.smtpd.chroot.text });
    const fixes = [{ title, safe: false, edits: [insertAfter(tree.source, mx.service.line, text)] }];
    report(tree.source, mx.service.name.span, 'missing', {}, { fixes });
  },
});

/**
 * The block as it fits this site: without lists that Postfix before 2.10 lacks, and without the demand that login and
 * sender belong together where no maps could answer it (it would refuse every user with 553).
 */
function blockFor(site: Site): RecommendedService {
  const settings = siteSettings(site);
  const maps = settings.text('smtpd_sender_login_maps') !== '';
  const options = submission.options
    .filter(o => o.name !== 'smtpd_relay_restrictions' || settings.atLeast('2.10'))
    .map(o =>
      o.name === 'smtpd_sender_restrictions' && !maps ? { ...o, value: ['permit_sasl_authenticated,reject'] } : o,
    );
  return { ...submission, options };
}

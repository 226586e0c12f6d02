import { listenersOf } from '../../analysis/mail-flow/listeners';
import { serverTls } from '../../analysis/mail-flow/server-tls';
import { namePlace } from '../../model/settings';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'tls-required-on-mx',
  title: { en: 'Port 25 demands TLS', 'pt-BR': 'A porta 25 exige TLS' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `Servers all over the world deliver to port 25, and some of them speak no TLS, or none that this server takes. With
\`encrypt\` there their mail is refused (530), and their senders get it back. RFC 3207 forbids it for a public mail exchanger.
Users hand in their mail on 587 or 465: there encryption can be demanded.`,
    remedy: 'Set `smtpd_tls_security_level = may` in main.cf, and `encrypt` in the submission service.',
    bad: `smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
`,
    good: `smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
`,
    see: ['RFC 3207 section 4', 'postconf(5) smtpd_tls_security_level'],
  },
  messages: {
    mx: {
      en: '"{service}" takes mail from other servers and demands TLS of them: mail of those that speak none is refused. Write may here, and encrypt in the submission service.',
      'pt-BR':
        '"{service}" recebe de outros servidores e exige TLS deles: as mensagens dos que não o falam são recusadas. Escreva may aqui, e encrypt no serviço submission.',
    },
  },
  check(site, report) {
    for (const { service, settings, role, loopback, proxied } of listenersOf(site)) {
      if (role !== 'mx' || loopback || proxied) continue;
      const tls = serverTls(settings);
      if (!tls?.enforced || !tls.certificate || tls.wrapped) continue;
      const place = ['smtpd_tls_security_level', 'smtpd_enforce_tls']
        .map(n => settings.get(n))
        .find(s => s.isSet && s.value !== '');
      const at = place && namePlace(place);
      if (at) report(at.source, at.span, 'mx', { service: service.name.text });
    }
  },
});

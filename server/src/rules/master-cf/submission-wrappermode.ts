import { listenersOf } from '../../analysis/mail-flow/listeners';
import { namePlace } from '../../model/settings';
import { masterOf } from '../../model/services';
import { say } from '../../text/message';
import { setOption } from '../service-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'submission-wrappermode',
  title: { en: 'TLS begins in the wrong way on this port', 'pt-BR': 'O TLS começa do jeito errado nesta porta' },
  severity: 'error',
  files: ['master.cf', 'main.cf'],
  fixable: true,
  page: {
    why: `Port 465 speaks TLS from the first byte (RFC 8314); port 587 begins in the clear and turns to TLS by STARTTLS. Mail
programs know that, and with the one taken for the other both sides wait until they give up.`,
    remedy: 'smtpd_tls_wrappermode=yes on 465, and only there.',
    bad: {
      'master.cf': `submissions inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
`,
    },
    good: {
      'master.cf': `submissions inet n - y - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
`,
    },
    see: ['RFC 8314, section 3', 'postconf(5), smtpd_tls_wrappermode'],
  },
  messages: {
    missing: {
      en: 'Port 465 has to speak TLS from the first byte; without smtpd_tls_wrappermode=yes mail programs hang here.',
      'pt-BR':
        'A porta 465 tem de falar TLS desde o primeiro byte; sem smtpd_tls_wrappermode=yes os programas de e-mail travam aqui.',
    },
    superfluous: {
      en: 'Port {port} begins in the clear and uses STARTTLS; with smtpd_tls_wrappermode=yes clients hang here.',
      'pt-BR': 'A porta {port} começa sem cifra e usa STARTTLS; com smtpd_tls_wrappermode=yes os clientes travam aqui.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const listener of listenersOf(site)) {
      const { settings, service, smtpd, role, loopback, proxied, wrapped } = listener;
      const setting = settings.get('smtpd_tls_wrappermode');
      if (loopback || proxied || setting.unknown || setting.problems.length > 0 || service !== smtpd) continue;
      if (role === 'submissions' && settings.bool('smtpd_tls_wrappermode') === false) {
        const title = say('Set smtpd_tls_wrappermode=yes here', 'Definir smtpd_tls_wrappermode=yes aqui');
        const edits = [setOption(tree.source, service, 'smtpd_tls_wrappermode', 'yes')];
        report(tree.source, service.name.span, 'missing', {}, { fixes: [{ title, safe: true, edits }] });
      } else if ((role === 'submission' || role === 'mx') && wrapped) {
        const place = namePlace(setting) ?? { source: tree.source, span: service.name.span };
        const title = say('Set smtpd_tls_wrappermode=no here', 'Definir smtpd_tls_wrappermode=no aqui');
        const edits = [setOption(tree.source, service, 'smtpd_tls_wrappermode', 'no')];
        report(
          place.source,
          place.span,
          'superfluous',
          { port: listener.port ?? 0 },
          { fixes: [{ title, safe: true, edits }] },
        );
      }
    }
  },
});

import { listenersOf, type Listener } from '../../analysis/mail-flow/listeners';
import { serverTls, takesPlainPasswords } from '../../analysis/mail-flow/server-tls';
import { namePlace } from '../../model/settings';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'sasl-without-tls',
  title: {
    en: 'Passwords are taken over connections without TLS',
    'pt-BR': 'Senhas são aceitas em conexões sem TLS',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `With smtpd_sasl_auth_enable and neither TLS demanded nor smtpd_tls_auth_only, the server offers AUTH PLAIN and LOGIN
before STARTTLS. A mail program that is not told to use TLS sends the password as it is, and everybody on the way, from the
café's wireless network on, can read it and send through the server from then on.`,
    remedy: `Set \`smtpd_tls_auth_only = yes\`, with TLS offered and a certificate. Better still, switch SASL on in the submission
service alone: port 25 needs no logins.`,
    bad: `smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
`,
    good: `smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
`,
    see: [
      'postconf(5) smtpd_tls_auth_only',
      'SASL_README',
      'RFC 8314',
      'measured with Postfix 3.7.11: AUTH is offered',
    ],
  },
  messages: {
    optional: {
      en: '"{service}" offers AUTH before TLS, so passwords can be read on the way. Set smtpd_tls_auth_only = yes.',
      'pt-BR':
        '"{service}" oferece AUTH antes do TLS; as senhas podem ser lidas no caminho. Defina smtpd_tls_auth_only = yes.',
    },
    never: {
      en: '"{service}" offers AUTH and no TLS at all, so every password can be read on the way. Set up TLS, then smtpd_tls_auth_only = yes.',
      'pt-BR':
        '"{service}" oferece AUTH e nenhum TLS; toda senha pode ser lida no caminho. Configure o TLS e depois smtpd_tls_auth_only = yes.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    const listeners = [...listenersOf(site)].sort((a, b) => Number(isMeant(a)) - Number(isMeant(b)));
    for (const listener of listeners) {
      const { service, settings, role, loopback, proxied, wrapped } = listener;
      // Of port 587 the rule submission-without-tls speaks, of 465 without wrapper mode submission-wrappermode.
      if (loopback || proxied || wrapped || role === 'submission' || role === 'submissions') continue;
      if (takesPlainPasswords(settings) !== true) continue;
      const place = namePlace(settings.get('smtpd_sasl_auth_enable'));
      if (!place || seen.has(`${place.source.path}:${place.span.start}`)) continue;
      seen.add(`${place.source.path}:${place.span.start}`);
      const tls = serverTls(settings);
      const ready = tls?.offered === true && tls.certificate;
      const fixes: Fix[] =
        ready && settings.get('smtpd_tls_auth_only').origin.kind !== 'option'
          ? [
              {
                title: say('Take passwords in TLS alone', 'Aceitar senhas só com TLS'),
                safe: true,
                edits: setParameter(site, 'smtpd_tls_auth_only', 'yes'),
              },
            ]
          : [];
      const severity = isMeant(listener) ? 'information' : 'warning';
      const args = { service: service.name.text };
      report(place.source, place.span, tls?.offered ? 'optional' : 'never', args, { fixes, severity });
    }
  },
});

/** A service on a port of its own that switches smtpd_tls_auth_only off itself: somebody wants it so, for clients that are near. */
function isMeant({ role, settings }: Listener): boolean {
  const { origin } = settings.get('smtpd_tls_auth_only');
  return role === 'other' && origin.kind === 'option' && settings.bool('smtpd_tls_auth_only') === false;
}

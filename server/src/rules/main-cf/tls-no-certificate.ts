import { listenersOf } from '../../analysis/mail-flow/listeners';
import { serverTls } from '../../analysis/mail-flow/server-tls';
import { namePlace, siteSettings, type Place, type Settings } from '../../model/settings';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'tls-no-certificate',
  title: { en: 'TLS without a certificate, or the reverse', 'pt-BR': 'TLS sem certificado, ou o contrário' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `A server without a certificate logs "No server certs available. TLS won't be enabled" and offers no STARTTLS, whatever
the security level says; a service that demands TLS then takes no mail at all. A certificate without a security level does nothing
either: port 25 stays in the clear. And where passwords are taken in TLS alone, nobody can log in without it.`,
    remedy:
      'Name a certificate (`smtpd_tls_chain_files = KEY-AND-CERTIFICATE`, since 3.4) and set `smtpd_tls_security_level = may`.',
    bad: `smtpd_tls_cert_file = /etc/ssl/certs/mail.pem
smtpd_tls_key_file = /etc/ssl/private/mail.key
`,
    good: `smtpd_tls_cert_file = /etc/ssl/certs/mail.pem
smtpd_tls_key_file = /etc/ssl/private/mail.key
smtpd_tls_security_level = may
`,
    see: ['TLS_README', 'postconf(5) smtpd_tls_security_level, smtpd_tls_chain_files', 'measured with Postfix 3.7.11'],
  },
  messages: {
    none: {
      en: '"{service}" offers TLS, but no certificate is named: Postfix logs a warning and offers no STARTTLS. Set smtpd_tls_chain_files.',
      'pt-BR':
        '"{service}" oferece TLS, mas nenhum certificado é indicado: o Postfix registra um aviso e não oferece STARTTLS. Defina smtpd_tls_chain_files.',
    },
    demanded: {
      en: '"{service}" demands TLS, but no certificate is named, so no client gets any further. Set smtpd_tls_chain_files.',
      'pt-BR':
        '"{service}" exige TLS, mas nenhum certificado é indicado; nenhum cliente passa daí. Defina smtpd_tls_chain_files.',
    },
    idle: {
      en: 'A certificate is named, but no service has TLS on, so it is never used. Set smtpd_tls_security_level = may.',
      'pt-BR':
        'Um certificado é indicado, mas nenhum serviço tem TLS ligado; ele nunca é usado. Defina smtpd_tls_security_level = may.',
    },
    mx: {
      en: 'A certificate is named, but "{service}" has TLS off: other servers find no STARTTLS and hand their mail in the clear. Set smtpd_tls_security_level = may.',
      'pt-BR':
        'Um certificado é indicado, mas "{service}" está sem TLS: os outros servidores não encontram STARTTLS e entregam as mensagens às claras. Defina smtpd_tls_security_level = may.',
    },
    login: {
      en: '"{service}" takes logins in TLS alone (smtpd_tls_auth_only) and can do no TLS ({why}): nobody can log in.',
      'pt-BR':
        '"{service}" só aceita login com TLS (smtpd_tls_auth_only) e não tem TLS ({why}): ninguém consegue entrar.',
    },
  },
  check(site, report) {
    // Without main.cf the certificate is not known.
    if (!site.main) return;
    const seen = new Set<string>();
    const once = (place: Place | undefined): place is Place => {
      if (!place || seen.has(`${place.source.path}:${place.span.start}`)) return false;
      seen.add(`${place.source.path}:${place.span.start}`);
      return true;
    };
    const listeners = listenersOf(site);
    for (const { service, settings, loopback } of listeners) {
      const tls = serverTls(settings);
      if (loopback || !tls || settings.get('smtpd_tls_auth_only').unknown) continue;
      const name = service.name.text;
      const able = tls.offered && tls.certificate;
      if (settings.bool('smtpd_sasl_auth_enable') === true && settings.bool('smtpd_tls_auth_only') === true && !able) {
        const why = tls.offered ? 'smtpd_tls_chain_files' : 'smtpd_tls_security_level';
        const place = placeOf(settings, ['smtpd_tls_auth_only']);
        if (once(place)) report(place.source, place.span, 'login', { service: name, why }, { severity: 'error' });
      } else if (tls.offered && !tls.certificate) {
        const place = placeOf(settings, [
          'smtpd_tls_wrappermode',
          'smtpd_tls_security_level',
          'smtpd_enforce_tls',
          'smtpd_use_tls',
        ]);
        if (once(place)) report(place.source, place.span, tls.enforced ? 'demanded' : 'none', { service: name });
      }
    }
    const main = siteSettings(site);
    const certificate = placeOf(main, ['smtpd_tls_chain_files', 'smtpd_tls_cert_file', 'smtpd_tls_eccert_file']);
    const plain = listeners.filter(l => serverTls(l.settings)?.offered === false && !isDecided(l.settings));
    const mx = plain.find(l => l.role === 'mx' && !l.loopback);
    const off = listeners.length > 0 && plain.length === listeners.length;
    if (!certificate || seen.size > 0 || !(off || mx)) return;
    const title = say('Offer TLS', 'Oferecer TLS');
    const edits = setParameter(site, 'smtpd_tls_security_level', 'may');
    const fixes = [{ title, safe: false, edits }];
    if (off) report(certificate.source, certificate.span, 'idle', {}, { fixes });
    else if (mx) report(certificate.source, certificate.span, 'mx', { service: mx.service.name.text }, { fixes });
  },
});

/** TLS is off because the files say so. */
function isDecided(settings: Settings): boolean {
  return settings.text('smtpd_tls_security_level').toLowerCase() === 'none';
}

/** Where the first of some parameters that is set to something is set. */
function placeOf(settings: Settings, names: readonly string[]): Place | undefined {
  const setting = names
    .map(n => settings.get(n))
    .find(s => s.isSet && s.value !== '' && s.value.toLowerCase() !== 'no');
  return setting && namePlace(setting);
}

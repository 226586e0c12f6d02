import { listenersOf } from '../../analysis/mail-flow/listeners';
import { keepsPasswordsForTls } from '../../analysis/mail-flow/server-tls';
import { masterOf } from '../../model/services';
import { namePlace, type Settings } from '../../model/settings';
import { say } from '../../text/message';
import { setOption } from '../service-edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'submission-without-tls',
  title: { en: 'Passwords in the clear on the submission port', 'pt-BR': 'Senhas às claras na porta de submission' },
  severity: 'warning',
  files: ['master.cf', 'main.cf'],
  fixable: true,
  page: {
    why: `Without smtpd_tls_security_level=encrypt (or at least smtpd_tls_auth_only=yes) a mail program may send its password
before TLS, and anybody on the way reads it. RFC 8314 asks for TLS in all submission.`,
    remedy: `Demand TLS on 587. smtpd needs a certificate for it: without one nobody could log in.`,
    bad: {
      'main.cf':
        'compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/ssl/private/mail.key, /etc/ssl/certs/mail.pem\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
`,
    },
    good: {
      'main.cf':
        'compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/ssl/private/mail.key, /etc/ssl/certs/mail.pem\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
`,
    },
    see: ['RFC 8314, section 3.3', 'TLS_README', 'postconf(5), smtpd_tls_security_level, smtpd_tls_auth_only'],
  },
  messages: {
    clear: {
      en: 'This service takes passwords without TLS, and anybody on the way can read them. Set smtpd_tls_security_level=encrypt.',
      'pt-BR':
        'Este serviço aceita senhas sem TLS, e qualquer um no caminho pode lê-las. Defina smtpd_tls_security_level=encrypt.',
    },
    off: {
      en: 'TLS is switched off where users log in: their passwords can be read on the way or, with smtpd_tls_auth_only, are not taken. Set smtpd_tls_security_level=encrypt.',
      'pt-BR':
        'O TLS está desligado onde os usuários entram: as senhas podem ser lidas no caminho ou, com smtpd_tls_auth_only, não são aceitas. Defina smtpd_tls_security_level=encrypt.',
    },
    uncertified: {
      en: 'This service takes passwords without TLS, and no certificate is named. Set smtpd_tls_chain_files and smtpd_tls_security_level=encrypt: without a certificate nobody can log in then.',
      'pt-BR':
        'Este serviço aceita senhas sem TLS, e nenhum certificado é indicado. Defina smtpd_tls_chain_files e smtpd_tls_security_level=encrypt: sem certificado ninguém consegue entrar depois.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const { service, smtpd, role, settings, wrapped, loopback, proxied } of listenersOf(site)) {
      if (role !== 'submission' || wrapped || loopback || proxied || service !== smtpd) continue;
      const level = settings.get('smtpd_tls_security_level');
      const option = level.origin.kind === 'option' ? namePlace(level) : undefined;
      // Without main.cf only what the service says itself is known.
      if (!site.main) {
        const isOff = settings.text('smtpd_tls_security_level').toLowerCase() === 'none';
        if (option && isOff && saysItself(settings)) report(option.source, option.span, 'off');
        continue;
      }
      // What is not known gets the benefit of the doubt.
      if (!takesLogins(settings) || keepsPasswordsForTls(settings) !== false) continue;
      const certificate = hasCertificate(settings);
      // Where nobody can log in yet, demanding TLS breaks nothing that works.
      const safe = certificate || settings.bool('smtpd_sasl_auth_enable') !== true;
      const title = say('Demand TLS in this service', 'Exigir TLS neste serviço');
      const edits = [setOption(tree.source, service, 'smtpd_tls_security_level', 'encrypt')];
      report(
        option?.source ?? tree.source,
        option?.span ?? service.name.span,
        certificate ? 'clear' : 'uncertified',
        {},
        { fixes: [{ title, safe, edits }] },
      );
    }
  },
});

/** The service switches SASL on by an option of its own. */
function saysItself(settings: Settings): boolean {
  const { origin } = settings.get('smtpd_sasl_auth_enable');
  return origin.kind === 'option' && settings.bool('smtpd_sasl_auth_enable') === true;
}

/** SASL is on, or the lists ask for a login and so are meant to have it on. */
function takesLogins(settings: Settings): boolean {
  const sasl = settings.get('smtpd_sasl_auth_enable');
  if (sasl.unknown) return false;
  if (settings.bool('smtpd_sasl_auth_enable') === true) return true;
  return [
    'smtpd_relay_restrictions',
    'smtpd_recipient_restrictions',
    'smtpd_client_restrictions',
    'smtpd_sender_restrictions',
  ].some(list => {
    const setting = settings.get(list);
    return setting.isSet && settings.words(list).some(w => w.text.toLowerCase() === 'permit_sasl_authenticated');
  });
}

function hasCertificate(settings: Settings): boolean {
  return ['smtpd_tls_chain_files', 'smtpd_tls_cert_file', 'smtpd_tls_eccert_file', 'smtpd_tls_dcert_file'].some(
    name => {
      const setting = settings.get(name);
      return setting.unknown !== undefined || (setting.value !== '' && setting.value !== 'none');
    },
  );
}

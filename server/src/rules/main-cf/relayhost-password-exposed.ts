import { isLoopbackHop, nextHop } from '../../model/next-hop';
import { namePlace, siteSettings, valuePlace } from '../../model/settings';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'relayhost-password-exposed',
  title: {
    en: 'The password for the relayhost may cross the net in the clear',
    'pt-BR': 'A senha do relayhost pode passar em claro pela rede',
  },
  severity: 'warning',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `With \`smtp_tls_security_level = may\`, or none, Postfix uses TLS when the other side offers it. Whoever sits on the way
takes the offer out, and Postfix goes on without: with \`noplaintext\` gone from smtp_sasl_security_options the password is then
sent as it is, otherwise at least the mail.`,
    remedy:
      'Set `smtp_tls_security_level = encrypt`, or `secure` with a CA file, where all mail goes through the relayhost.',
    bad: `relayhost = [mail.example.net]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = may
`,
    good: `relayhost = [mail.example.net]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = encrypt
`,
    see: ['SASL_README', 'TLS_README', 'postconf(5) smtp_tls_security_level'],
  },
  messages: {
    password: {
      en: 'The login at {host} does not demand TLS: whoever sits on the way can read the password. Set smtp_tls_security_level = encrypt.',
      'pt-BR':
        'O login em {host} não exige TLS: quem estiver no caminho pode ler a senha. Defina smtp_tls_security_level = encrypt.',
    },
    mail: {
      en: 'The login at {host} does not demand TLS: without it no password is sent (noplaintext), so mail stays behind or goes unprotected. Set smtp_tls_security_level = encrypt.',
      'pt-BR':
        'O login em {host} não exige TLS: sem ele nenhuma senha é enviada (noplaintext); as mensagens ficam paradas ou vão sem proteção. Defina smtp_tls_security_level = encrypt.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const relayhost = settings.get('relayhost');
    const hop = nextHop(relayhost.value);
    const asked = [
      'smtp_sasl_auth_enable',
      'smtp_tls_security_level',
      'smtp_enforce_tls',
      'smtp_tls_policy_maps',
      'smtp_sasl_security_options',
    ];
    if (!hop || relayhost.unknown || isLoopbackHop(hop) || asked.some(n => settings.get(n).unknown)) return;
    if (settings.bool('smtp_sasl_auth_enable') !== true) return;
    const level = settings.text('smtp_tls_security_level').toLowerCase();
    if (['encrypt', 'dane', 'dane-only', 'fingerprint', 'verify', 'secure'].includes(level)) return;
    // A policy per destination, or the old switches, may demand it.
    if (settings.text('smtp_tls_policy_maps') !== '' || settings.text('smtp_tls_per_site') !== '') return;
    if (level === '' && settings.bool('smtp_enforce_tls') === true) return;
    const setting = settings.get('smtp_tls_security_level');
    const place = (setting.isSet && namePlace(setting)) || valuePlace(relayhost);
    if (!place) return;
    const clear = !settings.words('smtp_sasl_security_options').some(w => w.text.toLowerCase() === 'noplaintext');
    const title = say('Demand TLS for all outgoing mail', 'Exigir TLS em todo envio');
    const edits = setParameter(site, 'smtp_tls_security_level', 'encrypt');
    report(
      place.source,
      place.span,
      clear ? 'password' : 'mail',
      { host: hop.host },
      {
        severity: clear ? 'warning' : 'information',
        fixes: [{ title, safe: false, edits }],
      },
    );
  },
});

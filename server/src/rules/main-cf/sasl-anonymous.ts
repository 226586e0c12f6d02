import { listenersOf } from '../../analysis/mail-flow/listeners';
import { valuePlace, namePlace } from '../../model/settings';
import { say } from '../../text/message';
import { replaceFix } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'sasl-anonymous',
  title: { en: 'Logins without a password are not forbidden', 'pt-BR': 'Logins sem senha não estão proibidos' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `\`noanonymous\` in smtpd_sasl_security_options keeps the mechanism ANONYMOUS out: with it anybody logs in under any name
and then counts as authenticated, which opens the relay. Whoever sets the list and leaves the word out relies on the login
server never to offer that mechanism.`,
    remedy: 'Put noanonymous into the list, or take the line away: it is the default.',
    bad: `smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_sasl_security_options =
`,
    good: `smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_sasl_security_options = noanonymous, noplaintext
smtpd_sasl_tls_security_options = noanonymous
`,
    see: ['postconf(5) smtpd_sasl_security_options', 'RFC 4505'],
  },
  messages: {
    anonymous: {
      en: '{name} lacks noanonymous: if the login server offers ANONYMOUS, anybody is logged in without a password and may relay. Add it.',
      'pt-BR':
        'Falta noanonymous em {name}: se o servidor de autenticação oferecer ANONYMOUS, qualquer um entra sem senha e pode usar o relay. Acrescente-o.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const { settings } of listenersOf(site)) {
      if (settings.bool('smtpd_sasl_auth_enable') !== true) continue;
      for (const name of ['smtpd_sasl_security_options', 'smtpd_sasl_tls_security_options']) {
        const setting = settings.get(name);
        const place = namePlace(setting);
        const value = valuePlace(setting);
        if (!place || !value || setting.unknown || setting.problems.length > 0) continue;
        if (settings.words(name).some(w => w.text === 'noanonymous')) continue;
        // The TLS list that stands for the other is reported there.
        if (setting.raw.includes('$')) continue;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const text = setting.raw === '' ? 'noanonymous' : `noanonymous, ${setting.raw}`;
        const gap = value.span.start === value.span.end && place.source.text[value.span.start - 1] === '=' ? ' ' : '';
        const glued = setting.origin.kind === 'option' && !setting.origin.option.braced;
        const newText = glued ? text.replace(/[\s,]+/g, ',') : gap + text;
        const title = say('Add noanonymous', 'Acrescentar noanonymous');
        report(
          place.source,
          place.span,
          'anonymous',
          { name },
          { fixes: [replaceFix(title, value.source, value.span, newText, true)] },
        );
      }
    }
  },
});

import { listenersOf, offersLogin, type Listener } from '../../analysis/mail-flow/listeners';
import { masterOf } from '../../model/services';
import type { Place } from '../../model/settings';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { addOptions, setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

const lists = [
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_client_restrictions',
  'smtpd_sender_restrictions',
] as const;

export const rule = defineRule({
  id: 'submission-sasl-off',
  title: { en: 'A login is demanded that nobody can make', 'pt-BR': 'Exige-se um login que ninguém consegue fazer' },
  severity: 'error',
  files: ['master.cf', 'main.cf'],
  fixable: true,
  page: {
    why: `With smtpd_sasl_auth_enable=no (the default) smtpd offers no AUTH, and permit_sasl_authenticated never permits anybody.
A list that lets logged-in users pass and refuses the rest then refuses everybody.`,
    remedy: `Switch SASL on in the service that takes the users' mail; port 25 needs none.`,
    bad: {
      'main.cf': 'compatibility_level = 3.6\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`,
    },
    good: {
      'main.cf': 'compatibility_level = 3.6\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`,
    },
    see: ['SASL_README', 'postconf(5), smtpd_sasl_auth_enable'],
  },
  messages: {
    off: {
      en: 'Only logged-in users may pass here, but SASL is off in this service: no AUTH is offered and nobody can send. Set smtpd_sasl_auth_enable=yes.',
      'pt-BR':
        'Só quem faz login passa aqui, mas o SASL está desligado neste serviço: não se oferece AUTH e ninguém consegue enviar. Defina smtpd_sasl_auth_enable=yes.',
    },
    demand: { en: 'the login is demanded here', 'pt-BR': 'o login é exigido aqui' },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    const seen = new Set<string>();
    for (const listener of listenersOf(site)) {
      if (offersLogin(listener) !== false) continue;
      const demand = demandOf(listener.settings.words.bind(listener.settings));
      if (!demand) continue;
      const { smtpd } = listener;
      const fix = switchOn(tree.source, listener);
      const message = { text: rule.messages.demand, args: {} };
      const related = demand.place ? [{ ...demand.place, message }] : [];
      // A list of main.cf is to blame where it stands; one of the service itself, at the service.
      const place = demand.place?.source === site.main ? demand.place : undefined;
      const at = place ?? { source: tree.source, span: smtpd.name.span };
      const key = `${at.source.path}:${at.span.start}`;
      if (seen.has(key)) continue;
      seen.add(key);
      report(at.source, at.span, 'off', {}, { related, fixes: [fix] });
    }
  },
});

/** Switches SASL on, and on 587 TLS with it where nothing asks for it: a login that works must not send its password in the clear. */
function switchOn(source: SourceText, { smtpd, settings, role, wrapped }: Listener): Fix {
  const own = smtpd.arguments.some(a => a.kind === 'option' && a.name === 'smtpd_sasl_auth_enable');
  const sasl = ['smtpd_sasl_auth_enable', 'yes'] as const;
  const level = settings.get('smtpd_tls_security_level');
  const tls = role === 'submission' && !wrapped && !level.unknown && !['encrypt'].includes(level.value);
  if (own || level.origin.kind === 'option') {
    const edits = [setOption(source, smtpd, ...sasl)];
    if (tls) edits.push(setOption(source, smtpd, 'smtpd_tls_security_level', 'encrypt'));
    return { title: say('Switch SASL on in this service', 'Ligar o SASL neste serviço'), safe: true, edits };
  }
  if (!tls) {
    const title = say('Switch SASL on in this service', 'Ligar o SASL neste serviço');
    return { title, safe: true, edits: [addOptions(source, smtpd, [sasl])] };
  }
  const title = say(
    'Switch SASL on in this service, and demand TLS for it',
    'Ligar o SASL neste serviço e exigir TLS para ele',
  );
  return { title, safe: true, edits: [addOptions(source, smtpd, [['smtpd_tls_security_level', 'encrypt'], sasl])] };
}

/** A list that permits by login alone and then refuses everybody: `… permit_sasl_authenticated … reject`. */
function demandOf(
  words: (name: string) => readonly { text: string; place: Place | undefined }[],
): { place: Place | undefined } | undefined {
  for (const name of lists) {
    const list = words(name);
    const permit = list.find(w => w.text.toLowerCase() === 'permit_sasl_authenticated');
    const permits = list.filter(w => /^permit/i.test(w.text));
    const rejects = list.some(w => ['reject', 'defer'].includes(w.text.toLowerCase()));
    if (permit && rejects && permits.length === 1) return { place: permit.place };
  }
  return undefined;
}

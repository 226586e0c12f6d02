import { searchListeners } from '../../analysis/smtp/searches';
import { readRestrictions } from '../../model/restriction-lists';
import { masterOf } from '../../model/services';
import { guardFix } from '../relay-guard';
import { permittingStep, sessionEvidence, settingPlace } from '../session-evidence';
import { defineRule } from '../rule';

const lists = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
];

export const rule = defineRule({
  id: 'submission-without-auth',
  title: {
    en: 'The submission service relays for strangers',
    'pt-BR': 'O serviço submission faz relay para estranhos',
  },
  severity: 'error',
  files: ['master.cf', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `The submission port is for users who have logged in (RFC 6409). Here somebody without a login hands in mail for a
foreign domain, and it is accepted: the session is shown. Where no list ever lets a logged-in user pass, it is the
opposite fault, and users cannot send.`,
    remedy:
      '`-o smtpd_relay_restrictions=permit_sasl_authenticated,reject`, and the same for smtpd_recipient_restrictions.',
    bad: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_relay_restrictions=check_client_access,static:OK,reject
  -o smtpd_recipient_restrictions=
`,
    },
    good: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8\n',
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`,
    },
    see: ['RFC 6409, section 4.3', 'CGI.br RES/2009/002/P', 'postconf(5), smtpd_relay_restrictions'],
  },
  messages: {
    open: {
      en: 'A stranger without a login gets mail for {recipient} accepted on {service} ({code}). Let the relay list be: permit_sasl_authenticated, reject.',
      'pt-BR':
        'Um estranho sem login consegue que uma mensagem para {recipient} seja aceita em {service} ({code}). Deixe a lista de relay assim: permit_sasl_authenticated, reject.',
    },
    assumed: {
      en: 'A stranger without a login may get mail for {recipient} accepted on {service}. It hangs on: {assumption}.',
      'pt-BR':
        'Um estranho sem login pode ter mensagem para {recipient} aceita em {service}. Depende de: {assumption}.',
    },
    useless: {
      en: 'SASL is on here, but no list has permit_sasl_authenticated: users log in and still cannot send elsewhere. Add it before the guard.',
      'pt-BR':
        'O SASL está ligado aqui, mas nenhuma lista tem permit_sasl_authenticated: os usuários fazem login e mesmo assim não enviam para fora. Acrescente-o antes da proteção.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const listener of searchListeners(site)) {
      const { openRelay: search, submission, server, service } = listener;
      if (!submission) continue;
      const { settings } = server;
      if (search.kind === 'found') {
        const place = permittingStep(search.answer) ?? settingPlace(site, settings, listener, []);
        const [assumption] = search.assumptions;
        const args = {
          service: service.name.text,
          recipient: search.session.recipient ?? '',
          code: search.answer.code ?? '250',
          assumption: assumption ?? '',
        };
        const evidence = sessionEvidence(search.session, search.answer);
        const fixes = () => guardFix(site, listener, true, after => after.openRelay.kind !== 'found');
        if (assumption) report(place.source, place.span, 'assumed', args, { severity: 'warning', evidence, fixes });
        else report(place.source, place.span, 'open', args, { evidence, fixes });
        continue;
      }
      const known = lists.every(l => !settings.get(l).unknown);
      const words = lists.flatMap(l => readRestrictions(settings, l));
      const mayPass = words.some(
        w => /^permit_(?:sasl|tls)|^check_(?:sasl|ccert|client|policy)|^permit$/.test(w.name) || w.kind !== 'builtin',
      );
      if (!known || mayPass || settings.bool('smtpd_sasl_auth_enable') !== true || search.kind !== 'safe') continue;
      report(tree.source, service.name.span, 'useless', {}, { severity: 'warning' });
    }
  },
});

import { searchListeners, type ListenerSearches } from '../../analysis/smtp/searches';
import { editedSite } from '../../model/edited-site';
import { masterOf } from '../../model/services';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { sessionEvidence } from '../session-evidence';
import { setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'submission-accepts-strangers',
  title: {
    en: 'Strangers hand in mail for local users on the submission port',
    'pt-BR': 'Estranhos entregam mensagens a usuários locais pela porta de submission',
  },
  severity: 'warning',
  files: ['master.cf', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `The relay list keeps strangers from sending elsewhere; mail for local users passes it. On the submission port that is a
second entrance, past the checks and block lists that port 25 has.`,
    remedy: 'Close the recipient list as well: `-o smtpd_recipient_restrictions=permit_sasl_authenticated,reject`.',
    bad: {
      'main.cf': `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
`,
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination
`,
    },
    good: {
      'main.cf': `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
`,
      'master.cf': `submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`,
    },
    see: ['RFC 6409, section 4.3', 'postconf(5), smtpd_recipient_restrictions'],
  },
  messages: {
    accepts: {
      en: 'A stranger without a login gets mail for {recipient} accepted on {service} ({code}), past the checks of port 25. End the recipient list with permit_sasl_authenticated, reject.',
      'pt-BR':
        'Um estranho sem login consegue que uma mensagem para {recipient} seja aceita em {service} ({code}), sem as verificações da porta 25. Termine a lista de destinatários com permit_sasl_authenticated, reject.',
    },
    assumed: {
      en: 'A stranger without a login may get mail for {recipient} accepted on {service}. It hangs on: {assumption}.',
      'pt-BR':
        'Um estranho sem login pode ter mensagem para {recipient} aceita em {service}. Depende de: {assumption}.',
    },
  },
  check(site, report) {
    // Without main.cf the settings are not known.
    if (!site.main) return;
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const listener of searchListeners(site)) {
      const { strangersLocal: search, openRelay, submission, service } = listener;
      if (!submission || search.kind !== 'found' || openRelay.kind === 'found') continue;
      const [assumption] = search.assumptions;
      const args = {
        service: service.name.text,
        recipient: search.session.recipient ?? '',
        code: search.answer.code ?? '250',
        assumption: assumption ?? '',
      };
      const evidence = sessionEvidence(search.session, search.answer);
      const fixes = () => closing(site, listener);
      report(tree.source, service.name.span, assumption ? 'assumed' : 'accepts', args, { evidence, fixes });
    }
  },
});

/** Closes the recipient list behind what it already asks; where SASL is off that would close it to everybody. */
function closing(site: Site, listener: ListenerSearches): Fix[] {
  const { tree } = masterOf(site);
  const { settings } = listener.server;
  if (settings.bool('smtpd_sasl_auth_enable') !== true) return [];
  const list = settings.get('smtpd_recipient_restrictions');
  const own = list.origin.kind === 'option' ? settings.words('smtpd_recipient_restrictions').map(w => w.text) : [];
  const kept = own.filter(w => !/^(?:permit|reject|permit_sasl_authenticated|reject_unauth_destination)$/i.test(w));
  const value = [...kept, 'permit_sasl_authenticated', 'reject'];
  const edits = [
    setOption(
      tree.source,
      listener.smtpd,
      'smtpd_recipient_restrictions',
      value.join(value.some(w => /\s/.test(w)) ? ', ' : ','),
    ),
  ];
  const after = searchListeners(editedSite(site, edits)).find(l => l.service.name.text === listener.service.name.text);
  if (after?.strangersLocal.kind !== 'safe') return [];
  const title = say('Let only logged-in users hand in mail here', 'Deixar só usuários autenticados enviarem por aqui');
  return [{ title, safe: true, edits }];
}

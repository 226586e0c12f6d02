import { siteSettings, valuePlace } from '../../model/settings';
import { say } from '../../text/message';
import { replaceFix } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'mynetworks-style-class',
  title: { en: 'Trusts the whole class A, B or C network', 'pt-BR': 'Confia em toda a rede de classe A, B ou C' },
  severity: 'warning',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `With \`mynetworks_style = class\` and no mynetworks of its own, Postfix trusts the network that the machine's address
had before 1993: for an address below 128 that is a /8, sixteen million hosts of other people, each of which may then send mail
to anybody through this server.`,
    remedy: 'Set `mynetworks_style = host`, or list the networks in mynetworks.',
    bad: 'mynetworks_style = class\n',
    good: 'mynetworks_style = host\n',
    see: ['postconf(5) mynetworks_style'],
  },
  messages: {
    class: {
      en: 'mynetworks_style = class trusts the whole class A, B or C network of each interface, strangers included. Write host, or set mynetworks.',
      'pt-BR':
        'mynetworks_style = class confia em toda a rede de classe A, B ou C de cada interface, inclusive em estranhos. Escreva host ou defina mynetworks.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const style = settings.get('mynetworks_style');
    const place = valuePlace(style);
    if (!place || style.value !== 'class' || settings.get('mynetworks').isSet) return;
    const title = say('Write host', 'Escrever host');
    report(
      place.source,
      place.span,
      'class',
      {},
      { fixes: [replaceFix(title, place.source, place.span, 'host', false)] },
    );
  },
});

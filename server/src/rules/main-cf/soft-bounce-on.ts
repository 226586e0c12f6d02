import { siteSettings, namePlace, type Setting } from '../../model/settings';
import { serviceSettings, servicesOf } from '../../model/services';
import { say } from '../../text/message';
import { replaceFix } from '../edits';
import { defineRule, type Extras } from '../rule';

export const rule = defineRule({
  id: 'soft-bounce-on',
  title: {
    en: 'soft_bounce was left on after testing',
    'pt-BR': 'soft_bounce ficou ligado depois dos testes',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `With \`soft_bounce = yes\` every permanent refusal (5xx) becomes a temporary one (4xx) and nothing is ever returned
to its sender before the queue's lifetime is over. Other servers come back again and again with mail that will never be
taken, spammers included, and senders learn of a misspelt address only days later. It is meant for the hour in which a new
configuration is tried out.`,
    remedy: 'Set it to `no`, or take the line away: `no` is the default.',
    bad: `soft_bounce = yes
`,
    good: `soft_bounce = no
`,
    see: ['postconf(5) soft_bounce', 'RFC 5321 section 4.2.1'],
  },
  messages: {
    on: {
      en: 'soft_bounce turns every permanent error into a temporary one: other servers retry for days what is never taken. Set it to no once the tests are over.',
      'pt-BR':
        'soft_bounce transforma todo erro permanente em temporário: outros servidores tentam por dias o que nunca será aceito. Defina no assim que os testes terminarem.',
    },
  },
  check(site, report) {
    const main = siteSettings(site).get('soft_bounce');
    const settings = [main, ...servicesOf(site).map(s => serviceSettings(site, s).get('soft_bounce'))];
    for (const setting of new Set(settings.filter(s => s === main || s.origin.kind === 'option'))) {
      const place = namePlace(setting);
      if (!place || setting.value.toLowerCase() !== 'yes') continue;
      report(place.source, place.span, 'on', {}, off(setting));
    }
  },
});

function off({ origin }: Setting): Extras {
  const title = say('Turn it off', 'Desligar');
  if (origin.kind === 'main') {
    return { fixes: [replaceFix(title, origin.source, origin.parameter.valueSpan, 'no', false)] };
  }
  if (origin.kind !== 'option') return {};
  return { fixes: [replaceFix(title, origin.source, origin.option.valueSpan, 'no', false)] };
}

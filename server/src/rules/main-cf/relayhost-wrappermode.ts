import { internalService, portNumber, programOf, serviceSettings } from '../../model/services';
import { siteSettings, valuePlace, type Settings } from '../../model/settings';
import { nextHop, isLoopbackHop } from '../../model/next-hop';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'relayhost-wrappermode',
  title: {
    en: 'The relayhost and smtp_tls_wrappermode do not fit',
    'pt-BR': 'O relayhost e smtp_tls_wrappermode não combinam',
  },
  severity: 'warning',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `On port 465 TLS starts with the first byte; on 25 and 587 with STARTTLS. Postfix speaks the first way only with
\`smtp_tls_wrappermode = yes\`. Where the two do not fit, each side waits for the other to begin, and all mail stays in the queue
until it is returned.`,
    remedy: 'Use port 587 without smtp_tls_wrappermode, or 465 with it (and smtp_tls_security_level = encrypt).',
    bad: `relayhost = [mail.example.net]:465
`,
    good: `relayhost = [mail.example.net]:465
smtp_tls_wrappermode = yes
smtp_tls_security_level = encrypt
`,
    see: ['postconf(5) smtp_tls_wrappermode', 'RFC 8314 section 3.3', 'TLS_README'],
  },
  messages: {
    missing: {
      en: 'Port {port} expects TLS from the first byte, and smtp_tls_wrappermode is off: both sides wait, and all mail stays in the queue. Turn it on, or use 587.',
      'pt-BR':
        'A porta {port} espera TLS desde o primeiro byte, e smtp_tls_wrappermode está desligado: os dois lados esperam e tudo fica na fila. Ligue-o ou use a 587.',
    },
    needless: {
      en: 'smtp_tls_wrappermode starts TLS with the first byte, which port {port} does not expect: all mail stays in the queue. Turn it off, or use 465.',
      'pt-BR':
        'smtp_tls_wrappermode inicia o TLS no primeiro byte, o que a porta {port} não espera: tudo fica na fila. Desligue-o ou use a 465.',
    },
  },
  check(site, report) {
    const main = siteSettings(site);
    const relayhost = main.get('relayhost');
    const place = valuePlace(relayhost);
    const hop = nextHop(relayhost.value);
    if (!place || !hop || relayhost.unknown || relayhost.problems.length > 0 || isLoopbackHop(hop)) return;
    const settings = deliverySettings(site);
    const wrapped = settings.get('smtp_tls_wrappermode');
    if (wrapped.unknown || settings.get('default_transport').unknown) return;
    const port = portNumber(hop.port || 'smtp');
    const on = settings.bool('smtp_tls_wrappermode') === true;
    if (port === 465 && !on) {
      report(place.source, place.span, 'missing', { port: hop.port }, { fixes: [turn(site, 'yes')] });
    } else if ((port === 25 || port === 587) && on) {
      const fixes = wrapped.origin.kind === 'main' ? [turn(site, 'no')] : [];
      report(place.source, place.span, 'needless', { port: hop.port || '25' }, { fixes });
    }
  },
});

/** The settings of the transport that mail for the relayhost takes: default_transport's service, else main.cf's. */
function deliverySettings(site: Site): Settings {
  const main = siteSettings(site);
  const name = /^[^:]*/.exec(main.text('default_transport'))?.[0] ?? 'smtp';
  const service = internalService(site, name || 'smtp');
  return service && programOf(service) === 'smtp' ? serviceSettings(site, service) : main;
}

function turn(site: Site, value: 'yes' | 'no'): Fix {
  const level = siteSettings(site).text('smtp_tls_security_level').toLowerCase();
  const demands = ['encrypt', 'dane-only', 'fingerprint', 'verify', 'secure'].includes(level);
  const edits = [
    ...setParameter(site, 'smtp_tls_wrappermode', value),
    // Wrapper mode works with a level that demands TLS alone.
    ...(value === 'yes' && !demands ? setParameter(site, 'smtp_tls_security_level', 'encrypt') : []),
  ];
  return {
    title: say('Set smtp_tls_wrappermode = {value}', 'Definir smtp_tls_wrappermode = {value}', { value }),
    safe: false,
    edits,
  };
}

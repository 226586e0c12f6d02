import { siteSettings, valuePlace } from '../../model/settings';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'hostname-not-fqdn',
  title: { en: 'myhostname has no dot', 'pt-BR': 'myhostname não tem ponto' },
  severity: 'warning',
  files: ['main.cf'],
  page: {
    why: `myhostname is what the server calls itself in its greeting, in HELO and in Received lines, and mydomain and myorigin
follow from it. Without a domain mydomain becomes \`localdomain\`, local senders get addresses that nobody can answer, and
many servers refuse mail from a host whose HELO is no full name.`,
    remedy: "Give the host's full name as DNS has it, the one that the reverse lookup of its address gives back.",
    bad: `myhostname = mail
`,
    good: `myhostname = mail.example.com
`,
    see: [
      'postconf(5) myhostname, mydomain',
      'RFC 5321 section 4.1.1.1',
      'measured with Postfix 3.7.11: taken in silence',
    ],
  },
  messages: {
    short: {
      en: '{name} is no full host name: mydomain becomes {domain}, and other servers refuse such a HELO. Write the name with its domain.',
      'pt-BR':
        '{name} não é um nome de host completo: mydomain vira {domain}, e outros servidores recusam um HELO assim. Escreva o nome com o domínio.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const hostname = settings.get('myhostname');
    const place = valuePlace(hostname);
    const name = hostname.value;
    if (!place || hostname.unknown || hostname.problems.length > 0 || name === '' || /[.\s]|^[A-Z0-9_]+$/.test(name))
      return;
    report(place.source, place.span, 'short', { name, domain: settings.text('mydomain') || 'localdomain' });
  },
});

import { readTable } from '../../analysis/lookup/table-file';
import { keyFileOf, tableRoles } from '../../model/table-roles';
import { defineRule } from '../rule';

const refusal = /^(?:reject|deny|drop|discard|defer|no|false|off|none|[45]\d\d)\b/i;

export const rule = defineRule({
  id: 'table-value-ignored',
  title: { en: 'A refusal that counts as consent', 'pt-BR': 'Uma recusa que vale como consentimento' },
  severity: 'warning',
  files: ['table', 'main.cf'],
  page: {
    why: `relay_domains, mynetworks, mydestination and their like ask a table only whether the key is there. What stands on the
right does not count: \`example.org REJECT\` in relay_domains lets everybody relay to example.org.`,
    remedy: 'Take the line out, or put `!` in front of the table or pattern in the list.',
    bad: { 'main.cf': 'relay_domains = texthash:/etc/postfix/relay\n', relay: 'example.org REJECT\n' },
    good: { 'main.cf': 'relay_domains = texthash:/etc/postfix/relay\n', relay: 'example.org OK\n' },
    see: ['postconf(5), relay_domains, mynetworks', 'Measured: REJECT makes the domain a relay domain (3.7.11)'],
  },
  messages: {
    accepted: {
      en: 'In {parameter} the right side does not count: "{value}" or not, mail for {key} is accepted. Take the line out.',
      'pt-BR':
        'Em {parameter} o lado direito não conta: com "{value}" ou sem, a mensagem para {key} é aceita. Retire a linha.',
    },
    trusted: {
      en: 'In {parameter} the right side does not count: "{value}" or not, {key} is trusted. Take the line out.',
      'pt-BR': 'Em {parameter} o lado direito não conta: com "{value}" ou sem, {key} é de confiança. Retire a linha.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const { role, table, parameter } of tableRoles(site)) {
      if (role !== 'domains' && role !== 'networks') continue;
      const source = keyFileOf(site, table);
      for (const entry of source ? readTable(source).entries : []) {
        if (!source || !refusal.test(entry.value) || seen.has(`${source.path}:${entry.span.start}`)) continue;
        seen.add(`${source.path}:${entry.span.start}`);
        const args = { parameter, value: entry.value, key: entry.key };
        report(source, entry.valueSpan, role === 'networks' ? 'trusted' : 'accepted', args);
      }
    }
  },
});

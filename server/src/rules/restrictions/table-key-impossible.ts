import { readTable } from '../../analysis/lookup/table-file';
import { keyFileOf, tableRoles, type RoleOfTable } from '../../model/table-roles';
import { holesIn } from '../../model/holes';
import { say } from '../../text/message';
import { defineRule, type Fix } from '../rule';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';

export const rule = defineRule({
  id: 'table-key-impossible',
  title: { en: 'A key that is never looked up', 'pt-BR': 'Uma chave que nunca é procurada' },
  severity: 'warning',
  files: ['table', 'main.cf'],
  fixable: true,
  page: {
    why: `A table of exact keys (hash:, lmdb:, texthash:) is asked for a few forms alone: the whole address or name, its parent
domains, an IPv4 address and its first octets. A network in CIDR form, a pattern, or \`.domain\` while parents match their
subdomains is none of them: the line does nothing, whether it refuses or permits.`,
    remedy: 'Write the form that is asked for, or use a cidr: or pcre: table.',
    bad: {
      'main.cf': 'smtpd_client_restrictions = check_client_access texthash:/etc/postfix/clients\n',
      clients: '192.0.2.0/24 REJECT\n',
    },
    good: {
      'main.cf': 'smtpd_client_restrictions = check_client_access texthash:/etc/postfix/clients\n',
      clients: '192.0.2 REJECT\n',
    },
    see: ['access(5), "HOST NAME/ADDRESS PATTERNS"', 'Measured: the client is not refused (3.7.11)'],
  },
  messages: {
    cidr: {
      en: '{key} is a network in CIDR form, which a {type}: table is never asked for: the line does nothing. Write the octets, or use cidr:.',
      'pt-BR':
        '{key} é uma rede em forma CIDR, que nunca se procura numa tabela {type}: a linha não faz nada. Escreva os octetos ou use cidr:.',
    },
    pattern: {
      en: '{key} reads like a pattern, but a {type}: table has exact keys: the line does nothing. Use pcre: or regexp:.',
      'pt-BR':
        '{key} parece um padrão, mas uma tabela {type}: tem chaves exatas: a linha não faz nada. Use pcre: ou regexp:.',
    },
    dot: {
      en: '{key} is never looked up while parent_domain_matches_subdomains holds {list}. Write {plain}, which covers the subdomains.',
      'pt-BR':
        '{key} nunca é procurado enquanto parent_domain_matches_subdomains contém {list}. Escreva {plain}, que cobre os subdomínios.',
    },
    address: {
      en: '{key} is a mail address; this table is asked for {what} alone: the line does nothing.',
      'pt-BR': '{key} é um endereço de e-mail; a esta tabela só se pergunta por {what}: a linha não faz nada.',
    },
  },
  check(site, report) {
    const uses = new Map<SourceText, RoleOfTable[]>();
    for (const use of tableRoles(site)) {
      const source = keyFileOf(site, use.table);
      if (source) uses.set(source, [...(uses.get(source) ?? []), use]);
    }
    for (const [source, roles] of uses) {
      for (const entry of readTable(source).entries) {
        // Used in two ways, a key may be dead in one and alive in the other: only what is dead in all is said.
        const faults = roles.map(r => faultOf(entry.key, r));
        const [fault] = faults;
        const [use] = roles;
        if (!fault || !use || faults.some(f => f?.kind !== fault.kind) || holesIn(entry.key).length > 0) continue;
        const args = {
          key: entry.key,
          type: use.table.type,
          list: fault.detail,
          plain: entry.key.slice(1),
          what: fault.detail,
        };
        report(source, entry.keySpan, fault.kind, args, {
          fixes: fixesFor(source, entry.keySpan, entry.key, fault.kind),
        });
      }
    }
  },
});

interface Fault {
  readonly kind: 'cidr' | 'pattern' | 'dot' | 'address';
  readonly detail: string;
}

const names: Readonly<Record<string, string>> = {
  'client-access': 'client names / addresses',
  'helo-access': 'HELO names',
  domains: 'domains',
  networks: 'names / addresses',
};

function faultOf(key: string, { role, settings }: RoleOfTable): Fault | undefined {
  if (role === 'other' || role === 'recipients') return undefined;
  if (/^\/.+\/[a-zA-Z]*$|^\^|\$$|\.\*|\\\./.test(key)) return { kind: 'pattern', detail: '' };
  if (/^\*[.@]/.test(key)) return { kind: 'pattern', detail: '' };
  if (/^[\d.]+\/\d+$|^[0-9a-f:]*:[0-9a-f:]*\/\d+$/i.test(key)) return { kind: 'cidr', detail: '' };
  if (/^[^@\s]+@/.test(key) && role in names) return { kind: 'address', detail: names[role] ?? '' };
  if (/^\.[a-z0-9]/i.test(key)) {
    const feature = role === 'domains' ? undefined : role === 'networks' ? 'mynetworks' : 'smtpd_access_maps';
    const parents = settings.words('parent_domain_matches_subdomains').map(w => w.text);
    if (feature && parents.includes(feature)) return { kind: 'dot', detail: feature };
  }
  return undefined;
}

function fixesFor(source: SourceText, span: Span, key: string, kind: Fault['kind']): Fix[] {
  const to = kind === 'dot' ? key.slice(1) : kind === 'cidr' ? octets(key) : undefined;
  if (to === undefined || source.slice(span) !== key) return [];
  return [
    {
      title: say('Write {to}', 'Escrever {to}', { to }),
      safe: kind === 'cidr',
      edits: [{ source, span, newText: to }],
    },
  ];
}

/** `10.1.0.0/16` as the octets that such a table is asked for; undefined where the prefix ends within one. */
function octets(key: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(8|16|24|32)$/.exec(key);
  return match?.slice(1, 1 + Number(match[5]) / 8).join('.');
}

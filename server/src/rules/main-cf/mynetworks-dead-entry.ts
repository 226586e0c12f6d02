import {
  rangeOf,
  trustedEntries,
  trustSettings,
  union,
  without,
  type AddressRange,
  type TrustedEntry,
} from '../../analysis/lookup/trusted-networks';
import { readCidr, readTable } from '../../analysis/lookup/table-file';
import type { Settings } from '../../model/settings';
import { parseTableName, resolveFile } from '../../model/tables';
import { say } from '../../text/message';
import { defineRule, type Report } from '../rule';

type Key = 'pattern' | 'late' | 'hidden' | 'refusal';

export const rule = defineRule<Key>({
  id: 'mynetworks-dead-entry',
  title: { en: 'An entry of mynetworks without effect', 'pt-BR': 'Uma entrada de mynetworks sem efeito' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `mynetworks is a list in which the first entry that holds the client decides. A range with a hyphen, a wildcard or half
an address is read as a host name that nobody has. A negation behind the network it should cut out is never asked. And in a table
only the left side counts: an address with \`REJECT\` on its right is trusted.`,
    remedy: 'Write networks as address/bits, negations first; keep tables for those who are trusted.',
    bad: `mynetworks = 127.0.0.0/8, 203.0.113.0/24, !203.0.113.9, 192.0.2.1-192.0.2.20
`,
    good: `mynetworks = 127.0.0.0/8, !203.0.113.9, 203.0.113.0/24, 192.0.2.0/28
`,
    see: ['postconf(5) mynetworks', 'measured with Postfix 3.7.11: taken in silence'],
  },
  messages: {
    pattern: {
      en: '{text} is read as the name of a host that nobody has: it matches no client. Write networks as address/bits.',
      'pt-BR':
        '{text} é lido como o nome de um host que ninguém tem: não casa com nenhum cliente. Escreva redes como endereço/bits.',
    },
    late: {
      en: '!{text} stands behind an entry that already trusts these addresses, so it excludes nothing. Put it first.',
      'pt-BR': '!{text} está depois de uma entrada que já confia nesses endereços; não exclui nada. Coloque-o antes.',
    },
    hidden: {
      en: '{text} stands behind a negation that already excludes these addresses, so it trusts nobody.',
      'pt-BR': '{text} está depois de uma negação que já exclui esses endereços; não confia em ninguém.',
    },
    refusal: {
      en: 'Only the left side of this table counts: {key} is trusted, although {value} stands behind it. Take the line out of {text}.',
      'pt-BR':
        'Só o lado esquerdo desta tabela conta: {key} é confiável, embora {value} esteja à direita. Retire a linha de {text}.',
    },
  },
  check(site, report) {
    for (const settings of trustSettings(site)) {
      const entries = trustedEntries(settings);
      const anyNegation = entries.some(e => e.negated);
      const before = { 4: new Sides(), 16: new Sides() };
      for (const entry of entries) {
        const { text, place, network, kind, negated } = entry;
        if (kind === 'name' && place && !isName(text)) report(place.source, place.span, 'pattern', { text });
        if (kind === 'table') refusals(settings, entry, report);
        if (!network || !anyNegation) continue;
        const sides = before[network.bytes.length === 4 ? 4 : 16];
        const range = rangeOf(network);
        const other = sides.ranges(!negated);
        if (place && other.length > 0 && without([range], other).length === 0) {
          report(place.source, place.span, negated ? 'late' : 'hidden', { text });
        }
        sides.add(range, negated);
      }
    }
  },
});

/** What earlier entries trust and exclude, joined only when it is asked for. */
class Sides {
  private readonly held: [AddressRange[], AddressRange[]] = [[], []];
  private readonly fresh: [boolean, boolean] = [true, true];

  add(range: AddressRange, negated: boolean): void {
    this.held[negated ? 1 : 0].push(range);
    this.fresh[negated ? 1 : 0] = false;
  }

  ranges(negated: boolean): readonly AddressRange[] {
    const side = negated ? 1 : 0;
    if (!this.fresh[side]) this.held[side] = union(this.held[side]);
    this.fresh[side] = true;
    return this.held[side];
  }
}

/** Whether a word can be the name of a client: no range, no wildcard, no piece of an address. */
function isName(text: string): boolean {
  if (/[*?]|\.\.|^\d+(?:\.\d+)*\.?$|^\[/.test(text)) return false;
  return !/^\d+\.\d+\.\d+\.\d+\s*[-–]/.test(text);
}

const refusal = /^(?:REJECT|DENY|DISCARD|DROP|DEFER|NO|BLOCK|[45]\d\d)\b/i;

/** Lines of a table that look as if they refused a client. */
function refusals(settings: Settings, { text, place }: TrustedEntry, report: Report<Key>): void {
  const table = parseTableName(text);
  if (!table || !place) return;
  const { state } = resolveFile(settings.site, table.name);
  if (state.kind !== 'text') return;
  const { source } = state;
  const lines =
    table.type === 'cidr'
      ? readCidr(source).rules.flatMap(r =>
          r.kind === 'rule' ? [{ key: source.slice(r.span).split(/\s/)[0] ?? '', value: r.value, span: r.span }] : [],
        )
      : table.type === 'hash' || table.type === 'texthash' || table.type === 'btree' || table.type === 'lmdb'
        ? readTable(source).entries.map(e => ({ key: e.key, value: e.value, span: e.span }))
        : [];
  for (const { key, value, span } of lines.filter(l => refusal.test(l.value)).slice(0, 20)) {
    const related = [{ ...place, message: say('named here', 'citada aqui') }];
    report(source, span, 'refusal', { key, value: value.slice(0, 40), text: table.name }, { related });
  }
}

import { entryOf, loadTable, type LoadedTable } from '../../analysis/checks/load-table';
import { readAliases, readCidr, readTable } from '../../analysis/lookup/table-file';
import { restrictions } from '../../facts/restrictions';
import { holesIn } from '../../model/holes';
import { classNames } from '../../model/restriction-lists';
import { resolveFile, type TableName } from '../../model/tables';
import { keyFileOf, tableRoles, type RoleOfTable } from '../../model/table-roles';
import type { Site } from '../../model/site';
import { fromBytes, type SourceText } from '../../text/source-text';
import type { Args } from '../../text/message';
import { patternSpan } from '../header-evidence';
import { defineRule, type Report } from '../rule';

/** The results of access(5) that are no restriction names; compared without regard to case. */
const actions =
  /^(?:ok|reject|defer|defer_if_reject|defer_if_permit|dunno|bcc|discard|filter|hold|prepend|redirect|info|warn|permit|\d+)$/i;

export const rule = defineRule({
  id: 'table-line',
  title: {
    en: 'A line of a table that is skipped or misread',
    'pt-BR': 'Uma linha de tabela que é pulada ou mal lida',
  },
  severity: 'warning',
  files: ['table', 'checks', 'main.cf'],
  page: {
    why: `postmap and smtpd skip what they cannot read, with a warning in the log alone. In an access table a bare number such
as 554 means OK (only "554 text" refuses), and a word that is no action is taken for a restriction: the client gets 451.`,
    remedy: 'Mend the line. A refusal is REJECT, or a code with a text behind it.',
    bad: {
      'main.cf': 'smtpd_client_restrictions = check_client_access texthash:/etc/postfix/clients\n',
      clients: 'example.net 554\n',
    },
    good: {
      'main.cf': 'smtpd_client_restrictions = check_client_access texthash:/etc/postfix/clients\n',
      clients: 'example.net 554 no mail from here\n',
    },
    see: ['access(5)', 'aliases(5)', 'postmap(1)', 'cidr_table(5)', 'Measured: the client is not refused (3.7.11)'],
  },
  messages: {
    skipped: {
      en: 'This line is skipped: {says}.',
      'pt-BR': 'Esta linha é pulada: {says}.',
    },
    twice: {
      en: '{key} stands here twice; {type}: warns of the second and keeps the first, from line {line}. Take one out.',
      'pt-BR': '{key} aparece duas vezes; {type}: avisa da segunda e fica com a primeira, da linha {line}. Retire uma.',
    },
    number: {
      en: 'A number alone means OK: "{value}" lets {key} pass. To refuse, write "{value} text" or REJECT.',
      'pt-BR':
        'Um número sozinho significa OK: "{value}" deixa {key} passar. Para recusar, escreva "{value} texto" ou REJECT.',
    },
    unknown: {
      en: 'There is no action or restriction "{word}": a client that comes to this line gets 451.',
      'pt-BR': 'Não existe a ação ou restrição "{word}": o cliente que chega a esta linha recebe 451.',
    },
  },
  check(site, report) {
    const done = new Set<SourceText>();
    for (const use of tableRoles(site)) {
      const file = keyFileOf(site, use.table);
      if (file && !done.has(file)) {
        done.add(file);
        keyFile(file, use, report);
      }
      const patterns = /-access$/.test(use.role) ? patternsOf(site, use.table) : undefined;
      if (patterns && !done.has(patterns.source)) {
        done.add(patterns.source);
        patternFile(patterns, use, report);
      }
      const cidr = cidrOf(site, use.table);
      if (cidr && !done.has(cidr)) {
        done.add(cidr);
        for (const { span, says } of readCidr(cidr).problems) report(cidr, span, 'skipped', { says: plain(says) });
      }
    }
  },
});

type Key = 'skipped' | 'twice' | 'number' | 'unknown';

function keyFile(source: SourceText, use: RoleOfTable, report: Report<Key>): void {
  const { entries, problems } = /^alias_(?:maps|database)$/.test(use.parameter)
    ? readAliases(source)
    : readTable(source);
  for (const { span, says } of problems) {
    if (holesIn(source.slice(span)).length > 0) continue;
    if (!says.includes('is this an alias file')) report(source, span, 'skipped', { says: plain(says) });
  }
  const first = new Map<string, number>();
  for (const entry of entries) {
    const key = entry.key.toLowerCase();
    const line = first.get(key);
    if (line === undefined) first.set(key, source.positionAt(entry.span.start).line + 1);
    else report(source, entry.keySpan, 'twice', { key: entry.key, type: use.table.type, line });
    if (!/-access$/.test(use.role)) continue;
    const fault = faultOf(fromBytes(entry.value), use);
    if (fault) report(source, entry.valueSpan, fault.message, { ...fault.args, key: entry.key });
  }
}

interface Fault {
  readonly message: 'number' | 'unknown';
  readonly args: Args;
}

/** What is wrong with an access table's result: it is no action, or means something else than it seems to. */
function faultOf(value: string, use: RoleOfTable): Fault | undefined {
  if (/^[45]\d\d$/.test(value)) return { message: 'number', args: { value } };
  const [word = ''] = value.split(/[\s,]+/);
  const known = actions.test(word) || restrictions.has(word.toLowerCase()) || classNames(use.settings).has(word);
  // A table may itself be a restriction; what a template or a group of a pattern fills in is not known.
  return known || /[:{}<$@]/.test(word) ? undefined : { message: 'unknown', args: { word } };
}

/** The results of an access table of patterns. What is wrong with the lines themselves is said by the rules on patterns. */
function patternFile(table: LoadedTable, use: RoleOfTable, report: Report<Key>): void {
  const { source } = table;
  for (const [place, { line }] of table.rules.entries()) {
    const { says } = line;
    if (says.kind !== 'rule' || says.actionText === '') continue;
    const fault = faultOf(fromBytes(says.actionText), use);
    const entry = fault && entryOf(table, place);
    if (!entry) continue;
    report(source, entry.line.place(says.action), fault.message, {
      ...fault.args,
      key: source.slice(patternSpan(entry)),
    });
  }
}

/** A table of patterns; undefined for other types and where the file is not there. */
function patternsOf(site: Site, { type, name }: TableName): LoadedTable | undefined {
  if (type !== 'pcre' && type !== 'regexp') return undefined;
  const { state } = resolveFile(site, name);
  return state.kind === 'text' ? loadTable(state.source, type) : undefined;
}

function cidrOf(site: Site, table: TableName): SourceText | undefined {
  if (table.type !== 'cidr') return undefined;
  const { state } = resolveFile(site, table.name);
  return state.kind === 'text' ? state.source : undefined;
}

/** The program's words without their last stop. */
function plain(says: string): string {
  return says.replace(/ -- ignoring this line$|: skipping this rule$/, '').replace(/\.$/, '');
}

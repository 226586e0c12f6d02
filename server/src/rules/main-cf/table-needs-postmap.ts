import type { Site } from '../../model/site';
import { compiledEnding, compiledTypes, isLive, resolveFile, tableUses, type TableUse } from '../../model/tables';
import { basename, dirname } from '../../text/path';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'table-needs-postmap',
  title: { en: 'postmap has to be run', 'pt-BR': 'É preciso executar o postmap' },
  severity: 'information',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `hash:, btree:, lmdb: and cdb: tables are read from the file that postmap(1) makes of the text (\`virtual.db\`). An
edited text has no effect until postmap is run again, and without any such file every lookup fails. Postfix logs "database … is
older than source file" in the first case.`,
    remedy:
      'Run `postmap TYPE:FILE`, for aliases `postalias TYPE:FILE`; `newaliases` makes only what alias_database names.',
    bad: {
      '/etc/postfix/main.cf': 'virtual_alias_maps = hash:/etc/postfix/virtual\n',
      '/etc/postfix/virtual': 'info@example.com alice\n',
    },
    good: {
      '/etc/postfix/main.cf': 'virtual_alias_maps = hash:/etc/postfix/virtual\n',
      '/etc/postfix/virtual': 'info@example.com alice\n',
      '/etc/postfix/virtual.db': '',
    },
    see: ['postmap(1)', 'DATABASE_README'],
  },
  messages: {
    never: {
      en: '{path} has not been compiled yet, so every lookup fails. Run: {command}',
      'pt-BR': '{path} ainda não foi compilado; toda consulta falha. Execute: {command}',
    },
    older: {
      en: '{path} has changed since it was compiled: the changes have no effect yet. Run: {command}',
      'pt-BR': '{path} mudou desde que foi compilado: as mudanças ainda não têm efeito. Execute: {command}',
    },
  },
  check(site, report) {
    const told = new Set<string>();
    for (const use of tableUses(site)) {
      const { table, place } = use;
      if (!place || !compiledTypes.has(table.type) || told.has(table.name)) continue;
      const need = needs(site, use);
      if (!need) continue;
      told.add(table.name);
      const aliases = /^alias_(?:maps|database)$/.test(use.parameter);
      const command = `${aliases ? 'postalias' : 'postmap'} ${table.type}:${table.name}`;
      report(place.source, place.span, need, { path: table.name, command });
    }
  },
});

function needs(site: Site, { table }: TableUse): 'never' | 'older' | undefined {
  const { path, state } = resolveFile(site, table.name);
  if (state.kind !== 'text') return undefined;
  const compiled = `${path}${compiledEnding(table.type)}`;
  const names = site.files.list(dirname(path) || '.') ?? [];
  // A repository keeps the texts alone; only in the live folder does the file belong beside them.
  if (!names.includes(basename(compiled))) return isLive(site) ? 'never' : undefined;
  const text = wholeSeconds(site.files.modified?.(path));
  const made = wholeSeconds(site.files.modified?.(compiled));
  return text !== undefined && made !== undefined && text > made ? 'older' : undefined;
}

/** A time as Postfix compares it: one that was written in the same second is not newer. */
function wholeSeconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time / 1000);
}

import {
  compiledEnding,
  compiledTypes,
  fileTypes,
  isLive,
  queryTypes,
  resolveFile,
  tableUses,
  type TableUse,
} from '../../model/tables';
import type { Site } from '../../model/site';
import { say, type Message } from '../../text/message';
import { basename, dirname, isAbsolute } from '../../text/path';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'table-file-missing',
  title: { en: 'A table is named that is not there', 'pt-BR': 'Uma tabela é citada e não existe' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  page: {
    why: `A table whose file cannot be opened is no empty table: every lookup in it is an error, and Postfix puts the mail off
rather than to guess (451 4.3.0 to clients, "deferred" in the queue), until the file is there or the mail is too old. Only where
the folder can be seen is a file called missing; in a copy of a configuration, which may hold only some of the tables, with care.`,
    remedy: 'Make the file (and run postmap for hash:, lmdb: and the like), or take the table out.',
    bad: {
      'main.cf': 'virtual_alias_maps = hash:/etc/postfix/virtual\nheader_checks = regexp:/etc/postfix/header_checks\n',
      header_checks: '/^X-Test:/ REJECT\n',
    },
    good: {
      'main.cf': 'virtual_alias_maps = hash:/etc/postfix/virtual\nheader_checks = regexp:/etc/postfix/header_checks\n',
      header_checks: '/^X-Test:/ REJECT\n',
      virtual: 'info@example.com alice\n',
    },
    see: ['DATABASE_README', 'Postfix 3.7.11: "open database …: No such file or directory"'],
  },
  messages: {
    missing: {
      en: '{path} is not there: every lookup fails, and mail that needs it is put off with a temporary error ({parameter}).',
      'pt-BR':
        '{path} não existe: toda consulta falha, e as mensagens que dependem dela são adiadas com erro temporário ({parameter}).',
    },
    notHere: {
      en: '{path} is not in this folder. If it is not on the server either, mail that needs it is put off ({parameter}).',
      'pt-BR':
        '{path} não está nesta pasta. Se também não estiver no servidor, as mensagens que dependem dela são adiadas ({parameter}).',
    },
    unreadable: {
      en: '{path} cannot be read as a table ({why}), so what it answers is not looked at here ({parameter}).',
      'pt-BR': '{path} não pode ser lido como tabela ({why}); o que ele responde não é visto aqui ({parameter}).',
    },
  },
  check(site, report) {
    const live = isLive(site);
    const uses = tableUses(site).filter(isFile);
    const seen = new Map<string, boolean>();
    const missing = (use: TableUse): boolean => {
      const known = seen.get(use.table.name);
      if (known !== undefined) return known;
      const answer = isMissing(site, use);
      seen.set(use.table.name, answer);
      return answer;
    };
    const folderOf = (use: TableUse): string => dirname(resolveFile(site, use.table.name).path);
    const told = new Set<string>();
    for (const use of uses) {
      const { table, parameter, place, settings } = use;
      const setting = settings.get(parameter);
      if (!place || told.has(table.name) || setting.unknown || setting.problems.length > 0) continue;
      const why = whyUnreadable(site, use);
      if (why) {
        told.add(table.name);
        const args = { path: table.name, parameter, why };
        report(place.source, place.span, 'unreadable', args, { severity: 'information' });
        continue;
      }
      if (!missing(use)) continue;
      told.add(table.name);
      // Passwords are kept out of repositories, and a copy without any table holds none.
      const sure =
        live ||
        (!queryTypes.has(table.type) &&
          uses.some(u => !missing(u) && folderOf(u) === folderOf(use) && isThere(site, u)));
      if (!sure && queryTypes.has(table.type)) continue;
      const args = { path: table.name, parameter };
      const severity = live ? 'warning' : sure ? 'information' : 'hint';
      report(place.source, place.span, live ? 'missing' : 'notHere', args, { severity });
    }
  },
});

/** Caches that Postfix makes itself are no tables that somebody forgot. */
const caches = /_cache_(?:map|database)$|^address_verify_map$/;

function isFile({ table, parameter }: TableUse): boolean {
  if (caches.test(parameter)) return false;
  return (
    (fileTypes.has(table.type) || queryTypes.has(table.type)) && isAbsolute(table.name) && !table.name.includes('$')
  );
}

/** Why there is something at a table's path that is no table; undefined where there is a text, or nothing. */
function whyUnreadable(site: Site, { table }: TableUse): string | Message | undefined {
  const { state } = resolveFile(site, table.name);
  if (state.kind === 'unreadable') return state.why;
  return state.kind === 'folder' ? say('a folder', 'uma pasta') : undefined;
}

function isThere(site: Site, { table }: TableUse): boolean {
  return resolveFile(site, table.name).state.kind === 'text';
}

/** Neither the text nor what postmap(1) made of it is there, and the folder can be seen. */
function isMissing(site: Site, { table }: TableUse): boolean {
  const { path, state, folderSeen } = resolveFile(site, table.name);
  if (state.kind !== 'missing' || !folderSeen) return false;
  if (!compiledTypes.has(table.type)) return true;
  const names = site.files.list(dirname(path) || '.') ?? [];
  return !names.includes(`${basename(path)}${compiledEnding(table.type)}`);
}

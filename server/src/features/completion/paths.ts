/** Paths of files that are there, for values that name one. */
import type { Site } from '../../model/site';
import { candidatePaths } from '../../model/tables';
import type { Span } from '../../text/span';
import type { CompletionItem } from './item';

const compiled = /\.(?:db|pag|dir|cdb|lmdb|sdbm)$/;

/** What a path that was typed up to the cursor can go on with. `span` is the typed path. */
export function completePath(site: Site, typed: string, span: Span): CompletionItem[] {
  const slash = typed.lastIndexOf('/') + 1;
  const folder = typed.slice(0, slash);
  const out: CompletionItem[] = [];
  const looked =
    folder === '' ? [site.folder === '' ? '.' : site.folder] : candidatePaths(site, `${folder}x`).map(parent);
  const seen = new Set<string>();
  for (const place of looked) {
    for (const name of site.files.list(place) ?? []) {
      if (seen.has(name) || compiled.test(name) || name.startsWith('.')) continue;
      seen.add(name);
      const kind = site.files.read(`${place}/${name}`).kind === 'folder' ? 'folder' : 'file';
      const newText = `${folder === '' ? startOf(site) : folder}${name}${kind === 'folder' ? '/' : ''}`;
      out.push({ label: name, kind, span, newText, rank: kind === 'folder' ? 6 : 5, asksMore: kind === 'folder' });
    }
  }
  return out;
}

function parent(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

/** How the files beside main.cf are written best: by their path on the server. */
function startOf(site: Site): string {
  return site.folder.startsWith('/') ? `${site.folder.replace(/\/$/, '')}/` : '/etc/postfix/';
}

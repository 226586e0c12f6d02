/** A site as it would be after some edits: for asking whether a fix does what it promises before it is offered. */
import type { Files, FileState } from '../text/files';
import type { SourceText } from '../text/source-text';
import { applyEdits, type Span } from '../text/span';
import type { Site, SiteFile } from './site';

/** An edit of one file of a site. */
export interface SiteEdit {
  readonly source: SourceText;
  readonly span: Span;
  readonly newText: string;
}

/** The site with the edits made; files that no edit touches keep their SourceText. Overlapping edits are left out. */
export function editedSite(site: Site, edits: readonly SiteEdit[]): Site {
  const changed = new Map<SourceText, SourceText>();
  for (const source of new Set(edits.map(e => e.source))) {
    const { text } = applyEdits(
      source.text,
      edits.filter(e => e.source === source),
    );
    changed.set(source, source.tried(text));
  }
  const now = (source: SourceText): SourceText => changed.get(source) ?? source;
  const file = (f: SiteFile): SiteFile => ({ ...f, source: now(f.source) });
  const byPath = new Map([...changed.values()].map(s => [s.path, s]));
  const files: Files = {
    read(path): FileState {
      const source = byPath.get(path);
      return source ? { kind: 'text', source } : site.files.read(path);
    },
    list: folder => site.files.list(folder),
  };
  return {
    ...site,
    files,
    ...(site.main ? { main: now(site.main) } : {}),
    ...(site.master ? { master: now(site.master) } : {}),
    firewalls: site.firewalls.map(file),
    extra: site.extra.map(file),
  };
}

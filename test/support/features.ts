/** A site with a cursor: `|` in one of its texts marks the place that is asked about. */
import type { Site } from '@postfix-tools/server/model/site';
import { format, type Lang } from '@postfix-tools/server/text/message';
import type { Doc } from '@postfix-tools/server/features/doc';
import type { SourceText } from '@postfix-tools/server/text/source-text';
import { siteOf } from './site';

export interface Cursor {
  readonly site: Site;
  readonly source: SourceText;
  readonly offset: number;
}

/** A site of texts by path, one of which has a `‸` for the cursor. */
export function cursorIn(texts: Readonly<Record<string, string>>): Cursor {
  let path = '';
  let offset = -1;
  const plain: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) {
    const at = text.indexOf('‸');
    if (at >= 0) {
      path = name;
      offset = at;
    }
    plain[name] = text.replace('‸', '');
  }
  const site = siteOf(plain);
  const state = site.files.read(path);
  if (state.kind !== 'text') throw new Error(`no cursor in ${Object.keys(texts).join(', ')}`);
  return { site, source: state.source, offset };
}

/** A document as one text. */
export function docText(doc: Doc | undefined, lang: Lang = 'en'): string {
  return (doc ?? []).map(message => format(message, lang)).join('\n');
}

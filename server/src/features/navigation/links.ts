/** Paths in a file that lead to a file which is there. */
import type { Site } from '../../model/site';
import { resolveFile } from '../../model/tables';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { tokensOf } from '../tokens/of-file';

/** A stretch of text and the path it opens. */
export interface Link {
  readonly span: Span;
  readonly target: string;
}

/** The links of a file. Paths with macros and files that are not there give none. */
export function linksOf(site: Site, source: SourceText): Link[] {
  const out: Link[] = [];
  for (const { span, meaning } of tokensOf(site, source)) {
    if (meaning?.kind !== 'file' || meaning.path.includes('$')) continue;
    const { path, state } = resolveFile(site, meaning.path);
    if (state.kind === 'text') out.push({ span, target: path });
  }
  return out;
}

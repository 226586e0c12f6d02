/** Puts files into a site by their names and contents, as one folder holds them. */
import type { Files } from '../text/files';
import { dirname } from '../text/path';
import type { SourceText } from '../text/source-text';
import { fileKind } from './file-kind';
import type { Site, SiteFile, SiteOptions } from './site';

/**
 * A site of given files: the first main.cf and master.cf, scripts and dumps as firewalls, whatever else is known as extra.
 * Files of no known kind are left out (they stay visible through `files`). The folder is main.cf's, else the first file's.
 */
export function siteOf(sources: readonly SourceText[], files: Files, options: SiteOptions): Site {
  const known = sources.flatMap((source): SiteFile[] => {
    const kind = fileKind(source.path, source.text);
    return kind ? [{ kind, source }] : [];
  });
  const main = known.find(f => f.kind === 'main.cf')?.source;
  const master = known.find(f => f.kind === 'master.cf')?.source;
  return {
    folder: dirname((main ?? master ?? sources[0])?.path ?? ''),
    files,
    ...(main && { main }),
    ...(master && { master }),
    firewalls: known.filter(isFirewall),
    extra: known.filter(f => f.kind === 'checks' || f.kind === 'table' || f.kind === 'postconf'),
    options,
  };
}

/** Whether a file is a firewall: a script that calls iptables or a dump. */
export function isFirewall({ kind }: { readonly kind: SiteFile['kind'] }): boolean {
  return kind === 'shell' || kind === 'iptables-save';
}

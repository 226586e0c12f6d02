/** Sites made of texts, for tests. */
import { fileKind } from '@postfix-tools/server/model/file-kind';
import { newestPostfix, type Site, type SiteFile, type SiteOptions } from '@postfix-tools/server/model/site';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { basename, dirname } from '@postfix-tools/server/text/path';
import { SourceText } from '@postfix-tools/server/text/source-text';

/** A site from its files by path; firewall scripts and dumps among them are taken with it, other known kinds are extra. */
export function siteOf(texts: Readonly<Record<string, string>>, options: Partial<SiteOptions> = {}): Site {
  const sources = Object.entries(texts).map(([path, text]) => new SourceText(path, text));
  const named = (name: string): SourceText | undefined => sources.find(s => basename(s.path) === name);
  const main = named('main.cf');
  const master = named('master.cf');
  const others: SiteFile[] = sources
    .filter(s => s !== main && s !== master)
    .flatMap(source => {
      const kind = fileKind(source.path, source.text);
      return kind ? [{ kind, source }] : [];
    });
  const isFirewall = (f: SiteFile): boolean => f.kind === 'shell' || f.kind === 'iptables-save';
  const first = main ?? master ?? sources[0];
  return {
    folder: first ? dirname(first.path) : '',
    files: new MemoryFiles(sources),
    ...(main ? { main } : {}),
    ...(master ? { master } : {}),
    firewalls: others.filter(isFirewall),
    extra: others.filter(f => !isFirewall(f)),
    options: { postfixVersion: newestPostfix, domains: [], ...options },
  };
}

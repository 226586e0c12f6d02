/** What can be typed at a place, in every language. */
import { kindIn } from '../../model/kind-in-site';
import type { FileKind } from '../../model/file-kind';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { CompletionItem } from './item';
import { completeEmbedded } from './embedded';
import { completeMainCf } from './main-cf';
import { completeChecks } from './checks';
import { completeDump, completeShell } from './iptables';
import { completeMasterCf } from './master-cf';
import { completeProject } from './project';
import { completeRuleIds } from './rule-ids';
import { completeTable } from './table';

type Completer = (site: Site, source: SourceText, offset: number) => CompletionItem[];

const completers: Readonly<Partial<Record<FileKind, Completer>>> = {
  'main.cf': completeMainCf,
  'master.cf': completeMasterCf,
  checks: completeChecks,
  table: completeTable,
  shell: completeShell,
  'iptables-save': completeDump,
  project: completeProject,
};

/** Everything that can stand at an offset. Never throws; empty where nothing is known to fit. */
export function completeAt(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const ids = completeRuleIds(source, offset);
  if (ids) return ids;
  const embedded =
    kindIn(site, source) === 'postconf' || kindIn(site, source) === 'shell'
      ? completeEmbedded(site, source, offset)
      : undefined;
  if (embedded) return embedded;
  const kind = kindIn(site, source);
  return (kind && completers[kind]?.(site, source, offset)) ?? [];
}

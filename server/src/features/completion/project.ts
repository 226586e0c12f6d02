/** What can stand at a place of .postfix-lint.yaml. */
import { projectKeys, projectSiteKeys } from '../../model/project';
import { rules } from '../../rules/index.generated';
import { dirname, join } from '../../text/path';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { CompletionItem } from './item';
import { lineStart } from './main-cf';

const severities = ['error', 'warning', 'information', 'hint', 'off'];
const versions = ['3.11', '3.10', '3.9', '3.8', '3.7', '3.6', '3.5', '3.4'];

/** Completions at an offset of a project file. */
export function completeProject(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/(?:^|\s)#/.test(before)) return [];
  const typed = /[^\s:,["']*$/.exec(before)?.[0] ?? '';
  const span = { start: offset - typed.length, end: offset };
  const key = /^\s*(?:-\s+)?([\w-]+)\s*:\s/.exec(before)?.[1];
  const parent = parentOf(source, lineStart(source, offset), before);
  const value = (label: string): CompletionItem => ({ label, kind: 'value', span, newText: label });
  if (key === 'postfix-version') return versions.map(v => ({ ...value(v), newText: `"${v}"` }));
  if (key === 'folder' || key === 'firewall' || key === 'baseline') return paths(site, source, typed, span);
  if (key === 'skip') return rules.map(({ id }) => ({ ...value(id), about: { kind: 'rule', name: id } }));
  if (key !== undefined && parent === 'severity') return severities.map(value);
  if (key !== undefined) return [];
  switch (parent) {
    case 'severity':
      return rules.map(({ id }) => ({ ...value(id), newText: `${id}: `, about: { kind: 'rule', name: id } }));
    case 'skip':
      return rules.map(({ id }) => ({ ...value(id), about: { kind: 'rule', name: id } }));
    case 'sites':
      return projectSiteKeys.map(name => ({
        ...value(name),
        kind: 'property',
        newText: `${name}: `,
        about: { kind: 'setting', name },
      }));
    case undefined:
      return projectKeys.map(name => ({
        ...value(name),
        kind: 'property',
        newText: `${name}: `,
        about: { kind: 'setting', name },
      }));
    default:
      return [];
  }
}

/** The key without indentation that an indented line lies under. */
function parentOf(source: SourceText, start: number, before: string): string | undefined {
  if (!/^\s|^-/.test(before)) return undefined;
  const above = source.text.slice(0, start).split('\n');
  for (let i = above.length - 1; i >= 0; i--) {
    const key = /^([\w-]+)\s*:/.exec(above[i] ?? '')?.[1];
    if (key !== undefined) return key;
  }
  return undefined;
}

function paths(site: Site, source: SourceText, typed: string, span: CompletionItem['span']): CompletionItem[] {
  const slash = typed.lastIndexOf('/') + 1;
  const folder = join(dirname(source.path), typed.slice(0, slash));
  return (site.files.list(folder) ?? [])
    .filter(name => !name.startsWith('.'))
    .map(name => ({ label: name, kind: 'file', span, newText: typed.slice(0, slash) + name }));
}

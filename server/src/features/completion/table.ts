/** What can stand at a place of a lookup table: the values that its use in main.cf understands. */
import { actionDocs } from '../../facts/word-docs';
import { restrictionDocs } from '../../facts/restriction-docs';
import { valueShape } from '../../facts/value-kinds';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import { mailNames } from '../mail-names';
import { partsOf, useOf, type TableUseKind } from '../tokens/table';
import { classesOf } from '../tokens/value';
import type { CompletionItem } from './item';
import { lineStart } from './main-cf';
import { completePath } from './paths';
import { transportServices } from './value';
import { programOf } from '../../model/services';

/** Completions at an offset of a table. */
export function completeTable(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const before = source.text.slice(lineStart(source, offset), offset);
  const use = useOf(site, source);
  if (/^\s*#/.test(before)) return [];
  const { keyEnd, valueStart } = partsOf(`${before}x`, use);
  const continued = /^\s/.test(before);
  if (!continued && keyEnd >= before.length) return [];
  const value = continued ? before.trimStart() : before.slice(valueStart);
  if (use === 'aliases' || use === 'addresses' || use === 'logins') return recipients(site, use, value, offset);
  if (/\s/.test(value)) return [];
  const span = { start: offset - value.length, end: offset };
  switch (use) {
    case 'access':
      return [
        ...Object.keys(actionDocs.access).map((name): CompletionItem => ({
          label: name,
          kind: 'keyword',
          span,
          newText: name,
          rank: 2,
          about: { kind: 'action', where: 'access', name },
        })),
        ...[...classesOf(site)].map((name): CompletionItem => ({
          label: name,
          kind: 'class',
          span,
          newText: name,
          rank: 3,
          about: { kind: 'parameter', name },
        })),
        ...[...restrictionDocs.keys()].map((name): CompletionItem => ({
          label: name,
          kind: 'function',
          span,
          newText: name,
          rank: 6,
          about: { kind: 'restriction', name },
        })),
      ];
    case 'transport':
      return value.includes(':')
        ? []
        : transportServices(site).map(s => ({
            label: s.name.text,
            kind: 'module',
            span,
            newText: `${s.name.text}:`,
            detail: programOf(s),
            about: { kind: 'program', name: programOf(s) },
          }));
    case 'tls-policy':
      return (valueShape('smtp_tls_security_level').words ?? []).map(name => ({
        label: name,
        kind: 'keyword',
        span,
        newText: name,
        about: { kind: 'word', parameter: 'smtp_tls_security_level', name },
      }));
    default:
      return [];
  }
}

/** The most names that are offered: more than anybody reads. */
const mostNames = 500;

/** Whom the last word of a list may mean: names that tables of the site know; in aliases also what else mail can go to. */
function recipients(site: Site, use: TableUseKind, value: string, offset: number): CompletionItem[] {
  const typed = /[^\s,"]*$/.exec(value)?.[0] ?? '';
  const span = { start: offset - typed.length, end: offset };
  if (use === 'aliases') {
    const path = /^(?::include:)?(\/.*)$/i.exec(typed)?.[1];
    if (path !== undefined) return completePath(site, path, { start: offset - path.length, end: offset });
  }
  const other = use === 'aliases' ? [':include:', '"|'] : [];
  return [
    ...mailNames(site, typed.toLowerCase(), mostNames).map(({ key: name }): CompletionItem => ({
      label: name,
      kind: 'value',
      span,
      newText: name,
      rank: 2,
    })),
    ...other.map((text): CompletionItem => ({
      label: text,
      kind: 'keyword',
      span,
      newText: text === ':include:' ? ':include:/' : '"|${1:/usr/bin/command}"',
      snippet: text !== ':include:',
      rank: 4,
      about: { kind: 'word', parameter: 'alias_maps', name: text },
    })),
  ];
}

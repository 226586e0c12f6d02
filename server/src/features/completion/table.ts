/** What can stand at a place of a lookup table: the values that its use in main.cf understands. */
import { actionDocs } from '../../facts/word-docs';
import { restrictionDocs } from '../../facts/restriction-docs';
import type { Site } from '../../model/site';
import { linesAround } from '../../syntax/logical-lines';
import type { SourceText } from '../../text/source-text';
import { mailNames } from '../mail-names';
import { partsOf, useOf, type TableUseKind } from '../tokens/table';
import { classesOf } from '../tokens/value';
import type { CompletionItem } from './item';
import { lineStart } from './main-cf';
import { completePath } from './paths';
import { completePolicy } from './tls-policy';
import { transportServices } from './value';
import { programOf } from '../../model/services';

/** Completions at an offset of a table. */
export function completeTable(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const start = lineStart(source, offset);
  if (/^\s*#/.test(source.text.slice(start, offset))) return [];
  const use = useOf(site, source);
  const before = lineSoFar(source, start) + source.text.slice(start, offset);
  const { keyEnd, valueStart } = partsOf(`${before}x`, use);
  if (keyEnd >= before.length) return [];
  const value = before.slice(valueStart);
  if (use === 'aliases' || use === 'addresses' || use === 'logins') return recipients(site, use, value, offset);
  if (use === 'tls-policy') return completePolicy(site, value, offset);
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
    default:
      return [];
  }
}

/** The logical line that goes on at the start of a physical one, up to there; empty where a new one begins. */
function lineSoFar(source: SourceText, start: number): string {
  if (!/[ \t]/.test(source.text.charAt(start))) return '';
  const line = linesAround(source, start).find(l => l.kind === 'line');
  const before = line?.joined.pieces.filter(piece => piece.start < start) ?? [];
  return before.map(piece => source.slice(piece)).join('');
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
  const beginning = typed.toLowerCase();
  const other = use === 'aliases' ? [':include:', '"|'] : [];
  return [
    ...mailNames(site, key => key.startsWith(beginning), mostNames).map(({ key: name }): CompletionItem => ({
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

/** The recorded SMTP cases beside the repository, and how one becomes a site. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import type { Site } from '@postfix-tools/server/model/site';
import type { Session, World } from '@postfix-tools/server/analysis/smtp/session';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { decode } from '@postfix-tools/server/text/source-text';

/** What Postfix answered to a recorded session. */
export interface Expected {
  readonly verdict: string;
  readonly code?: string;
  readonly enhanced?: string | null;
  readonly stage?: string;
}

export interface OracleCase {
  readonly id: string;
  readonly why?: string;
  readonly main: string;
  readonly master: string | null;
  readonly files?: Readonly<Record<string, string>>;
  readonly dns?: World['dns'];
  readonly host?: World['host'];
  readonly session?: Session & { readonly expect?: Expected };
  readonly sessions?: readonly (Session & { readonly expect?: Expected })[];
}

export const oracleFolder = join(process.cwd(), '..', 'shared', 'oracle', 'smtp');

/** The recorded cases of a file; empty where it is not there. */
export function oracleCases(name: string): OracleCase[] {
  const path = join(oracleFolder, name);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as OracleCase);
}

/** A case's configuration as a site of Postfix 3.7 in /etc/postfix. */
export function siteOfCase(given: OracleCase): Site {
  const bytes = (name: string, text: string) => decode(`/etc/postfix/${name}`, new TextEncoder().encode(text));
  const sources = [bytes('main.cf', given.main)];
  if (given.master !== null) sources.push(bytes('master.cf', given.master));
  for (const [name, text] of Object.entries(given.files ?? {})) sources.push(bytes(name, text));
  return siteOf(sources, new MemoryFiles(sources), { postfixVersion: '3.7.11', domains: [] });
}

/** What a case tells of the world. */
export function worldOf(given: OracleCase): World {
  return { ...(given.dns && { dns: given.dns }), ...(given.host && { host: given.host }) };
}

/** The sessions of a case. */
export function sessionsOf(given: OracleCase): readonly (Session & { readonly expect?: Expected })[] {
  return given.sessions ?? (given.session ? [given.session] : []);
}

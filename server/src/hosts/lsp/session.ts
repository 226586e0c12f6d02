/** What every method of the protocol has at hand: the connection, what the client can do, the workspace, the language. */
import type { ClientCapabilities, Connection, Position, ServerCapabilities } from 'vscode-languageserver';
import { projectFileName } from '../../model/project';
import { newestPostfix, type Site } from '../../model/site';
import { basename, dirname } from '../../text/path';
import type { Lang } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { pathOf } from './uri';
import type { Workspace } from './workspace';

/** A place in a document, with the site that the document is read with. */
export interface Place {
  readonly site: Site;
  readonly source: SourceText;
  readonly offset: number;
}

export interface Session {
  readonly connection: Connection;
  readonly client: ClientCapabilities;
  /** Whether findings are sent unasked; a client that asks for them itself gets none that way. */
  readonly push: boolean;
  /** Whether the client has the commands of our extension. */
  readonly commands: boolean;
  readonly workspace: Workspace;
  /** Kept once settings are read and the folders have been searched. */
  readonly ready: Promise<void>;
  lang(): Lang;
  /** Says that something changed; findings are checked again soon. */
  readonly refresh: () => void;
}

/** One group of methods of the protocol: what it promises, and how it keeps the promise. */
export interface Method {
  capabilities(session: Session): ServerCapabilities;
  register(session: Session): void;
}

/** A document that is open, with the site that it is read with. */
export type Document = Omit<Place, 'offset'>;

/** An open document; undefined for one that is not open or none of ours. */
export function documentOf(session: Session, uri: string): Document | undefined {
  const path = pathOf(uri);
  const source = session.workspace.files.document(path)?.source;
  if (!source) return undefined;
  const site = session.workspace.siteOf(path) ?? projectSite(session, source);
  return site && { site, source };
}

/** A project file belongs to no one site; it is read with one of its own. */
function projectSite({ workspace }: Session, source: SourceText): Site | undefined {
  if (basename(source.path) !== projectFileName) return undefined;
  const options = { postfixVersion: newestPostfix, domains: [] };
  const extra = [{ kind: 'project' as const, source }];
  return { folder: dirname(source.path), files: workspace.files, firewalls: [], extra, options };
}

/**
 * The site of the document asked from where it has what is needed, else one of its folder that has it, else the workspace's
 * first that does; where none does, whatever there is.
 */
export function siteWith({ workspace }: Session, uri: string | null, has: (site: Site) => boolean): Site | undefined {
  const own = uri === null ? undefined : workspace.siteOf(pathOf(uri));
  if (own && has(own)) return own;
  const sites = workspace.sites();
  return sites.find(s => has(s) && s.folder === own?.folder) ?? sites.find(has) ?? own ?? sites[0];
}

/** Where a request points to; undefined for a document that is not open or none of ours. */
export function placeOf(session: Session, uri: string, position: Position): Place | undefined {
  const document = documentOf(session, uri);
  return document && { ...document, offset: document.source.offsetAt(position) };
}

/** Lets work go on by itself; if it fails, the client's log says so, and the server stays up. */
export function background(connection: Connection, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
}

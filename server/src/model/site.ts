/** A site: one Postfix configuration folder with the tables it names and the firewall scripts beside it, read as one. */
import type { Files } from '../text/files';
import type { SourceText } from '../text/source-text';
import type { FileKind } from './file-kind';

/** What the user says about a site beside its files: options, `.postfix-lint.yaml`, settings of the editor. */
export interface SiteOptions {
  /** The Postfix version aimed at, `3.7` or `3.7.11`; the newest known where nobody says. */
  readonly postfixVersion: string;
  /** Own domains beside those that the configuration names. */
  readonly domains: readonly string[];
  /** The server's own host name and addresses, where they are known (policy tests, project file). */
  readonly host?: { readonly name?: string; readonly addresses?: readonly string[] };
}

/** A file that is checked with a site, and what it is. */
export interface SiteFile {
  readonly kind: FileKind;
  readonly source: SourceText;
}

/**
 * Immutable: a change of any file makes a new Site, in which unchanged files keep their SourceText objects.
 * What is derived from a site is remembered by it (text/derived.ts).
 */
export interface Site {
  /** The folder of main.cf and master.cf; for a lone file the folder it lies in. */
  readonly folder: string;
  readonly files: Files;
  readonly main?: SourceText;
  readonly master?: SourceText;
  /** Firewall scripts and dumps taken with this site; each a firewall of its own. */
  readonly firewalls: readonly SiteFile[];
  /** Files to be checked with the site that nothing in it names (a lone header_checks, an unused table). */
  readonly extra: readonly SiteFile[];
  readonly options: SiteOptions;
  /**
   * It may lack files and settings that Postfix will find: what such a table holds, and whether a name is a class, is then
   * unknown. Else it is surely not there.
   */
  readonly partial?: true;
  /** Lines that are none yet, and at which Postfix would stop, are taken as not there. */
  readonly unfinished?: true;
}

/** The newest Postfix that the facts know. */
export const newestPostfix = '3.11';

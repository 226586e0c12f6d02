/** Tells what a file is, by its name first and its contents where the name does not say. Claims narrowly. */
import { basename } from '../text/path';
import { callsPostconf, hasServiceLines, isOverlay } from './embedded';

export type FileKind =
  | 'main.cf'
  | 'master.cf'
  /** A pcre: or regexp: table. */
  | 'checks'
  /** A table of another type: access, transport, virtual, cidr:, aliases … */
  | 'table'
  /** A shell script that calls iptables. */
  | 'shell'
  /** An iptables-save dump. */
  | 'iptables-save'
  /** Settings that stand outside of main.cf: an overlay, `postconf -e` in a script or Dockerfile, `service/type/name=value` lines. */
  | 'postconf'
  /** `.postfix-lint.yaml` */
  | 'project';

/** Whether a text calls iptables as a command somewhere (a comment that starts like a pasted prompt counts too). */
const callsIptables =
  /(?:^|[\s;&|(`#/"'])(?:ip6?tables(?:-(?:legacy|nft|restore|legacy-restore|nft-restore))?)\s+(?:(?:-{1,2}|[\u2010-\u2015\u2212]+)\S|"?\$[@*])|(?:^|[\s/|])ip6?tables(?:-(?:legacy|nft))?-restore\s*<|\$\{?(?:IPT|IPTABLES|IP6TABLES|IPT4|IPT6|ipt|iptables|fw)\b/m;
const looksLikeDump = /^\*(?:filter|nat|mangle|raw|security)[ \t\r]*$/m;

/**
 * The kind of a file, or undefined for one that is none of ours.
 * A pcre:/regexp: table is known by its usual name here; main.cf's word on it counts more (see tables of a site).
 */
export function fileKind(path: string, text: string): FileKind | undefined {
  const name = basename(path);
  if (name === '.postfix-lint.yaml') return 'project';
  if (isOverlay(path)) return 'postconf';
  if (/^(?:[\w.-]*[-_])?main\.cf(?:\.[\w.-]+)?$/.test(name)) return 'main.cf';
  if (/^(?:[\w.-]*[-_])?master\.cf(?:\.[\w.-]+)?$/.test(name)) return hasServiceLines(text) ? 'postconf' : 'master.cf';
  if (
    /(?:^|[-_.])(?:header|body|mime_header|nested_header|smtp_header|milter_header)_?checks(?:[._-][\w.-]+)?$/.test(
      name,
    )
  )
    return 'checks';
  if (/\.(?:pcre|regexp|regex)$/.test(name)) return 'checks';
  if (startsLikeDump(text) && looksLikeDump.test(text) && /^(?:COMMIT|:\w|-A )/m.test(text)) return 'iptables-save';
  if (isScript(name, text) && callsIptables.test(text)) return 'shell';
  if ((isScript(name, text) || isDockerfile(name)) && callsPostconf(text)) return 'postconf';
  return undefined;
}

/** Whether the first line that says something is one of a dump (or of a template): a script may hold a dump further down. */
export function startsLikeDump(text: string): boolean {
  return /^(?:[ \t\r]*(?:#(?!!).*)?\n)*[ \t]*(?:[*:[{-]|COMMIT)/.test(text.slice(0, 65536));
}

function isDockerfile(name: string): boolean {
  return /^(?:Docker|Container)file(?:[.-][\w.-]+)?$|\.[Dd]ockerfile$/.test(name);
}

const otherProgram =
  /\b(?:python[\d.]*|perl|ruby|node|php|[gm]?awk|lua|tclsh|expect|nft|make|fish|t?csh|\w+-restore)\b/;

function isScript(name: string, text: string): boolean {
  if (text.startsWith('#!')) {
    if (/^#!.*\b(?:ba|da|k|z|a)?sh\b/.test(text)) return true;
    // While the first line is typed, the name has the last word until it names another program.
    return /\.(?:sh|bash)$/.test(name) && !otherProgram.test(text.slice(0, text.indexOf('\n')));
  }
  return /\.(?:sh|bash|firewall|fw|iptables)$|^rc\.|firewall|iptables/.test(name) || !/\.\w+$/.test(name);
}

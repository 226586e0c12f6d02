/** Paths of the core from URIs of the protocol and back. A `file:` URI is its path; any other keeps its scheme and authority. */

const parts = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/;

/** The core's path of a URI: `/etc/postfix/main.cf`, `c:/mail/main.cf`, `vscode-vfs://github/org/repo/main.cf`. */
export function pathOf(uri: string): string {
  const [, scheme = '', authority = '', raw = ''] = parts.exec(uri) ?? [];
  const path = decode(raw);
  if (scheme !== 'file') return `${scheme}://${authority}${path}`;
  if (authority) return `//${authority}${path}`;
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

/** The URI of a path that {@link pathOf} made, or of any absolute path. */
export function uriOf(path: string): string {
  const other = /^([A-Za-z][A-Za-z0-9+.-]+):\/\/([^/]*)(.*)$/.exec(path);
  if (other) return `${other[1]}://${other[2]}${encode(other[3] ?? '')}`;
  if (path.startsWith('//')) return `file:${encode(path)}`;
  return `file://${encode(path.startsWith('/') ? path : `/${path}`)}`;
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

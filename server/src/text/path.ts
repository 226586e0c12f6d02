/** Paths as plain text with forward slashes; no file system is asked. */

/** Joins two paths; an absolute second one wins. `.` and `..` are resolved as text. */
export function join(base: string, path: string): string {
  return normalize(isAbsolute(path) || base === '' ? path : `${base}/${path}`);
}

/** Whether a path starts at the root (`/…` or a drive letter or a URI's scheme). */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:\//.test(path);
}

/** The folder a path lies in: `''` for a bare name, `/` for a name at the root. */
export function dirname(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : at === 0 ? '/' : path.slice(0, at);
}

/** The last part of a path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Resolves `.`, `..` and double slashes as text; a relative path may go on starting with `..`. */
export function normalize(path: string): string {
  const root = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/{0,3}|\/)/.exec(path)?.[0] ?? '';
  const out: string[] = [];
  for (const part of path.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out[out.length - 1] !== '..') out.pop();
    else if (part !== '..' || root === '') out.push(part);
  }
  return root + out.join('/') || '.';
}

/** The way from a folder to a path, both absolute: `.` for the folder itself, with `..` where it lies elsewhere. */
export function relative(folder: string, path: string): string {
  const from = folder.replace(/\/$/, '').split('/');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common++;
  return [...Array<string>(from.length - common).fill('..'), ...to.slice(common)].join('/') || '.';
}

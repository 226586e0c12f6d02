/** Reads and finds files for a server that has no file system of its own. */
import { Disposable, FileType, Uri, workspace, RelativePattern } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

interface Uris {
  readonly uris: readonly string[];
}

const sizeLimit = 16 * 1024 * 1024;
const findLimit = 2000;
const candidates =
  '**/{*main.cf,*main.cf.*,*master.cf,*master.cf.*,*_checks,*_checks[._-]*,*.pcre,*.regexp,*.sh,*.bash,*.fw,*iptables*,*firewall*,rules.v4,rules.v6,.postfix-lint.yaml}';

/** Serves `postfix/readFiles` and `postfix/findFiles`; takes them back when disposed of. */
export function lendFiles(client: BaseLanguageClient): Disposable {
  return Disposable.from(
    client.onRequest('postfix/readFiles', ({ uris }: Uris) =>
      Promise.all(uris.map(uri => read(Uri.parse(uri)).catch(() => ({ kind: 'missing' })))),
    ),
    client.onRequest('postfix/findFiles', async ({ uris }: Uris) => {
      const found = await Promise.all(
        uris.map(uri =>
          workspace.findFiles(new RelativePattern(Uri.parse(uri), candidates), '**/node_modules/**', findLimit),
        ),
      );
      return found.flat().map(uri => uri.toString());
    }),
  );
}

async function read(uri: Uri): Promise<unknown> {
  const { type, size } = await workspace.fs.stat(uri);
  if (type & FileType.Directory) {
    return { kind: 'folder', names: (await workspace.fs.readDirectory(uri)).map(([name]) => name) };
  }
  if (size > sizeLimit) return { kind: 'unreadable', why: `larger than ${sizeLimit} bytes` };
  return { kind: 'text', base64: toBase64(await workspace.fs.readFile(uri)) };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

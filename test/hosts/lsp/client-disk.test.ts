import { deepEqual, equal } from 'node:assert/strict';
import { ClientDisk } from '@postfix-tools/server/hosts/lsp/client-disk';
import type { ReadFile } from '@postfix-tools/server/hosts/lsp/requests';

/** An editor that lends these files, and notes what it was asked for. */
function editorWith(files: Readonly<Record<string, ReadFile>>) {
  const asked: string[][] = [];
  const sendRequest = (_: unknown, { uris }: { uris: string[] }) => {
    asked.push(uris);
    return Promise.resolve(uris.map(uri => files[uri] ?? { kind: 'missing' }));
  };
  return { asked, disk: new ClientDisk({ sendRequest } as unknown as ConstructorParameters<typeof ClientDisk>[0]) };
}

describe('files that the editor lends', () => {
  it('are unknown at first, are asked for together, and then known', async () => {
    const { asked, disk } = editorWith({
      'vscode-vfs://github/a/b/main.cf': { kind: 'text', base64: Buffer.from('myorigin = ção\n').toString('base64') },
      'vscode-vfs://github/a/b': { kind: 'folder', names: ['main.cf'] },
    });
    equal(disk.read('vscode-vfs://github/a/b/main.cf').kind, 'unknown');
    equal(disk.read('vscode-vfs://github/a/b/master.cf').kind, 'unknown');
    equal(disk.list('vscode-vfs://github/a/b'), undefined);
    equal((await disk.load()).length, 3);
    const main = disk.read('vscode-vfs://github/a/b/main.cf');
    equal(main.kind === 'text' && main.source.text, 'myorigin = ção\n');
    equal(disk.read('vscode-vfs://github/a/b/master.cf').kind, 'missing');
    deepEqual(disk.list('vscode-vfs://github/a/b'), ['main.cf']);
    deepEqual(await disk.load(), []);
    equal(asked.length, 1);
  });

  it('are asked for again after a change', async () => {
    const { asked, disk } = editorWith({});
    disk.read('memfs://x/main.cf');
    await disk.load();
    disk.forget(['memfs://x/main.cf']);
    equal(disk.read('memfs://x/main.cf').kind, 'unknown');
    await disk.load();
    equal(asked.length, 2);
  });
});

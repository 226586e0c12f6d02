import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { readSettings, type Settings } from '@postfix-tools/server/hosts/lsp/settings';
import { Workspace } from '@postfix-tools/server/hosts/lsp/workspace';
import { NodeDisk } from '@postfix-tools/server/hosts/node-disk';
import { basename } from '@postfix-tools/server/text/path';
import { TestFolder } from '../../support/lsp';

const rule = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT\n';

describe('workspace', () => {
  let folder: TestFolder;
  afterEach(() => folder.remove());

  async function workspaceOf(files: Readonly<Record<string, string>>, settings: unknown = {}): Promise<Workspace> {
    folder = new TestFolder(files);
    const workspace = new Workspace(new NodeDisk());
    const all: [string, Settings][] = [
      ['', readSettings(settings, undefined)],
      [folder.path, readSettings(settings, folder.path)],
    ];
    workspace.configure(new Map(all));
    await workspace.search();
    return workspace;
  }
  const shape = (workspace: Workspace) =>
    workspace
      .sites()
      .map(site => [
        [site.main, site.master].flatMap(s => (s ? [basename(s.path)] : [])),
        site.firewalls.map(f => basename(f.source.path)),
      ]);

  it('takes a firewall with the one site that it lies beside', async () => {
    const workspace = await workspaceOf({
      'etc/postfix/main.cf': '',
      'etc/postfix/master.cf': '',
      'firewall.sh': `#!/bin/sh\n${rule}`,
    });
    deepEqual(shape(workspace), [[['main.cf', 'master.cf'], ['firewall.sh']]]);
  });

  it('gives each site the firewall that the settings name', async () => {
    const workspace = await workspaceOf(
      { 'a/main.cf': '', 'b/main.cf': '', 'walls/a.sh': `#!/bin/sh\n${rule}`, 'walls/b.sh': `#!/bin/sh\n${rule}` },
      {
        sites: [
          { folder: 'a', firewall: 'walls/a.sh' },
          { folder: 'b', firewall: ['walls/b.sh'] },
        ],
      },
    );
    deepEqual(shape(workspace), [
      [['main.cf'], ['a.sh']],
      [['main.cf'], ['b.sh']],
    ]);
  });

  it('keeps a site as it is while another one is edited', async () => {
    const workspace = await workspaceOf({ 'a/main.cf': 'a = 1\n', 'b/main.cf': 'b = 1\n' });
    const [a, b] = workspace.sites();
    const path = join(folder.path, 'b/main.cf');
    workspace.files.put(path, { uri: '', version: 1, languageId: 'postfix-main' }, 'b = 2\n');
    workspace.changed([path]);
    const [sameA, newB] = workspace.sites();
    equal(sameA, a);
    ok(newB && b && newB !== b);
    equal(newB.main?.text, 'b = 2\n');
  });

  it('settings of the wrong type count as not given', () => {
    folder = new TestFolder({});
    const settings = readSettings(
      { targetVersion: 3.7, domains: 'x', severity: { a: 'loud' }, sites: [null, 7] },
      '/w',
    );
    deepEqual(settings, {
      targetVersion: undefined,
      domains: [],
      severities: new Map(),
      sites: [],
      language: undefined,
    });
    equal(readSettings(null, undefined).language, undefined);
  });
});

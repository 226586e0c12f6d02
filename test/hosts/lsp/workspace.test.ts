import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { readSettings, type Settings } from '@postfix-tools/server/hosts/lsp/settings';
import { Workspace } from '@postfix-tools/server/hosts/lsp/workspace';
import { baselineText } from '@postfix-tools/server/rules/baseline';
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

  it('does not tell what the baseline records, and goes by it anew when it changes', async () => {
    const text = 'compatibility_level = 3.6\nsoft_bounce = yes\n';
    const workspace = await workspaceOf({
      '.postfix-lint.yaml': 'baseline: ci/base.json\n',
      'ci/base.json': '{"version":1,"files":{}}',
      'etc/main.cf': text,
    });
    const [main, base] = [join(folder.path, 'etc/main.cf'), join(folder.path, 'ci/base.json')];
    const rules = () => workspace.findings(main).map(f => f.rule);
    const all = workspace.findings(main);
    ok(all.some(f => f.rule === 'soft-bounce-on'));
    workspace.files.put(base, { uri: '', version: 1, languageId: 'json' }, baselineText(all, join(folder.path, 'ci')));
    workspace.changed([base]);
    deepEqual(rules(), []);
    workspace.files.put(main, { uri: '', version: 1, languageId: 'postfix-main' }, `# moved\n${text}`);
    workspace.changed([main]);
    deepEqual(rules(), []);
    workspace.files.remove(base);
    workspace.changed([base]);
    equal(rules().length, all.length);
  });

  it('checks two sites by their own versions, severities and domains, and takes changes while it runs', async () => {
    const text = 'compatibility_level = 2\nsmtpd_forbid_bare_newline = yes\nsoft_bounce = yes\n';
    const project = (b: string) =>
      `severity: { soft-bounce-on: hint }\nsites:\n  - { folder: a, postfix-version: 3.4, domains: example.com }\n  - { folder: b, postfix-version: ${b} }\n`;
    const workspace = await workspaceOf({
      '.postfix-lint.yaml': project('3.9'),
      'a/main.cf': text,
      'b/main.cf': text,
    });
    const [a, b] = ['a/main.cf', 'b/main.cf'].map(name => join(folder.path, name)) as [string, string];
    const newer = (path: string) => workspace.findings(path).filter(f => f.rule === 'newer-than-target').length;
    const bounce = (path: string) => workspace.findings(path).find(f => f.rule === 'soft-bounce-on')?.severity;
    deepEqual([newer(a), newer(b), bounce(a), bounce(b)], [1, 0, 'hint', 'hint']);
    deepEqual(
      workspace.sites().map(s => s.options),
      [
        { postfixVersion: '3.4', domains: ['example.com'] },
        { postfixVersion: '3.9', domains: [] },
      ],
    );
    const path = join(folder.path, '.postfix-lint.yaml');
    workspace.files.put(path, { uri: '', version: 1, languageId: 'yaml' }, project('3.4'));
    workspace.changed([path]);
    deepEqual([newer(a), newer(b)], [1, 1]);
    const settings = readSettings({ severity: { 'soft-bounce-on': 'error' }, targetVersion: '3.10' }, folder.path);
    workspace.configure(new Map([[folder.path, settings]]));
    deepEqual([newer(a), newer(b), bounce(a), bounce(b)], [0, 0, 'error', 'error']);
    const bySite = {
      targetVersion: '3.10',
      domains: ['example.org'],
      sites: [{ folder: 'b', targetVersion: '3.4', domains: ['example.net'] }],
    };
    workspace.configure(new Map([[folder.path, readSettings(bySite, folder.path)]]));
    deepEqual([newer(a), newer(b)], [0, 1]);
    deepEqual(workspace.siteOf(b)?.options, { postfixVersion: '3.4', domains: ['example.org', 'example.net'] });
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

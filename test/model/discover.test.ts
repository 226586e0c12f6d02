import { deepEqual } from 'node:assert/strict';
import { discover } from '@postfix-tools/server/model/discover';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';

const main = 'myhostname = mx.example.com\n';
const master = 'smtp inet n - n - - smtpd\n';
const script = '#!/bin/sh\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n';
const dump = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';

/** The sites found, each as `folder: files of its own | firewalls | extra`. */
function sites(texts: Readonly<Record<string, string>>, ...paths: string[]): string[] {
  const files = new MemoryFiles(Object.entries(texts).map(([path, text]) => new SourceText(path, text)));
  return discover(files, paths).sites.map(({ folder, main, master, firewalls, extra }) => {
    const names = (list: readonly ({ path: string } | undefined)[]) => list.flatMap(s => (s ? [s.path] : [])).join(' ');
    const own = names([main, master]);
    return `${folder}: ${own} | ${names(firewalls.map(f => f.source))} | ${names(extra.map(f => f.source))}`;
  });
}

describe('finding sites', () => {
  it('takes a folder of main.cf and master.cf with what lies beside it', () => {
    deepEqual(
      sites(
        {
          '/r/etc/main.cf': main,
          '/r/etc/master.cf': master,
          '/r/etc/maps/header_checks': '',
          '/r/firewall.sh': script,
        },
        '/r',
      ),
      ['/r/etc: /r/etc/main.cf /r/etc/master.cf | /r/firewall.sh | /r/etc/maps/header_checks'],
    );
  });

  it('knows a firewall script by its calls, a wrapper or a dump within', () => {
    for (const call of [
      'iptables -F',
      'ipt() { iptables "$@"; }',
      '/sbin/iptables-restore <<E',
      'ip6tables-restore < f',
    ])
      deepEqual(sites({ '/r/fw.sh': `#!/bin/sh\n${call}\n` }, '/r'), ['/r:  | /r/fw.sh | '], call);
    deepEqual(sites({ '/r/fw.sh': '#!/bin/sh\necho iptables-restore is missing\n' }, '/r'), []);
  });

  it('searches through folders, but not through node_modules and .git', () => {
    deepEqual(
      sites(
        { '/r/a/main.cf': main, '/r/node_modules/x/main.cf': main, '/r/.git/main.cf': main, '/r/b/master.cf': master },
        '/r',
      ),
      ['/r/a: /r/a/main.cf |  | ', '/r/b: /r/b/master.cf |  | '],
    );
  });

  it('leaves a firewall alone where two sites could own it', () => {
    deepEqual(
      sites({ '/r/a/main.cf': main, '/r/b/main.cf': main, '/r/fw/rules.v4': dump, '/r/b/fw.sh': script }, '/r'),
      ['/r/a: /r/a/main.cf |  | ', '/r/b: /r/b/main.cf | /r/b/fw.sh | ', '/r/fw:  | /r/fw/rules.v4 | '],
    );
  });

  it('takes a script that another one sources or calls as part of that one', () => {
    const texts = {
      '/r/firewall.sh': `${script}. "$DIR/common.sh"\nsh /etc/open.sh start\n# ./spare.sh\n`,
      '/r/common.sh': script,
      '/r/open.sh': script,
      '/r/spare.sh': script,
    };
    deepEqual(sites(texts, '/r'), ['/r:  | /r/firewall.sh | ', '/r:  | /r/spare.sh | ']);
  });

  it('pairs templates by what stands around the names, and passes over backups', () => {
    deepEqual(
      sites(
        {
          '/r/t/main.cf.j2': main,
          '/r/t/master.cf.j2': master,
          '/r/t/old-main.cf': main,
          '/r/u/main.cf': main,
          '/r/u/main.cf.bak': main,
          '/r/u/master.cf.j2': master,
          '/r/u/main.cf.dpkg-dist': main,
        },
        '/r',
      ),
      [
        '/r/t: /r/t/main.cf.j2 /r/t/master.cf.j2 |  | ',
        '/r/t: /r/t/old-main.cf |  | ',
        '/r/u: /r/u/main.cf /r/u/master.cf.j2 |  | ',
      ],
    );
  });

  it('takes a single file with its site', () => {
    const texts = {
      '/r/etc/postfix/main.cf': main,
      '/r/etc/postfix/maps/sender.pcre': '',
      '/r/etc/postfix/access': '',
      '/r/firewall.sh': script,
    };
    const site = '/r/etc/postfix: /r/etc/postfix/main.cf';
    deepEqual(sites(texts, '/r/etc/postfix/maps/sender.pcre'), [`${site} |  | /r/etc/postfix/maps/sender.pcre`]);
    deepEqual(sites(texts, '/r/etc/postfix/access'), [`${site} |  | /r/etc/postfix/access`]);
    deepEqual(sites(texts, '/r/firewall.sh'), [`${site} | /r/firewall.sh | `]);
    deepEqual(sites({ '/r/firewall.sh': script }, '/r/firewall.sh'), ['/r:  | /r/firewall.sh | ']);
    deepEqual(sites({ '/r/header_checks': '' }, '/r/header_checks'), ['/r:  |  | /r/header_checks']);
  });

  it('takes the other instances that a main.cf names, where they lie beside it, once each', () => {
    const named = `${main}multi_instance_directories = /etc/postfix-out, /etc/postfix-in/ /etc/gone $x\n`;
    const texts = {
      '/r/postfix/main.cf': named,
      '/r/postfix-out/main.cf': `${main}multi_instance_directories = /etc/postfix /etc/postfix-in\n`,
      '/r/postfix-in/master.cf': master,
      '/r/other/main.cf': main,
    };
    deepEqual(sites(texts, '/r/postfix'), [
      '/r/postfix: /r/postfix/main.cf |  | ',
      '/r/postfix-out: /r/postfix-out/main.cf |  | ',
      '/r/postfix-in: /r/postfix-in/master.cf |  | ',
    ]);
    deepEqual(sites(texts, '/r').length, 4);
    deepEqual(sites(texts, '/r/postfix/main.cf'), ['/r/postfix: /r/postfix/main.cf |  | ']);
  });

  it('says what is missing and what it does not know', () => {
    const files = new MemoryFiles([new SourceText('/r/notes.txt', 'hello')]);
    const { unreadable, unknown, sites: none } = discover(files, ['/r/notes.txt', '/r/gone']);
    deepEqual([none, unknown, unreadable.map(u => u.path)], [[], ['/r/notes.txt'], ['/r/gone']]);
  });

  it('goes by the project file for firewalls, domains and version; wishes win', () => {
    const project = `
postfix-version: 3.10
domains: [example.com]
sites:
  - folder: mx1
    firewall: fw/a.sh
    domains: example.net
  - mx2
`;
    const texts = Object.entries({
      '/r/.postfix-lint.yaml': project,
      '/r/mx1/main.cf': main,
      '/r/mx2/main.cf': main,
      '/r/fw/a.sh': script,
      '/r/mx2/b.sh': script,
    }).map(([path, text]) => new SourceText(path, text));
    const files = new MemoryFiles(texts);
    deepEqual(
      discover(files, ['/r']).sites.map(s => [s.folder, s.firewalls.map(f => f.source.path), s.options]),
      [
        ['/r/mx1', ['/r/fw/a.sh'], { postfixVersion: '3.10', domains: ['example.com', 'example.net'] }],
        ['/r/mx2', ['/r/mx2/b.sh'], { postfixVersion: '3.10', domains: ['example.com'] }],
      ],
    );
    deepEqual(
      discover(files, ['/r/mx2'], { postfixVersion: '3.7', domains: [] }).sites.map(s => s.options),
      [{ postfixVersion: '3.7', domains: [] }],
    );
  });
});

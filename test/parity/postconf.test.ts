/** What `show` says is effective is what the installed postconf -x says. */
import { deepEqual, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions, parameters } from '@postfix-tools/server/facts/parameters';
import { cli } from '../support/cli';

const master = 'smtp inet n - y - - smtpd\nrelay unix - - y - - smtp\n';
const configurations: Readonly<Record<string, string>> = {
  'a small site': 'compatibility_level = 3.6\nmyhostname = mx.example.com\nmydestination = $myhostname, localhost\n',
  'an old level': 'myhostname = mx.example.com\nmynetworks = 127.0.0.0/8\n',
  'macros in macros': `compatibility_level = 2
myhostname = mx.example.com
own = \${myhostname?{\${mydomain?{both $myorigin}:{no}}}:{none}}
myorigin = $mydomain
smtpd_banner = $own $$ \${nothing:empty} $(mail_name)
  and on
relay_transport = relay:[$mydomain]
relay_recipient_maps = \${{$compatibility_level} <level {1} ? {old} : {new}}
`,
  'stress and comments': `compatibility_level = 3.6
myhostname = mx.example.com
smtpd_timeout = \${stress?{10}:{20}}s
# a comment
  # another
smtpd_client_restrictions =
    permit_mynetworks,

    reject
`,
};

/** The answers of postconf -x by name. */
function postconf(main: string): { version: string; values: Map<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'postfix-lint-'));
  try {
    writeFileSync(join(folder, 'main.cf'), main);
    writeFileSync(join(folder, 'master.cf'), master);
    const ask = (...args: string[]) => spawnSync('postconf', ['-c', folder, ...args], { encoding: 'utf8' }).stdout;
    const lines = ask('-x')
      .split('\n')
      .flatMap(line => {
        const at = line.indexOf(' =');
        return at > 0 ? [[line.slice(0, at), line.slice(at + 2).trim()] as const] : [];
      });
    return { version: ask('-h', 'mail_version').trim(), values: new Map(lines) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the machine gives and no file holds. */
const ofTheMachine = new Set(['config_directory', 'mynetworks', 'process_id', 'mail_release_date']);

describe('show and postconf -x', () => {
  before(function () {
    if (spawnSync('postconf', ['-d', 'mail_version']).status === 0) return;
    console.log('Skipped: postconf is not installed');
    this.skip();
  });

  for (const [name, main] of Object.entries(configurations)) {
    it(`agree on ${name}`, () => {
      const { version, values } = postconf(main);
      const { settings } = cli(`show --format json --postfix-version ${version}`, {
        files: { 'main.cf': main, 'master.cf': master },
      }).json<{ settings: { name: string; value: string; unknown?: string }[] }>();
      const ours = new Map(settings.map(s => [s.name, s]));
      ok(values.size > 500);
      const different = [...values].flatMap(([parameter, value]) => {
        const own = ours.get(parameter);
        // Bug fix releases bring some parameters of later versions along.
        const newer = !own && compareVersions(parameters.get(parameter)?.since ?? '0', version) > 0;
        if (newer || ofTheMachine.has(parameter) || own?.unknown !== undefined) return [];
        // postconf prints each stretch of white space as one blank.
        if (own?.value.replace(/\s+/g, ' ') === value) return [];
        return [`${parameter}: postconf "${value}", show "${own?.value ?? '(absent)'}"`];
      });
      deepEqual(different, []);
    });
  }
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cli } from '../../support/cli';

const silent = '# postfix-lint: ignore soft-bounce-on\nsoft_bounce = yes\n';
const only = '--only ignore-without-reason';

interface Checked {
  readonly version: number;
  readonly files: number;
  readonly diagnostics: readonly { readonly file: string; readonly code: string; readonly severity: string }[];
}

describe('postfix-lint check', () => {
  it('prints place, severity, message and the line with carets', () => {
    const { status, out } = cli(`${only} etc`, { files: { 'etc/main.cf': silent } });
    equal(status, 1);
    equal(
      out,
      `etc/main.cf:1:1  warning  ignore-without-reason
  This silences soft-bounce-on without a reason. Say why after the names: -- reason
    1 | # postfix-lint: ignore soft-bounce-on
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 warning in 1 file
`,
    );
  });

  it('speaks Portuguese by option and by environment', () => {
    const files = { 'main.cf': silent };
    match(cli(`${only} --lang pt-BR`, { files }).out, /aviso .*\n {2}Isto silencia .*\n[^]*1 aviso em 1 arquivo/);
    match(cli(only, { files, env: { LANG: 'pt_BR.UTF-8' } }).out, /1 aviso/);
    match(cli(`${only} --lang en`, { files, env: { LANG: 'pt_BR.UTF-8' } }).out, /1 warning/);
  });

  it('gives JSON with places as LSP counts them', () => {
    const checked = cli(`check ${only} --format json`, { files: { 'etc/main.cf': silent, 'README.md': '' } });
    equal(checked.status, 1);
    deepEqual(checked.json(), {
      version: 1,
      files: 1,
      diagnostics: [
        {
          file: 'etc/main.cf',
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 37 } },
          severity: 'warning',
          code: 'ignore-without-reason',
          message: 'This silences soft-bounce-on without a reason. Say why after the names: -- reason',
          related: [],
          fixes: [],
        },
      ],
    });
  });

  it('gives SARIF and GitHub commands', () => {
    const files = { 'a b/main.cf': silent };
    interface Log {
      readonly version: string;
      readonly runs: readonly {
        readonly results: readonly {
          readonly ruleId: string;
          readonly level: string;
          readonly locations: readonly {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region: unknown;
            };
          }[];
        }[];
      }[];
    }
    const log = cli(`${only} --format sarif`, { files }).json<Log>();
    const result = log.runs[0]?.results[0];
    deepEqual([log.version, result?.ruleId, result?.level], ['2.1.0', 'ignore-without-reason', 'warning']);
    deepEqual(result?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: 'a%20b/main.cf' },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 38 },
    });
    match(
      cli(`${only} --format github`, { files }).out,
      /^::warning file=a b\/main\.cf,line=1,endLine=1,col=1,endColumn=38,title=ignore-without-reason::This silences/,
    );
  });

  it('goes by --fail-on for its exit status', () => {
    const files = { 'main.cf': silent };
    equal(cli(`${only} --fail-on error`, { files }).status, 0);
    equal(cli(`${only} --fail-on hint`, { files }).status, 1);
    equal(cli('--skip ignore-without-reason,ignore-unused --only ignore-unused', { files }).status, 0);
  });

  it('reads the standard input under the name it is given', () => {
    const { status, out } = cli(`${only} - --stdin-filename etc/main.cf`, { stdin: silent });
    equal(status, 1);
    match(out, /^etc\/main\.cf:1:1 /);
    equal(cli('-', { stdin: silent }).status, 2);
  });

  it('reports findings in the given file alone', () => {
    const files = { 'etc/main.cf': silent, 'etc/master.cf': '# postfix-lint: ignore x\n' };
    const { diagnostics } = cli(`${only} --format json etc/master.cf`, { files }).json<Checked>();
    deepEqual(
      diagnostics.map(d => d.file),
      ['etc/master.cf'],
    );
  });

  it('shows paths outside the current folder relative to it', () => {
    match(cli(`${only} ..`, { files: { 'a/main.cf': silent, 'b/x': '' }, cwd: 'b' }).out, /^\.\.\/a\/main\.cf:1:1 /);
  });

  it('exits with 2 for a path that cannot be read, and checks the others', () => {
    const { status, out, err } = cli(`${only} nowhere etc`, { files: { 'etc/main.cf': silent } });
    equal(status, 2);
    equal(err, 'nowhere: no such file or folder\n');
    match(out, /1 warning in 1 file/);
  });

  it('does not call well what it could not read', () => {
    const { status, out } = cli(`${only} nowhere`, { files: {} });
    deepEqual([status, out], [2, 'Nothing was checked\n']);
    equal(cli(`${only} --lang pt-BR nowhere`, { files: {} }).out, 'Nada foi verificado\n');
  });

  it('exits with 2 for wrong use, in one sentence', () => {
    for (const argv of [
      '--nonsense',
      '--format xml',
      '--lang fr',
      '--fail-on never',
      '--postfix-version new',
      '--only no-such-rule',
      'rules --format sarif',
      'check --dry-run',
    ]) {
      const { status, out, err } = cli(argv);
      deepEqual([argv, status, out], [argv, 2, '']);
      match(err, /^postfix-lint: .+\n$/);
    }
    match(cli('--only ignore-unsed').err, /Did you mean ignore-unused\?/);
  });

  it('takes binary files, UTF-16, Latin-1 and very long lines without a crash', () => {
    const binary = cli('main.cf', { files: { 'main.cf': Uint8Array.of(1, 0, 0, 0, 0, 2) } });
    deepEqual([binary.status, binary.err], [2, 'main.cf: cannot be read: binary file\n']);
    const utf16 = cli('main.cf', { files: { 'main.cf': Uint8Array.of(0xff, 0xfe, 0x41, 0) } });
    deepEqual([utf16.status, utf16.err], [2, 'main.cf: cannot be read: UTF-16 text\n']);
    const latin = Uint8Array.from(Buffer.from(`${silent}# a\xe7\xe3o\n`, 'latin1'));
    equal(cli(only, { files: { 'main.cf': latin } }).status, 1);
    ok([0, 1].includes(cli('main.cf', { files: { 'main.cf': `a = ${'x'.repeat(5_000_000)}\n` } }).status));
    equal(cli('notes', { files: { notes: 'nothing of ours\n' } }).status, 0);
  });

  it('goes by the project file, and by options before it', () => {
    const files = { 'etc/main.cf': silent, '.postfix-lint.yaml': 'severity: { ignore-without-reason: error }\n' };
    const severities = (argv: string, project?: string) =>
      cli(`${argv} --format json`, {
        files: project === undefined ? files : { ...files, '.postfix-lint.yaml': project },
      })
        .json<Checked>()
        .diagnostics.filter(d => d.code === 'ignore-without-reason')
        .map(d => d.severity);
    deepEqual(severities('etc'), ['error']);
    deepEqual(severities('etc', 'skip: [ignore-without-reason]\n'), []);
    deepEqual(severities('etc', 'severity: { ignore-without-reason: off }\n'), []);
    deepEqual(severities(`etc ${only}`, 'skip: [ignore-without-reason]\n'), ['warning']);
  });

  it('says what is wrong in the project file', () => {
    const files = { 'main.cf': '', '.postfix-lint.yaml': 'sevrity: {}\nskip: [no-such]\nsites: [gone]\n' };
    const { status, err } = cli('', { files });
    equal(status, 2);
    match(err, /^\.postfix-lint\.yaml:1:1: There is no setting sevrity/m);
    match(err, /^\.postfix-lint\.yaml:2:8: There is no rule no-such/m);
    match(err, /^\.postfix-lint\.yaml:3:9: There is no folder .*gone/m);
  });
});

describe('postfix-lint', () => {
  it('tells its version and its use', () => {
    match(cli('--version').out, /^postfix-lint \d+\.\d+\.\d+\n$/);
    match(cli('--help').out, /postfix-lint try packet/);
    match(cli('check --help --lang pt-BR').out, /código|Código/);
  });
});

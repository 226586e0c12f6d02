import { deepEqual, equal, match } from 'node:assert/strict';
import { cli } from '../../support/cli';

const files = {
  'etc/postfix/main.cf': 'myhostname = mx.example.com\nheader_checks = pcre:/etc/postfix/all_checks\n',
  'etc/postfix/master.cf': `smtp inet n - n - - smtpd
  -o cleanup_service_name=cleanup-in
submission inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
cleanup-in unix n - n - 0 cleanup
  -o header_checks=pcre:/etc/postfix/header_checks,regexp:/etc/postfix/more
  -o mime_header_checks=
`,
  'etc/postfix/header_checks': '/^(From:.*@example\\.com)/ REJECT forged $1\n',
  'etc/postfix/more': '/^Subject: (.*)/ WARN $1\n/^Content-Type:/ DISCARD\n',
  'etc/postfix/all_checks': '/^X:/ DUNNO\n',
  body_checks: '/olá/ REJECT\n',
};

interface Output {
  readonly results: readonly {
    readonly name: string;
    readonly kind: string;
    readonly got: unknown;
    readonly pass: boolean;
  }[];
}
const test = (policy: object, more: Record<string, string | Uint8Array> = {}) =>
  cli('test p.json --format json', { files: { ...files, ...more, 'p.json': JSON.stringify(policy) } });
const got = (policy: object, more: Record<string, string | Uint8Array> = {}) =>
  test(policy, more)
    .json<Output>()
    .results.map(r => r.got);

describe('headers in policy tests', () => {
  it('are asked of a table, relative to the document or in its site', () => {
    const table = 'pcre:etc/postfix/header_checks';
    const header = 'From: boss@example.com';
    deepEqual(
      got({
        headers: [
          { table, header },
          { table, header: 'From: boss@example.net' },
        ],
      }),
      [{ action: `REJECT forged ${header}` }, { action: null }],
    );
    deepEqual(got({ site: 'etc/postfix', headers: [{ table: 'pcre:/etc/postfix/header_checks', header }] }), [
      { action: `REJECT forged ${header}` },
    ]);
  });

  it('are asked of all that the cleanup of a service uses', () => {
    const asked = (service: string, header: string) => got({ site: 'etc/postfix', headers: [{ service, header }] })[0];
    deepEqual(asked('smtp', 'Subject: olá'), { action: 'WARN olá' });
    deepEqual(asked('smtp', 'Content-Type: text/plain'), { action: null });
    deepEqual(asked('submission', 'Subject: a'), { action: null });
    deepEqual(asked('submission', 'X: a'), { action: 'DUNNO' });
  });

  it('are unknown where cleanup asks a table before that is of another type, or that cannot be read', () => {
    const asked = (checks: string, header: string) =>
      test(
        { site: 'etc/postfix', headers: [{ service: 'submission', header }] },
        { 'etc/postfix/main.cf': `header_checks = ${checks}\n` },
      ).json<{ results: { got: unknown; unknown: string[] }[] }>().results[0];
    const header = 'From: boss@example.com';
    const answer = asked('pcre:/etc/postfix/all_checks, hash:/etc/postfix/h, pcre:/etc/postfix/header_checks', header);
    deepEqual(answer?.got, { verdict: 'unknown' });
    match(answer.unknown[0] ?? '', /^hash:\/etc\/postfix\/h: only pcre: and regexp:/);
    const gone = asked('pcre:/etc/postfix/gone', header);
    deepEqual(gone?.got, { verdict: 'unknown' });
    match(gone.unknown[0] ?? '', /^pcre:\/etc\/postfix\/gone: the file cannot be read/);
    deepEqual(asked('pcre:/etc/postfix/header_checks, pcre:/etc/postfix/gone', header)?.got, {
      action: `REJECT forged ${header}`,
    });
  });

  it('take whole messages, as postmap -hq - does', () => {
    const message = 'From: a@example.com\nSubject: s\n\nFrom: b@example.com\n';
    deepEqual(got({ headers: [{ table: 'pcre:etc/postfix/header_checks', message, mode: 'h' }] }), [
      { output: 'From: a@example.com\tREJECT forged From: a@example.com\n' },
    ]);
  });

  it('are held against the action, null for no match', () => {
    const table = 'regexp:etc/postfix/more';
    const expect = [
      { table, header: 'Subject: x', expect: 'WARN x' },
      { table, header: 'To: x', expect: null },
      { table, header: 'To: x', expect: 'WARN x' },
      { table, header: 'Subject: x', expect: { action: 'WARN x' } },
    ];
    deepEqual(
      test({ headers: expect })
        .json<Output>()
        .results.map(r => r.pass),
      [true, true, false, true],
    );
  });

  it('are bytes, one character each, where the document says latin1', () => {
    const table = Uint8Array.from(Buffer.from('/ol\xe1/ REJECT \xe1\n', 'latin1'));
    const headers = [{ table: 'pcre:latin', header: 'ol\xe1' }];
    deepEqual(got({ encoding: 'latin1', headers }, { latin: table }), [{ action: 'REJECT \xe1' }]);
    deepEqual(got({ headers }, { latin: table }), [{ action: null }]);
    deepEqual(got({ headers: [{ table: 'pcre:body_checks', header: 'olá' }] }), [{ action: 'REJECT' }]);
  });

  it('need a table that can be read', () => {
    equal(test({ headers: [{ table: 'pcre:gone', header: 'a: b' }] }).status, 2);
    match(test({ headers: [{ table: 'hash:body_checks', header: 'a: b' }] }).err, /no pcre: or regexp: table/);
  });
});

describe('postfix-lint try header', () => {
  it('prints the action and the rule that gave it', () => {
    const { status, out } = cli(['try', 'header', '--table', 'pcre:etc/postfix/header_checks', 'From: x@example.com'], {
      files,
    });
    equal(status, 0);
    match(out, /^REJECT forged From: x@example\.com\n[^]*etc\/postfix\/header_checks:1 /);
  });

  it('asks what a service uses, and whole messages', () => {
    const run = (...argv: string[]) =>
      cli(['try', 'header', '--format', 'json', ...argv], { files, stdin: 'Subject: olá\n\n' }).json<{ got: unknown }>()
        .got;
    deepEqual(run('--service', 'smtp', '--site', 'etc', 'Subject: a'), { action: 'WARN a' });
    deepEqual(run('--table', 'regexp:etc/postfix/more', '--message', '-'), { output: 'Subject: olá\tWARN olá\n' });
    deepEqual(run('--table', 'pcre:body_checks', 'olá'), { action: 'REJECT' });
  });

  it('exits with 2 for wrong use', () => {
    equal(cli(['try', 'header', 'From: x'], { files }).status, 2);
    equal(cli('try header --table pcre:gone From:x', { files }).status, 2);
    equal(cli('try header --table pcre:body_checks --message gone', { files }).status, 2);
  });
});

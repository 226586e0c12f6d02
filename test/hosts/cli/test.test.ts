import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cli } from '../../support/cli';

const site = {
  'etc/postfix/main.cf': `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = example.com
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`,
  'etc/postfix/master.cf': 'smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n',
};
const policy = `
site: etc/postfix
sessions:
  - name: a stranger cannot relay
    service: smtp
    client_address: 203.0.113.9
    sender: a@example.net
    recipient: victim@example.org
    expect: reject
  - service: 587
    helo: null
    sender: <>
    recipient: postmaster@example.com
    expect: { verdict: accept, code: 250, stage: rcpt }
---
site: etc/postfix
sessions:
  - { sender: a@example.net, recipient: victim@example.org, expect: accept }
`;

interface Output {
  readonly version: number;
  readonly results: readonly {
    readonly name: string;
    readonly kind: string;
    readonly document: number;
    readonly index: number;
    readonly expect: unknown;
    readonly got: unknown;
    readonly pass: boolean;
    readonly trace: readonly {
      readonly file?: string;
      readonly line?: number;
      readonly text: string;
      readonly outcome: string;
    }[];
    readonly unknown: readonly string[];
  }[];
}

describe('postfix-lint test', () => {
  it('gives JSON: what was expected as it was given, what was answered, the way to it', () => {
    const { status, json } = cli('test tests/policy.yaml --format json', {
      files: { ...site, 'tests/policy.yaml': policy.replaceAll('etc/postfix', '../etc/postfix') },
    });
    equal(status, 1);
    const { version, results } = json<Output>();
    equal(version, 1);
    deepEqual(
      results.map(({ name, kind, document, index, expect, got, pass }) => ({
        name,
        kind,
        document,
        index,
        expect,
        got,
        pass,
      })),
      [
        {
          name: 'a stranger cannot relay',
          kind: 'session',
          document: 0,
          index: 0,
          expect: 'reject',
          got: { verdict: 'reject', code: '554', enhanced: '5.7.1', stage: 'rcpt' },
          pass: true,
        },
        {
          name: 'session 2',
          kind: 'session',
          document: 0,
          index: 1,
          expect: { verdict: 'accept', code: 250, stage: 'rcpt' },
          got: { verdict: 'accept', code: '250', enhanced: '2.1.5', stage: 'rcpt' },
          pass: true,
        },
        {
          name: 'session 1',
          kind: 'session',
          document: 1,
          index: 0,
          expect: 'accept',
          got: { verdict: 'reject', code: '554', enhanced: '5.7.1', stage: 'rcpt' },
          pass: false,
        },
      ],
    );
    const guard = results[0]?.trace.find(step => step.text.includes('reject_unauth_destination'));
    deepEqual([guard?.file, guard?.line], ['etc/postfix/main.cf', 3]);
    ok(results.every(r => Array.isArray(r.unknown)));
  });

  it('prints a line for what is as expected, and the way to what is not', () => {
    const { status, out } = cli('test policy.yaml', { files: { ...site, 'policy.yaml': policy } });
    equal(status, 1);
    match(
      out,
      /^policy\.yaml\n {2}✓ a stranger cannot relay\n {2}✓ session 2\n {2}✗ session 1\n {6}expected accept, got reject 554 5\.7\.1 rcpt\n/,
    );
    match(out, /reject_unauth_destination[^]*\n2 passed, 1 failed\n$/);
    ok(out.split('\n').every(line => line.length <= 100));
  });

  it('exits with 0 when all is as expected', () => {
    const files = { ...site, 'policy.json': JSON.stringify({ site: 'etc/postfix', sessions: [] }) };
    deepEqual(
      [cli('test policy.json', { files }).status, cli('test policy.json', { files }).out],
      [0, 'policy.json\n0 passed, 0 failed\n'],
    );
  });

  it('exits with 2 for files it cannot read, and names the place of what is wrong', () => {
    const status = (text: string) => cli('test p.yaml', { files: { ...site, 'tests/x': '', 'p.yaml': text } });
    for (const [text, says] of [
      ['a: [', /p\.yaml: /],
      ['[]', /document 1: here belongs a map/],
      ['sessions: {}', /document 1: sessions: here belongs a list/],
      ['sessions: [{ tls: maybe }]', /sessions\[0\]: tls: here belongs true or false/],
      ['packets: [{ path: up }]', /packets\[0\]: path: here belongs in, out/],
      ['headers: [{ header: "a: b" }]', /headers\[0\]: here belongs table or service/],
      ['{ site: gone, sessions: [{ recipient: a@example.com }] }', /gone: no such file or folder/],
      ['{ site: tests, sessions: [{ recipient: a@example.com }] }', /tests: no main\.cf/],
    ] as const) {
      const { status: code, err } = status(text);
      equal(code, 2, text);
      match(err, says);
    }
    equal(cli('test gone.yaml').status, 2);
    equal(cli('test').status, 2);
  });

  it('names fields that nobody reads', () => {
    const files = {
      ...site,
      'p.yaml': 'site: etc/postfix\nsessions: [{ recipent: a@example.com, recipient: a@example.com }]\n',
    };
    const { status, err } = cli('test p.yaml', { files });
    equal(status, 0);
    match(err, /sessions\[0\]: recipent/);
  });
});

describe('postfix-lint try session', () => {
  it('prints the answer and the way to it', () => {
    const { status, out } = cli('try session --client-address 203.0.113.9 --recipient x@example.org etc/postfix', {
      files: site,
    });
    equal(status, 0);
    match(out, /^reject 554 5\.7\.1 rcpt\n[^]*etc\/postfix\/main\.cf:4 +reject_unauth_destination/);
  });

  it('gives one result as JSON', () => {
    const { got, kind } = cli('try session --recipient postmaster@example.com --no-helo --format json etc', {
      files: site,
    }).json<{
      got: unknown;
      kind: string;
    }>();
    deepEqual([kind, got], ['session', { verdict: 'accept', code: '250', enhanced: '2.1.5', stage: 'rcpt' }]);
  });

  it('exits with 2 for wrong use', () => {
    equal(cli('try', { files: site }).status, 2);
    equal(cli('try session', { files: site }).status, 2);
    equal(cli('try session --recipient a@b nowhere', { files: site }).status, 2);
  });
});

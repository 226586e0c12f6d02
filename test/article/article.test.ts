import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cli } from '../support/cli';
import { article, type Article } from './blocks';

interface Diagnostic {
  readonly file: string;
  readonly code: string;
  readonly severity: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly evidence?: {
    readonly header?: { readonly header: string };
    readonly session?: object;
    readonly packet?: object;
  };
}

const check = (files: Readonly<Record<string, string>>): Diagnostic[] =>
  cli('check . --format json --postfix-version 3.7', { files }).json<{ diagnostics: Diagnostic[] }>().diagnostics;

/** What the article's blocks get wrong: file, rule, and the text at whose line it is said. */
const expected: readonly (readonly [file: string, code: string, at: string])[] = [
  ['master.cf', 'submission-without-tls', 'submission'],
  ['master.cf', 'submission-sasl-off', 'submission'],
  ['master.cf', 'login-mismatch-without-maps', 'reject_sender_login_mismatch'],
  ['header_checks', 'forged-sender-missed', '/^(From'],
  ['header_checks', 'forged-sender-hits-own-mail', '/^(From'],
  ...['130/8', '187/8', '189/8', '200/7', '216/8'].map(net => ['firewall.sh', 'ipt-short-network', net] as const),
  ['firewall.sh', 'ipt-own-delivery-blocked', '-I OUTPUT -p tcp'],
  ['firewall.sh', 'ipt-udp-smtp', '-I OUTPUT -p udp'],
  ['firewall.sh', 'ipt-udp-smtp', '-I FORWARD -p udp'],
];

describe('the article’s own blocks', () => {
  let blocks: Article;
  before(function () {
    const found = article();
    if (!found) {
      console.log('    skipped: ../shared/seed is not there');
      this.skip();
    }
    blocks = found;
  });

  it('get each fault named at its line, with evidence where it rests on some', () => {
    const found = check(blocks.files);
    for (const [file, code, at] of expected) {
      const lines = (blocks.files[file] ?? '').split('\n');
      const here = found.filter(d => d.file === file && d.code === code);
      ok(
        here.some(d => lines[d.range.start.line]?.includes(at)),
        `${file}: ${code} at ${at}`,
      );
    }
    const replies = (blocks.files['firewall.sh'] ?? '').split('\n').flatMap((l, i) => (l.includes('–') ? [i] : []));
    equal(replies.length, 4);
    for (const line of replies) {
      const codes = found.filter(d => d.file === 'firewall.sh' && d.range.start.line === line).map(d => d.code);
      ok(codes.includes('ipt-refused') || codes.includes('pasted-punctuation'), `line ${line + 1}: ${codes.join()}`);
    }
    const evidence = (code: string) => found.find(d => d.code === code)?.evidence;
    equal(evidence('forged-sender-missed')?.header?.header, 'From: cliente@seudominio.com.br');
    match(evidence('forged-sender-hits-own-mail')?.header?.header ?? '', /^Received: .*\n\tby mx\.seudominio\.com\.br/);
    ok(evidence('ipt-own-delivery-blocked')?.packet);
  });

  it('are repaired by one command', () => {
    const names = ['main.cf', 'master.cf', 'header_checks', 'firewall.sh'];
    const fixed = cli('fix . --postfix-version 3.7', { files: blocks.files });
    const files = { ...blocks.files, ...Object.fromEntries(names.map(n => [n, fixed.file(n)])) };
    const left = new Set(check(files).map(d => d.code));
    const gone = [...new Set([...expected.map(([, code]) => code), 'ipt-refused', 'pasted-punctuation'])];
    deepEqual(
      gone.filter(code => left.has(code)),
      [],
    );
    const errors = new Set(
      check(blocks.files)
        .filter(d => d.severity === 'error')
        .map(d => d.code),
    );
    const after = check(files).filter(d => d.severity === 'error');
    deepEqual(
      after.filter(d => !errors.has(d.code)).map(d => d.code),
      [],
    );
  });

  it('are cleaned of the page’s spaces by one fix a file', () => {
    const found = check(blocks.asThePageHasThem);
    for (const file of ['master.cf', 'header_checks']) {
      ok(
        found.some(d => d.file === file && d.code === 'pasted-punctuation'),
        file,
      );
    }
    const fixed = cli('fix . --rule pasted-punctuation', { files: blocks.asThePageHasThem });
    for (const file of ['master.cf', 'header_checks']) ok(!fixed.file(file).includes('\u00a0'), file);
  });

  it('with their prompts kept are comments, and that is said', () => {
    const found = check({ 'firewall.sh': `#!/bin/sh\n${blocks.prompts}` });
    ok(found.some(d => d.code === 'ipt-prompt-pasted'));
  });
});

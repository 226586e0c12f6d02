import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cli } from '../../support/cli';

const files = {
  'etc/main.cf': 'myhostname = mx.example.com\nsmtpd_banner = $myhostname ESMTP\n',
  'etc/master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_banner=hello
smtp unix - - y - - smtp
`,
};
interface Shown {
  readonly site: string;
  readonly service: string | null;
  readonly settings: readonly { name: string; value: string; default: boolean; origin: unknown }[];
}
const shown = (argv: string) => cli(`show ${argv} --format json`, { files }).json<Shown>();
const named = ({ settings }: Shown, name: string) => settings.find(s => s.name === name);

describe('postfix-lint show', () => {
  it('prints what is set with its origin, then the defaults', () => {
    const { status, out } = cli('show --site etc', { files });
    equal(status, 0);
    match(
      out,
      /^# set\nmyhostname = mx\.example\.com {2}# etc\/main\.cf:1\nsmtpd_banner = mx\.example\.com ESMTP {2}# etc\/main\.cf:2\n# defaults\n/,
    );
    match(out, /\nqueue_directory = \/var\/spool\/postfix\n/);
  });

  it('shows what one service sees', () => {
    const submission = shown('submission --site etc');
    deepEqual([submission.site, submission.service], ['etc', 'submission/inet']);
    deepEqual(named(submission, 'smtpd_banner'), {
      name: 'smtpd_banner',
      value: 'hello',
      raw: 'hello',
      default: false,
      origin: { kind: 'option', file: 'etc/master.cf', line: 2 },
    });
    ok(!named(submission, 'smtp_host_lookup'), 'smtpd does not read it');
    equal(named(shown('smtp/unix --site etc'), 'smtp_host_lookup')?.value, 'dns');
    equal(shown('smtp --site etc').service, 'smtp/inet');
  });

  it('exits with 2 for an unknown service and where no site is', () => {
    match(cli('show submision --site etc', { files }).err, /no service submision: submission\?/);
    equal(cli('show submision --site etc', { files }).status, 2);
    equal(cli('show', { files: { 'a/main.cf': '', 'b/main.cf': '' } }).status, 2);
    equal(cli('show').status, 2);
  });

  it('shows the rules of a table, with pairs whose order decides', () => {
    const text =
      '/^Subject:.*big lottery/ DISCARD\n/^Subject:.*lottery/ REJECT\n/^Subject:.*lottery now/ REJECT\n/a^b/ OK\n';
    const { json, out } = cli('show regexp:hc --format json', { files: { hc: text } });
    const { complete, rules } = json<{ complete: boolean; rules: { shadowedBy: number[]; overlaps: unknown }[] }>();
    equal(complete, true, out);
    deepEqual(
      rules.map(r => [r.shadowedBy, r.overlaps]),
      [
        [[], []],
        [[], [{ line: 0, header: 'Subject:big lottery' }]],
        [[1], [{ line: 0, header: 'Subject:big lottery lottery now' }]],
        [[], []],
      ],
    );
    match(
      cli('show regexp:hc', { files: { hc: text } }).out,
      /^2 \/.*\n {4}catches: Subject:lottery\n {4}line 1 answers first: /m,
    );
    equal(cli('show pcre:none', { files: {} }).status, 2);
  });
});

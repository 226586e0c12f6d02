import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { definitionsAt } from '@postfix-tools/server/features/navigation/occurrences';
import { discover } from '@postfix-tools/server/model/discover';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { serviceSettings, servicesOf } from '@postfix-tools/server/model/services';
import { siteSettings } from '@postfix-tools/server/model/settings';
import { check } from '@postfix-tools/server/rules/driver';
import { setParameter } from '@postfix-tools/server/rules/edits';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { cursorIn, docText } from '../support/features';
import { siteOf } from '../support/site';

const base = `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = localhost
own = 1
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`;
const master = `smtp inet n - y - - smtpd
  -o smtpd_tls_security_level=may
`;

describe('overlays', () => {
  it('of mailcow are appended to the main.cf beside them', () => {
    const site = siteOf({ 'conf/postfix/main.cf': base, 'conf/postfix/extra.cf': 'own = 2\nmydestination = $own\n' });
    const setting = siteSettings(site).get('mydestination');
    equal(setting.value, '2');
    equal(setting.placeOf(0, 1)?.source.path, 'conf/postfix/extra.cf');
    equal(siteSettings(site).text('myhostname'), 'mx.example.com');
  });

  it('of docker-mailserver set parameters, also of single services', () => {
    const site = siteOf({
      'target/main.cf': base,
      'target/master.cf': master,
      'target/postfix-main.cf': 'myhostname = other.example.com\n',
      'target/postfix-master.cf': 'smtp/inet/smtpd_tls_security_level=encrypt\nsubmission/inet/own=3\n',
    });
    equal(siteSettings(site).text('myhostname'), 'other.example.com');
    const [smtp] = servicesOf(site);
    ok(smtp);
    const setting = serviceSettings(site, smtp).get('smtpd_tls_security_level');
    equal(setting.value, 'encrypt');
    const place = setting.placeOf(0, 7);
    equal(place && place.source.slice(place.span), 'encrypt');
    equal(serviceSettings(site, smtp).text('own'), '1');
  });

  it('set for a service what its line in master.cf does not', () => {
    const site = siteOf({
      'target/main.cf': base,
      'target/master.cf': 'smtp inet n - y - - smtpd\n',
      'target/postfix-master.cf':
        'smtp/inet/smtpd_tls_security_level=encrypt\nsmtp/inet/myhostname=over.example.org\nsmtp/inet/smtpd_tls_auth_only=maybe\n',
    });
    const [smtp] = servicesOf(site);
    ok(smtp);
    const settings = serviceSettings(site, smtp);
    deepEqual(
      ['smtpd_tls_security_level', 'myhostname', 'mydomain'].map(name => settings.text(name)),
      ['encrypt', 'over.example.org', 'example.org'],
    );
    match(trySession(site, { recipient: 'a@localhost' }).text ?? '', /smtpd_tls_auth_only/);
  });

  it('lie with the one site there is, wherever they are; with several sites they stay alone', () => {
    const sitesIn = (paths: Readonly<Record<string, string>>) =>
      discover(new MemoryFiles(Object.entries(paths).map(([path, text]) => new SourceText(path, text))), ['.']).sites;
    const overlay = { 'config/postfix-main.cf': 'myhostname = other.example.com\n' };
    const [site, ...more] = sitesIn({ 'target/postfix/main.cf': base, ...overlay });
    ok(site);
    deepEqual(more, []);
    equal(siteSettings(site).text('myhostname'), 'other.example.com');
    equal(sitesIn({ 'a/main.cf': base, 'b/main.cf': base, ...overlay }).length, 3);
  });

  it('change what is found: the mistake is told at the overlay, or mended by it', () => {
    const findings = (extra: string): string[] =>
      check(siteOf({ 'conf/postfix/main.cf': base, 'conf/postfix/extra.cf': extra }), rules)
        .filter(f => f.rule === 'relay-guard-missing')
        .map(f => f.source.path);
    deepEqual(findings('own = 2\n'), []);
    deepEqual(findings('smtpd_relay_restrictions = permit\n'), ['conf/postfix/extra.cf']);
  });

  it('are named by hover, definition and fixes', () => {
    const { site, source, offset } = cursorIn({
      'conf/postfix/main.cf': base.replace('localhost', '$‸own'),
      'conf/postfix/extra.cf': '# by hand\nown = 2\n',
    });
    match(docText(hoverAt(site, source, offset)?.doc), /Value: `2`\nset in extra\.cf line 2/);
    deepEqual(
      definitionsAt(site, source, offset).map(o => o.source.path),
      ['conf/postfix/extra.cf', 'conf/postfix/main.cf'],
    );
    deepEqual(
      setParameter(site, 'own', '3').map(e => [e.source.path, e.source.slice(e.span)]),
      [['conf/postfix/extra.cf', '2']],
    );
  });

  it('are fragments without a main.cf: hover says what they say, nothing is claimed of the rest', () => {
    const { site, source, offset } = cursorIn({ 'config/postfix-main.cf': 'own = 2\nmyorigin = $‸own\n' });
    match(docText(hoverAt(site, source, offset)?.doc), /Value: `2`\nset in postfix-main\.cf line 1/);
    deepEqual(
      check(site, rules).map(f => f.rule),
      [],
    );
  });
});

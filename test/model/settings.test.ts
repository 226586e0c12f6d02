import { deepEqual, equal, ok } from 'node:assert/strict';
import { serviceSettings, servicesOf } from '@postfix-tools/server/model/services';
import { siteSettings } from '@postfix-tools/server/model/settings';
import { candidatePaths, parseTableName, tableUses } from '@postfix-tools/server/model/tables';
import { siteOf } from '../support/site';

describe('settings', () => {
  // Each pair: a value of smtpd_banner, and what postconf -x of 3.7.11 prints for it.
  const measured: [string, string][] = [
    ['[${{$compatibility_level} <level {3.7} ? {lt} : {ge}}]', '[lt]'],
    ['[${{$compatibility_level}<level{3.7}?{lt}:{ge}}]', '[lt]'],
    ['[${{$a1}=={x}?eq:no}]', '[eq:no]'],
    ['[${{9} < {10}?{num}:{str}}]', '[num]'],
    ['[${{a9} < {a10}?{num}:{str}}]', '[str]'],
    ['[${{11} > {10}}]', '[true]'],
    ['[${{1} > {10}}]', '[]'],
    ['[${ a1 }]', '[x]'],
    ['[${a1?foo bar}|${a1:foo}|${a1?{x}}|${a1? {x} : {y} }|${empty:foo}|${empty?foo}]', '[foo bar||x|x|foo|]'],
    ['[${a1?x:y}]', '[x:y]'],
    ['[${empty?{x}:y}]', '[y]'],
    ['[${empty?{x}: y}]', '[ y]'],
    ['[${a1?{a{b}c}}]', '[a{b}c]'],
    ['[${a1?${mail_name}}]', '[Nm]'],
    ['[${ {x} == {x} ? {y} }]', '[y]'],
    ['[${{3.10} >=level {3.9}?{y}:{n}}]', '[y]'],
    ['[${a1 ?{x}:{y}}]', '[x]'],
    ['[${a1?}]|[${a1:}]', '[]|[]'],
    ['[${{a}=={b}:{no}}]', '[no]'],
    ['[${{a}=={b}?{no}}]', '[]'],
    ['[$$a1 $(a1)]', '[$a1 x]'],
  ];
  for (const [value, printed] of measured) {
    it(`expands ${value}`, () => {
      const main = `compatibility_level = 3.6\nmail_name = Nm\nempty =\na1 = x\nsmtpd_banner = ${value}\n`;
      const setting = siteSettings(siteOf({ 'main.cf': main })).get('smtpd_banner');
      equal(setting.value, printed);
      deepEqual(setting.problems, []);
    });
  }

  it('names what cannot be expanded', () => {
    const problems = (value: string) => siteSettings(siteOf({ 'main.cf': `x = ${value}\ny = $x\n` })).get('x').problems;
    deepEqual(problems('${nope}'), [{ kind: 'undefined', name: 'nope' }]);
    equal(problems('$y')[0]?.kind, 'loop');
    deepEqual(problems('a${b'), [{ kind: 'syntax', text: 'truncated macro reference: "a${b"' }]);
    deepEqual(problems('${a!x}'), [{ kind: 'syntax', text: 'attribute name syntax error at: "...a>>>!x"' }]);
  });

  it('knows no default where a template may set any name', () => {
    const level = (main: string) => siteSettings(siteOf({ 'main.cf': main })).get('compatibility_level').unknown;
    for (const filled of [
      '{% for k in o %}\n{{ k }} = {{ o[k] }}\n{% endfor %}',
      '{% for k in o %}{{ k }} = x{% endfor %}',
      '<%= @extra %>',
      '{% include "more.cf" %}',
    ]) {
      ok(level(`myhostname = mx.example.com\n${filled}\n`), filled);
      equal(level(`compatibility_level = 3.6\n${filled}\n`), undefined);
    }
    for (const plain of ['{{ ansible_managed | comment }}', '{% if x %}\nx = {{ y }}\n{% endif %}', 'a =\n  {{ b }}']) {
      equal(level(`${plain}\nmyhostname = mx.example.com\n`), undefined, plain);
    }
  });

  it('says where each word of an expanded list stands', () => {
    const site = siteOf({
      'main.cf':
        'compatibility_level = 3.6\nmine = permit_mynetworks,\n    reject\nsmtpd_client_restrictions = a $mine\n',
      'master.cf': 'smtp inet n - y - - smtpd\n  -o smtpd_client_restrictions=$mine,b,$smtpd_relay_restrictions\n',
    });
    const smtp = servicesOf(site)[0];
    ok(smtp);
    const words = serviceSettings(site, smtp).words('smtpd_client_restrictions');
    const shown = words.slice(0, 4).map(w => w.place && `${w.place.source.path}:${w.place.source.slice(w.place.span)}`);
    deepEqual(shown, [
      'main.cf:permit_mynetworks',
      'main.cf:reject',
      'master.cf:b',
      'master.cf:$smtpd_relay_restrictions',
    ]);
  });

  it('takes defaults by level and version, options over main.cf, the last of two', () => {
    const at = (main: string, version = '3.7') =>
      siteSettings(siteOf({ 'main.cf': main }, { postfixVersion: version }));
    equal(at('').text('smtpd_relay_restrictions'), '');
    equal(
      at('compatibility_level = 3.6').text('smtpd_relay_restrictions'),
      'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination',
    );
    equal(at('mydestination = a, b').text('relay_domains'), 'a, b');
    equal(at('compatibility_level = 2').text('relay_domains'), '');
    equal(at('', '3.8').text('smtpd_forbid_bare_newline'), 'no');
    equal(at('', '3.9').text('smtpd_forbid_bare_newline'), 'normalize');
    equal(at('soft_bounce = yes\nsoft_bounce = no').bool('soft_bounce'), false);
    equal(at('myhostname = mx.example.com.br').text('mydomain'), 'example.com.br');
    ok(at('').get('myhostname').unknown);
    ok(at('mydestination = {{ domains }}').get('mydestination').unknown);
    ok(at('myhostname = ${HOST}').get('myhostname').unknown);
  });
});

describe('tables', () => {
  it('opens wrappers', () => {
    const table = parseTableName('proxy:unionmap:{hash:/a, inline:{x = y}, pcre:/b}');
    deepEqual(
      [table?.type, table?.proxied, table?.members.map(m => `${m.type}|${m.name}`)],
      ['unionmap', true, ['hash|/a', 'inline|{x = y}', 'pcre|/b']],
    );
  });

  it('looks for files beside a copy, and in place on the live server', () => {
    const at = (folder: string) => candidatePaths(siteOf({ [`${folder}/main.cf`]: '' }), '/etc/postfix/header_checks');
    deepEqual(at('/etc/postfix'), ['/etc/postfix/header_checks']);
    deepEqual(at('repo/files'), ['repo/files/header_checks']);
    deepEqual(candidatePaths(siteOf({ '/repo/etc/postfix/main.cf': '' }), '/etc/aliases'), [
      '/repo/etc/aliases',
      '/repo/etc/postfix/aliases',
    ]);
  });

  it('lists what a site names, with its place', () => {
    const site = siteOf({
      'main.cf':
        'header_checks = pcre:$config_directory/hc\nsmtpd_sender_restrictions = check_sender_access inline:{{a = OK}, {b = REJECT}}\n',
      'master.cf': 'c unix n - y - 0 cleanup\n  -o body_checks=regexp:/etc/postfix/b\n',
    });
    deepEqual(
      tableUses(site).map(u => `${u.parameter} ${u.table.type}:${u.table.name} ${u.place?.source.path ?? ''}`),
      [
        'header_checks pcre:/etc/postfix/hc main.cf',
        'smtpd_sender_restrictions inline:{{a = OK}, {b = REJECT}} main.cf',
        'body_checks regexp:/etc/postfix/b master.cf',
      ],
    );
  });
});

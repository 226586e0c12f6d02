import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/any/carriage-returns';
import { format } from '@postfix-tools/server/text/message';
import { checkFix, findings } from '../../support/rules';

const found = (texts: Record<string, string>): string[] =>
  findings(rule, texts).map(
    f =>
      `${f.source.path}:${f.source.positionAt(f.span.start).line + 1} ${f.message.text.en.slice(0, 6)} ${f.severity} ${JSON.stringify(f.message.args['count'] ?? '').replace(/"/g, '')}`,
  );

describe('carriage-returns', () => {
  it('warns of scripts and dumps, once', () => {
    deepEqual(found({ 'fw.sh': '#!/bin/sh\niptables -F\r\niptables -X\r\n' }), ['fw.sh:2 {count warning 2']);
    deepEqual(found({ 'rules.v4': '*filter\r\nCOMMIT\r\n' }), ['rules.v4:1 {count warning 2']);
  });
  it('hints at the files of Postfix, which trims', () =>
    deepEqual(found({ 'main.cf': 'mynetworks = 127.0.0.0/8,\r\n  192.0.2.0/24\r\n', header_checks: '/a/ OK\r\n' }), [
      'header_checks:1 {count hint 1',
      'main.cf:1 {count hint 2',
    ]));
  it('warns where a CR is part of a value or pattern', () => {
    deepEqual(found({ 'main.cf': 'soft_bounce = no\rmyorigin = x\n' }), ['main.cf:1 Here a warning ']);
    deepEqual(found({ header_checks: '/a\r\n b/ OK\n' }), [
      'header_checks:1 Here a warning ',
      'header_checks:1 {count hint 1',
    ]);
    deepEqual(found({ 'main.cf': 'smtpd_banner = a\r\n  b\n' }).slice(0, 1), ['main.cf:1 Here a warning ']);
  });
  it('counts one line as one', () => {
    const said = (text: string) => findings(rule, { 'fw.sh': text }).map(f => format(f.message, 'pt-BR').slice(0, 26));
    deepEqual(said('#!/bin/sh\niptables -F\r\n'), ['1 linha termina com CR LF:']);
    deepEqual(said('#!/bin/sh\r\niptables -F\r\n'), ['2 linhas terminam com CR L']);
  });
  it('is silent without', () => deepEqual(found({ 'main.cf': 'a = b\n', 'fw.sh': '#!/bin/sh\niptables -F\n' }), []));
  it('writes Unix line ends', () => {
    checkFix(rule, { 'fw.sh': '#!/bin/sh\r\niptables -F\r\n' }, { 'fw.sh': '#!/bin/sh\niptables -F\n' });
    checkFix(rule, { 'main.cf': 'a = b\rc\n' }, { 'main.cf': 'a = bc\n' });
  });
});

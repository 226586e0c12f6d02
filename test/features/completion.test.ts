import assert from 'node:assert/strict';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { aboutItem } from '@postfix-tools/server/features/completion/resolve';
import { parameters } from '@postfix-tools/server/facts/parameters';
import { applyEdits } from '@postfix-tools/server/text/span';
import { cursorIn, docText } from '../support/features';

function labels(texts: Record<string, string>): string[] {
  const { site, source, offset } = cursorIn(texts);
  return completeAt(site, source, offset).map(i => i.label);
}

/** The text after one item was taken. */
function taken(texts: Record<string, string>, label: string): string {
  const { site, source, offset } = cursorIn(texts);
  const item = completeAt(site, source, offset).find(i => i.label === label);
  assert.ok(item, `${label} is not offered`);
  return applyEdits(source.text, [{ span: item.span, newText: item.newText }]).text;
}

function has(texts: Record<string, string>, ...wanted: string[]): void {
  const found = labels(texts);
  for (const label of wanted) assert.ok(found.includes(label), `${label} is not among ${found.slice(0, 40).join(' ')}`);
}

function lacks(texts: Record<string, string>, ...unwanted: string[]): void {
  const found = labels(texts);
  for (const label of unwanted) assert.ok(!found.includes(label), `${label} is offered`);
}

describe('completion: main.cf', () => {
  it('offers names that are not set yet', () => {
    has({ 'main.cf': 'myhostname = mx.example.com\nmy‸' }, 'mydomain', 'mynetworks');
    lacks({ 'main.cf': 'myhostname = mx.example.com\nmy‸' }, 'myhostname');
    assert.equal(taken({ 'main.cf': 'myd‸' }, 'mydestination'), 'mydestination = ');
    assert.equal(taken({ 'main.cf': 'myd‸ = x\n' }, 'mydestination'), 'mydestination = x\n');
  });

  it('knows where in a table of tables it is', () => {
    const nets = { 'etc/postfix/nets': '' };
    has({ 'main.cf': 'virtual_alias_maps = proxy:unionmap:{ ha‸' }, 'hash:');
    has({ 'main.cf': 'smtpd_client_restrictions = check_client_access pipemap:{ ‸' }, 'hash:');
    lacks({ 'main.cf': 'smtpd_client_restrictions = check_client_access pipemap:{ ‸' }, 'permit');
    has(
      { 'etc/postfix/main.cf': 'smtpd_client_restrictions = check_client_access { cidr:/etc/postfix/‸ }', ...nets },
      'nets',
    );
    has(
      {
        'etc/postfix/main.cf': 'smtpd_client_restrictions = check_client_access unionmap:{cidr:/etc/postfix/‸}',
        ...nets,
      },
      'nets',
    );
    assert.deepEqual(labels({ 'main.cf': 'virtual_alias_maps = inline:{ ‸' }), []);
    has({ 'main.cf': 'x = ${mydomain?{$my‸' }, 'myhostname');
    has({ 'main.cf': 'smtpd_client_restrictions = check_client_access inline:{ a=OK } ‸' }, 'permit_mynetworks');
  });

  it('offers the parameters that transports of master.cf have of their own', () => {
    has(
      { 'main.cf': 'spool_‸', 'master.cf': 'spool unix - n n - - pipe argv=/bin/x\n' },
      'spool_destination_recipient_limit',
    );
  });

  it('offers values by type', () => {
    has({ 'main.cf': 'smtpd_sasl_auth_enable = ‸\n' }, 'yes', 'no');
    has({ 'main.cf': 'smtpd_tls_security_level = ‸' }, 'may', 'encrypt', 'none');
    has({ 'main.cf': 'message_size_limit = ‸' }, '26214400');
    has({ 'main.cf': 'queue_run_delay = 5‸' }, '5m', '5h');
    has({ 'main.cf': 'smtp_tls_mandatory_protocols = ‸' }, '>=TLSv1.2');
  });

  it('does not offer a word of a list twice', () => {
    lacks({ 'main.cf': 'notify_classes = bounce, ‸' }, 'bounce');
  });

  it('offers $macros, own parameters among them', () => {
    has({ 'main.cf': 'own_list = x\nmydestination = $‸' }, 'own_list', 'myhostname');
    assert.equal(taken({ 'main.cf': 'mydestination = ${my‸}\n' }, 'mydomain'), 'mydestination = ${mydomain}\n');
  });

  it('offers restrictions, their arguments, and restriction classes', () => {
    const start = 'smtpd_restriction_classes = office\noffice = permit\nsmtpd_recipient_restrictions = ';
    has({ 'main.cf': `${start}‸` }, 'reject_unauth_destination', 'check_recipient_access', 'office');
    has({ 'main.cf': `${start}check_client_access ‸` }, 'hash:', 'cidr:');
    lacks({ 'main.cf': `${start}check_client_access ‸` }, 'permit');
    has({ 'main.cf': `${start}permit_mynetworks,\n    ‸` }, 'reject');
    lacks({ 'main.cf': `${start}permit_mynetworks,\n    ‸` }, 'permit_mynetworks');
    has({ 'main.cf': `${start}check_policy_service ‸` }, 'unix:');
  });

  it('offers table types, then files', () => {
    has({ 'main.cf': 'alias_maps = ‸' }, 'hash:', 'lmdb:', 'inline:');
    has({ 'etc/postfix/main.cf': 'transport_maps = hash:‸', 'etc/postfix/transport': 'a b\n' }, 'transport');
    const text = taken(
      { 'etc/postfix/main.cf': 'transport_maps = hash:/etc/postfix/tr‸', 'etc/postfix/transport': 'a b\n' },
      'transport',
    );
    assert.equal(text, 'transport_maps = hash:/etc/postfix/transport');
  });

  it('offers services for transports and for cleanup_service_name', () => {
    const master =
      'cleanup unix n - y - 0 cleanup\ncleanup25 unix n - y - 0 cleanup\nspool unix - n n - - pipe argv=/x\n';
    has({ 'main.cf': 'default_transport = ‸', 'master.cf': master }, 'spool');
    has({ 'main.cf': 'content_filter = ‸', 'master.cf': master }, 'spool');
    has({ 'main.cf': 'cleanup_service_name = ‸', 'master.cf': master }, 'cleanup25');
    lacks({ 'main.cf': 'cleanup_service_name = ‸', 'master.cf': master }, 'spool');
  });

  it('says nothing in a comment', () => {
    assert.deepEqual(labels({ 'main.cf': '# my‸' }), []);
  });

  it('gives every item its text when it is asked for', () => {
    const { site, source, offset } = cursorIn({ 'main.cf': '‸' });
    for (const item of completeAt(site, source, offset)) {
      assert.ok(item.about, item.label);
      assert.notEqual(docText(aboutItem(item.about, '3.7')), '', item.label);
    }
  });
});

describe('completion: master.cf', () => {
  const smtpd = 'smtp inet n - y - - smtpd\n  -o ';

  it('offers what a column can hold', () => {
    has({ 'master.cf': 'smtp ‸' }, 'inet', 'unix');
    has({ 'master.cf': 'smtp inet ‸' }, 'n', 'y', '-');
    has({ 'master.cf': 'smtp inet n - y - - ‸' }, 'smtpd', 'postscreen');
    has({ 'master.cf': '‸' }, 'submission', 'submissions');
  });

  it('offers for -o only what the program reads, and no name twice', () => {
    has({ 'master.cf': `${smtpd}‸` }, 'smtpd_tls_security_level', 'syslog_name');
    lacks({ 'master.cf': `${smtpd}‸` }, 'header_checks', 'smtp_tls_security_level');
    lacks({ 'master.cf': `${smtpd}syslog_name=x\n  -o ‸` }, 'syslog_name');
    assert.equal(parameters.get('header_checks')?.readBy?.includes('smtpd'), false);
  });

  it('offers values behind -o, braced or not', () => {
    has({ 'master.cf': `${smtpd}smtpd_tls_security_level=‸` }, 'encrypt');
    has({ 'master.cf': `${smtpd}smtpd_recipient_restrictions=permit_mynetworks,‸` }, 'reject');
    has({ 'master.cf': `${smtpd}{ smtpd_recipient_restrictions = check_client_access ‸` }, 'hash:');
    assert.equal(
      taken({ 'master.cf': `${smtpd}smtpd_tls_wr‸` }, 'smtpd_tls_wrappermode'),
      `${smtpd}smtpd_tls_wrappermode=`,
    );
  });

  it("offers a program's own words", () => {
    has({ 'master.cf': 'spool unix - n n - - pipe\n  ‸' }, 'flags=', 'user=', 'argv=', '-o');
    has({ 'master.cf': 'spool unix - n n - - pipe argv=/x $‸' }, '$recipient');
  });
});

describe('completion: tables', () => {
  const policies = (text: string, more = ''): Record<string, string> => ({
    'etc/postfix/main.cf': `smtp_tls_policy_maps = hash:/etc/postfix/policies\n${more}`,
    'etc/postfix/policies': text,
  });

  it('offers the levels of a TLS policy first, then the attributes that this level has', () => {
    has(policies('example.net ‸'), 'secure', 'dane-only');
    lacks(policies('example.net ‸'), 'match=');
    has(policies('example.net secure ‸'), 'match=', 'protocols=', 'ciphers=', 'tafile=');
    lacks(policies('example.net secure ciphers=high c‸'), 'ciphers=', 'secure');
    lacks(policies('example.net may ‸'), 'match=', 'tafile=');
    assert.deepEqual(labels(policies('example.net none ‸')), []);
    has(policies('example.net secure\n# more\n\t‸'), 'match=');
  });

  it('offers the words of an attribute, none of them twice', () => {
    has(policies('[mx.example.net]:587 encrypt protocols=‸'), '>=TLSv1.2');
    has(policies('example.net encrypt ciphers=‸'), 'high', 'medium');
    has(policies('example.net secure match=nexthop:‸'), 'dot-nexthop', 'hostname');
    lacks(policies('example.net secure match=nexthop:‸'), 'nexthop');
    assert.deepEqual(labels(policies('example.net fingerprint match=‸')), []);
    has(policies('example.net encrypt connection_reuse=‸'), 'yes');
    has(policies('example.net secure tafile=/etc/postfix/‸'), 'main.cf');
  });

  it('offers the replies that a parameter takes', () => {
    has({ 'main.cf': 'unverified_recipient_reject_code = ‸' }, '450', '550');
    assert.deepEqual(labels({ 'main.cf': 'access_map_defer_code = ‸' }), ['450', '451']);
    lacks({ 'main.cf': 'smtpd_forbid_bare_newline_reject_code = ‸' }, '450');
  });
});

import assert from 'node:assert/strict';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { cursorIn, docText } from '../support/features';

function hover(texts: Record<string, string>, lang: 'en' | 'pt-BR' = 'en'): string {
  const { site, source, offset } = cursorIn(texts);
  return docText(hoverAt(site, source, offset)?.doc, lang);
}

const master = `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
`;

describe('hover', () => {
  it('main.cf: a parameter, its effective value, its origin and the services that override it', () => {
    const text = hover({
      'etc/postfix/main.cf': 'mydomain = example.com\nmyorigin = $mydomain\nsmtpd_tls_security_level = ‸may\n'
        .replace('‸', '')
        .replace('myorigin', 'my‸origin'),
      'etc/postfix/master.cf': master,
    });
    assert.match(text, /Value: `example\.com`/);
    assert.match(text, /main\.cf line 2/);
    const level = hover({ 'main.cf': 'smtpd_tls_sec‸urity_level = may\n', 'master.cf': master });
    assert.match(level, /`submission inet`: `encrypt`/);
  });

  it('main.cf: a $macro shows its value', () => {
    assert.match(
      hover({ 'main.cf': 'mydomain = example.com\nmyorigin = $my‸domain\n' }),
      /`example\.com`|main\.cf line 1/,
    );
  });

  it('main.cf: an address says what it is', () => {
    assert.match(hover({ 'main.cf': 'mynetworks = 127.0.0.0/8 192.168.‸1.0/24\n' }), /256 addresses\nprivate/);
    assert.match(hover({ 'main.cf': 'mynetworks = [2001:db8‸::]/32\n' }), /documentation/);
    assert.match(hover({ 'main.cf': 'mynetworks = 20‸0.0.0.0/7\n' }), /public/);
  });

  it('main.cf: a restriction says what it does in its list', () => {
    const text = hover({
      'main.cf': 'relay_domains = example.net\nsmtpd_relay_restrictions = reject_unauth_‸destination\n',
    });
    assert.match(text, /relay guard/);
    assert.match(text, /relay_domains: `example\.net`/);
    const off = hover({ 'main.cf': 'smtpd_client_restrictions = permit_sasl_‸authenticated\n' });
    assert.match(off, /smtpd_sasl_auth_enable is off/);
    assert.match(off, /at RCPT TO/);
  });

  it('main.cf: a word of an enumeration', () => {
    assert.match(hover({ 'main.cf': 'smtpd_tls_security_level = en‸crypt\n' }), /STARTTLS/);
  });

  it('master.cf: a service, its port and its own settings; columns, programs and options', () => {
    const text = hover({ 'master.cf': master.replace('submission', 'sub‸mission') });
    assert.match(text, /587/);
    assert.match(text, /`smtpd_tls_security_level` = `encrypt`/);
    assert.match(hover({ 'master.cf': master.replace('smtpd', 'sm‸tpd') }), /access restrictions/);
    assert.match(hover({ 'master.cf': master.replace('inet', 'in‸et') }), /TCP/);
    assert.match(hover({ 'master.cf': master.replace('tls_sec', 'tls_‸sec') }), /set by `-o` of `submission`/);
  });

  it('speaks Portuguese', () => {
    assert.match(hover({ 'main.cf': 'mynetworks = 10.0‸.0.0/8\n' }, 'pt-BR'), /privada/);
  });

  it('main.cf: what an inline table answers', () => {
    const text = 'smtpd_client_restrictions = check_client_access inline:{ { 192.0.2.1 = rej‸ect no } }\n';
    assert.match(hover({ 'main.cf': text }), /REJECT/);
  });

  it('tables: ports of next hops, in keys too; what a TLS policy asks', () => {
    const using = (setting: string, text: string): string =>
      hover({ 'etc/postfix/main.cf': `${setting} = hash:/etc/postfix/t\n`, 'etc/postfix/t': text });
    assert.match(using('smtp_sasl_password_maps', '[mx.example.net]:58‸7 me:secret\n'), /submission/);
    assert.match(using('smtp_sasl_password_maps', 'mx.example.net:46‸5 me:secret\n'), /submissions/);
    assert.match(using('smtp_tls_policy_maps', '[mx.example.net]:58‸7 encrypt\n'), /submission/);
    assert.match(using('transport_maps', 'example.net smtp:[mx.example.net]:58‸7\n'), /submission/);
    assert.match(using('transport_maps', 'example.net lmtp:inet:[127.0.0.1]:2‸4\n'), /local mail transfer/);
    assert.match(using('sender_dependent_relayhost_maps', 'a@example.net [mx.example.net]:58‸7\n'), /submission/);
    assert.match(using('smtp_tls_policy_maps', 'example.net secure mat‸ch=nexthop\n'), /names that the certificate/);
    assert.match(using('smtp_tls_policy_maps', 'example.net secure match=x:next‸hop\n'), /destination/);
    assert.match(hover({ 'main.cf': 'unknown_address_reject_code = 45‸0\n' }), /tries again later/);
  });
});

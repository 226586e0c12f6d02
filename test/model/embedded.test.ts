import assert from 'node:assert/strict';
import fc from 'fast-check';
import { embeddedSettings } from '@postfix-tools/server/model/embedded';
import { fileKind } from '@postfix-tools/server/model/file-kind';
import { parseMainCf } from '@postfix-tools/server/syntax/main-cf/parse';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { applyEdits } from '@postfix-tools/server/text/span';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { cursorIn, docText } from '../support/features';
import { siteOf } from '../support/site';

function settings(path: string, text: string): string[] {
  const masked = embeddedSettings(new SourceText(path, text));
  return masked
    ? parseMainCf(masked).parameters.map(p => `${p.name}=${p.value}@${text.slice(p.nameSpan.start, p.nameSpan.end)}`)
    : [];
}

function findings(path: string, text: string): string[] {
  const site = siteOf({ [path]: text });
  return check(site, rules).map(f => `${f.rule} ${f.source.slice(f.span)}`);
}

const docker = `FROM debian
# RUN postconf -e 'ignored = 1'
RUN postconf -e 'smtpd_sasl_auth_enable = on' "myhostname=$NAME" mydomain=example.com \\
  'smtpd_tls_security_level = may' && postfix check
`;

describe('settings outside of main.cf', () => {
  it('are found behind postconf -e, where the shell leaves them as they are', () => {
    assert.deepEqual(settings('Dockerfile', docker), [
      'smtpd_sasl_auth_enable=on@smtpd_sasl_auth_enable',
      'mydomain=example.com@mydomain',
      'smtpd_tls_security_level=may@smtpd_tls_security_level',
    ]);
    assert.equal(fileKind('Dockerfile', docker), 'postconf');
    assert.equal(fileKind('setup.sh', '#!/bin/sh\npostconf -e "a = b"\n'), 'postconf');
    assert.equal(fileKind('setup.sh', '#!/bin/sh\npostconf -n\n'), undefined);
  });

  it('are found in service/type/name=value lines and in overlays', () => {
    const lines =
      '# docker-mailserver\nsubmission/inet/smtpd_tls_security_level=may\nsmtp/unix/smtp_bind_address = 192.0.2.1\n';
    assert.equal(fileKind('postfix-master.cf', lines), 'postconf');
    assert.deepEqual(
      settings('postfix-master.cf', lines).map(s => s.split('@')[0]),
      ['smtpd_tls_security_level=may', 'smtp_bind_address=192.0.2.1'],
    );
    assert.equal(fileKind('conf/postfix/extra.cf', 'myhostname = mx.example.com\n'), 'postconf');
    assert.equal(fileKind('other/extra.cf', 'a = b\n'), undefined);
    assert.deepEqual(settings('postfix-main.cf', 'a = b\n'), ['a=b@a']);
  });

  it('are checked like lines of main.cf, one by one', () => {
    assert.deepEqual(findings('Dockerfile', docker), ['invalid-value on']);
    assert.deepEqual(
      findings('postfix-master.cf', 'submission/inet/smtpd_use_tls=maybe\n').filter(f => f.startsWith('invalid')),
      ['invalid-value maybe'],
    );
    assert.deepEqual(findings('postfix-main.cf', 'mynetworks = 192.0.2.0/24\nmax_idle = soon\n'), [
      'invalid-value soon',
    ]);
  });

  it('are checked for restrictions and networks too, as far as the rest of the configuration cannot change it', () => {
    const found = (value: string): string[] => findings('setup.sh', `#!/bin/sh\npostconf -e '${value}'\n`);
    const list = 'smtpd_recipient_restrictions = permit_mynetworks, ';
    assert.deepEqual(found(`${list}reject_unauth_destinations`), ['unknown-restriction reject_unauth_destinations']);
    assert.deepEqual(found(`${list}office_hours`), []);
    assert.deepEqual(found(`${list}check_client_access`), ['restriction-argument check_client_access']);
    assert.deepEqual(found('mynetworks = 0.0.0.0/0'), ['mynetworks-too-wide 0.0.0.0/0']);
    assert.deepEqual(found('mynetworks = 192.168.1.1/24'), ['mynetworks-bad-network 192.168.1.1/24']);
    assert.deepEqual(found('alias_maps = hahs:/etc/aliases'), ['table-type-unknown hahs:/etc/aliases']);
  });

  it('are mended in the file that holds them', () => {
    const site = siteOf({ 'setup.sh': "#!/bin/sh\npostconf -e 'smtpd_relay_restriction = permit_mynetworks'\n" });
    const [finding] = check(site, rules);
    const fix = finding?.fixes[0];
    assert.ok(finding && fix);
    const edits = fix.edits.map(e => ({ span: e.span, newText: e.newText }));
    assert.match(applyEdits(finding.source.text, edits).text, /'smtpd_relay_restrictions = permit_mynetworks'/);
  });

  it('are completed and explained', () => {
    const labels = (path: string, text: string): string[] => {
      const { site, source, offset } = cursorIn({ [path]: text });
      return completeAt(site, source, offset).map(i => i.label);
    };
    assert.ok(labels('setup.sh', "#!/bin/sh\npostconf -e 'myh‸'\n").includes('myhostname'));
    assert.ok(labels('setup.sh', "#!/bin/sh\npostconf -e 'smtpd_sasl_auth_enable = ‸x'\n").includes('yes'));
    assert.ok(
      labels('postfix-master.cf', 'smtp/unix/smtp_tls_security_level=x\nsubmission/inet/smtpd_tls_‸\n').includes(
        'smtpd_tls_security_level',
      ),
    );
    const { site, source, offset } = cursorIn({ 'conf/postfix/extra.cf': 'mydest‸ination = example.com\n' });
    assert.match(docText(hoverAt(site, source, offset)?.doc), /delivered to users of this machine/);
    const script = cursorIn({ 'setup.sh': "#!/bin/sh\npostconf -e 'my‸hostname = mx.example.com'\n" });
    assert.match(docText(hoverAt(script.site, script.source, script.offset)?.doc), /setup\.sh line 2/);
  });

  it('have the length of the file, whatever stands in it', () => {
    const words = fc.constantFrom(
      'postconf -e ',
      "'",
      '"',
      'a = b',
      'a=b',
      ' ',
      '\n',
      '\\\n',
      '$x',
      '#',
      'smtp/inet/',
      ';',
      'é',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), parts => {
        for (const path of ['Dockerfile', 'postfix-master.cf']) {
          const text = parts.join('');
          const masked = embeddedSettings(new SourceText(path, text));
          if (!masked) continue;
          assert.equal(masked.text.length, text.length);
          for (let i = 0; i < text.length; i++) assert.ok(masked.text[i] === '\n' || masked.text[i] === text[i]);
        }
      }),
    );
  });
});

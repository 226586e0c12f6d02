import assert from 'node:assert/strict';
import { incoming, outgoing, prepareCalls } from '@postfix-tools/server/features/call-hierarchy';
import { lensAsks, lensesOf, lensText } from '@postfix-tools/server/features/code-lens';
import { signatureAt } from '@postfix-tools/server/features/signature-help';
import { format } from '@postfix-tools/server/text/message';
import { cursorIn } from '../support/features';

function form(path: string, text: string): string | undefined {
  const { site, source, offset } = cursorIn({ [path]: text });
  const found = signatureAt(site, source, offset);
  const part = found?.parts[found.active];
  return found && part && `${found.label}|${found.label.slice(part.start, part.end)}`;
}

function lenses(texts: Record<string, string>): string[] {
  const { site, source } = cursorIn(texts);
  return lensesOf(site, source).map(l => `${source.slice(l.span)}: ${format(lensText(site, source, l), 'en')}`);
}

const guarded = `myhostname = mx.example.com
mydestination = example.com
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
own_list = reject_non_fqdn_sender
smtpd_sender_restrictions = $own_list
`;
const master = `smtp inet n - n - - smtpd
  -o cleanup_service_name=cleanup25
cleanup25 unix n - n - 0 cleanup
`;

describe('signature help', () => {
  it('main.cf: the argument of a restriction, the name behind a table type', () => {
    assert.equal(
      form('main.cf', 'smtpd_client_restrictions = check_client_access ‸'),
      'check_client_access type:name|type:name',
    );
    assert.equal(form('main.cf', 'alias_maps = hash:‸'), 'hash:/path|/path');
    assert.equal(form('main.cf', 'myhostname = ‸'), undefined);
  });
  it('master.cf: the columns of a service', () => {
    const columns = 'service type private unprivileged chroot wakeup maxproc command arguments…';
    assert.equal(form('master.cf', 'smtp inet n - ‸'), `${columns}|chroot`);
    assert.equal(form('master.cf', 'smtp ‸'), `${columns}|type`);
  });
  it('scripts and dumps: the value of an option', () => {
    assert.equal(form('fw.sh', '#!/bin/sh\niptables -A INPUT -p tcp --dport ‸'), '--dport port[:port]|port[:port]');
    assert.equal(
      form('rules.v4', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s ‸\nCOMMIT\n'),
      '-s address[/mask][,…]|address[/mask][,…]',
    );
  });
});

describe('code lens', () => {
  it('master.cf: what strangers can do at a service, and who uses an internal one', () => {
    const found = lenses({ 'main.cf': guarded, 'master.cf': `‸${master}` });
    assert.deepEqual(found, [
      'smtp: strangers: own recipients only, relay stopped by reject_unauth_destination, main.cf:5',
      'cleanup25: used once',
    ]);
    const open = guarded.replace('reject_unauth', 'check_client_access static:OK, reject_unauth');
    assert.match(lenses({ 'main.cf': open, 'master.cf': `‸${master}` })[0] ?? '', /OPEN RELAY/);
    const dead = guarded.replace('reject_unauth_destination', 'permit');
    assert.match(lenses({ 'main.cf': dead, 'master.cf': `‸${master}` })[0] ?? '', /serves nobody/);
  });
  it('a lens over a listener can be asked for its session', () => {
    const { site, source } = cursorIn({ 'main.cf': guarded, 'master.cf': `‸${master}` });
    const [lens] = lensesOf(site, source);
    assert.ok(lens);
    const asks = lensAsks(site, source, lens);
    assert.equal(asks?.kind, 'session');
    assert.match(JSON.stringify(asks?.questions), /"service":"smtp"/);
  });
  it('main.cf: how often an own parameter is used', () => {
    assert.deepEqual(lenses({ 'main.cf': `‸${guarded}`, 'master.cf': master }), ['own_list: used once']);
  });
  it('scripts and dumps: how often a chain is used', () => {
    const dump = '‸*filter\n:INPUT ACCEPT [0:0]\n:own - [0:0]\n-A INPUT -j own\n-A INPUT -s 192.0.2.1 -j own\nCOMMIT\n';
    const uses = (texts: Record<string, string>) => lenses(texts).filter(text => /used/.test(text));
    assert.deepEqual(uses({ 'rules.v4': dump }), ['INPUT: used 2 times', 'own: used 2 times']);
    assert.deepEqual(uses({ 'fw.sh': '‸#!/bin/sh\niptables -N own\niptables -A INPUT -j own\n' }), ['own: used once']);
  });
});

describe('call hierarchy', () => {
  const ways = (texts: Record<string, string>): { name: string; to: string[]; from: string[] } => {
    const { site, source, offset } = cursorIn(texts);
    const node = prepareCalls(site, source, offset);
    assert.ok(node);
    return {
      name: node.name,
      to: outgoing(site, node.symbol).map(c => c.node.name),
      from: incoming(site, node.symbol).map(c => c.node.name),
    };
  };
  it('master.cf: the way of mail from service to service', () => {
    assert.deepEqual(ways({ 'main.cf': guarded, 'master.cf': `sm‸${master.slice(2)}` }), {
      name: 'smtp',
      to: ['cleanup25'],
      from: [],
    });
    const from = ways({ 'main.cf': 'content_filter = scan:x\n', 'master.cf': 'sc‸an unix - - n - 10 smtp\n' });
    assert.deepEqual(from, { name: 'scan', to: [], from: ['content_filter'] });
  });
  it('scripts and dumps: from chain to chain', () => {
    const script = '#!/bin/sh\niptables -N own\niptables -A INPUT -j own\niptables -A own -j DROP\n';
    assert.deepEqual(ways({ 'fw.sh': script.replace('-N o', '-N ‸o') }), { name: 'own', to: [], from: ['INPUT'] });
    const dump = '*filter\n:INPUT ACCEPT [0:0]\n:own - [0:0]\n-A ‸INPUT -j own\nCOMMIT\n';
    assert.deepEqual(ways({ 'rules.v4': dump }), { name: 'INPUT', to: ['own'], from: [] });
  });
});

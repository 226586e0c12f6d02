import { deepEqual, equal, ok } from 'node:assert/strict';
import { isIP } from 'node:net';
import * as fc from 'fast-check';
import {
  formatIp,
  inNetwork,
  mailhostAddr,
  maskIp,
  parseCidr,
  parseIp,
  validHostaddr,
  validHostname,
  validMailhostLiteral,
} from '@postfix-tools/server/analysis/lookup/ip';

describe('addresses', () => {
  it('are read as inet_pton does, printed as the kernel does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => {
        const bytes = parseIp(text);
        ok(bytes, text);
        const printed = formatIp(bytes);
        equal(isIP(printed), bytes.length === 4 ? 4 : 6);
        deepEqual(parseIp(printed), bytes);
      }),
    );
    equal(formatIp(parseIp('2001:DB8:0:0:1:0:0:1') ?? []), '2001:db8::1:0:0:1');
    equal(formatIp(parseIp('::ffff:192.0.2.1') ?? []), '::ffff:c000:201');
    for (const bad of ['1.2.3', '1.2.3.04', '256.0.0.1', '1::2::3', '12345::', '::1%eth0', '', ':1:2:3:4:5:6:7']) {
      equal(parseIp(bad), undefined, bad);
    }
  });
  it('lie in the networks that their first bits say', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (text, bits) => {
        const bytes = parseIp(text) ?? [];
        const net = { bytes: maskIp(bytes, bits), bits };
        ok(inNetwork(bytes, net));
        deepEqual(parseCidr(`${formatIp(net.bytes)}/${bits}`), net);
        if (bits > 0)
          equal(
            inNetwork(
              bytes.map((b, i) => (i === 0 ? b ^ 128 : b)),
              net,
            ),
            false,
          );
      }),
    );
    equal(inNetwork(parseIp('::1') ?? [], { bytes: [0, 0, 0, 0], bits: 0 }), false);
  });
  it('name what is wrong with a network as Postfix does', () => {
    equal(
      parseCidr('127.0.0.1/8'),
      'non-null host address bits in "127.0.0.1/8", perhaps you should use "127.0.0.0/8" instead',
    );
    equal(parseCidr('130/8'), 'bad network value in "130/8"');
    equal(parseCidr('10.0.0.0/33'), 'bad mask length in "10.0.0.0/33"');
    equal(parseCidr('10.0.0.0/255.0.0.0'), 'bad mask value in "10.0.0.0/255.0.0.0"');
    deepEqual(parseCidr('[2001:db8::]/32'), parseCidr('[2001:db8::/32]'));
  });
  it('know host names from addresses', () => {
    for (const good of ['example.com', 'a_b.example', 'x', '1a.2']) ok(validHostname(good), good);
    for (const bad of [
      '',
      'example.com.',
      '.example',
      'a..b',
      '-a.example',
      'a-.example',
      '1.2.3.4',
      'a b',
      'x'.repeat(64),
    ]) {
      equal(validHostname(bad), false, bad);
    }
    ok(validHostaddr('192.0.2.1') && validHostaddr('::1') && validHostaddr('0.0.0.0'));
    equal(validHostaddr('0.1.2.3'), false);
    equal(mailhostAddr('IPv6:::1'), '::1');
    equal(mailhostAddr('::1'), undefined);
    ok(validMailhostLiteral('[192.0.2.1]'));
    equal(validMailhostLiteral('[192.0.2.1]x'), false);
  });
});

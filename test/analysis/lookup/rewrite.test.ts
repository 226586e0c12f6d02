import { deepEqual, equal } from 'node:assert/strict';
import * as fc from 'fast-check';
import { rewriteAddress, stripLocal, type RewriteSettings } from '@postfix-tools/server/analysis/lookup/rewrite';
import { internalize, parse, quoteLocal, scan, unquoteLocal } from '@postfix-tools/server/analysis/lookup/tok822';
import { extractAddress, splitCommand } from '@postfix-tools/server/analysis/smtp/command-line';

const settings: RewriteSettings = {
  myorigin: 'mx.example',
  mydomain: 'example',
  myhostname: 'mx.example',
  appendAtMyorigin: true,
  appendDotMydomain: false,
  swapBangpath: true,
  percentHack: true,
  resolveDequoted: true,
  resolveNullDomain: false,
  resolveNumericDomain: false,
  smtputf8: true,
  emptyAddress: 'MAILER-DAEMON',
};

const anyText = fc.string({ unit: fc.constantFrom(...'ab.@%!"\\()<>[],;: \t1'), maxLength: 24 });

describe('addresses', () => {
  it('are rewritten to user@domain', () => {
    const cases: [string, string][] = [
      ['alice', 'alice@mx.example'],
      ['a%b', 'a@b'],
      ['b!a', 'a@b'],
      ['c!b!a', 'b!a@c'],
      ['@x:a@b', 'a@b'],
      ['a@b.', 'a@b'],
      ['', ''],
    ];
    for (const [given, want] of cases) equal(rewriteAddress(given, settings), want, given);
    equal(rewriteAddress('a@b', { ...settings, appendDotMydomain: true }), 'a@b.example');
    equal(rewriteAddress('a%b', { ...settings, percentHack: false }), 'a%b@mx.example');
  });
  it('lose their local domains until a remote one shows', () => {
    const local = (domain: string): boolean => domain.toLowerCase() === 'mx.example';
    const strip = (address: string, more: Partial<RewriteSettings> = {}) => {
      const found = stripLocal(address, { ...settings, ...more }, local);
      return (
        found && { recipient: found.recipient, local: found.local, routed: found.routed, malformed: found.malformed }
      );
    };
    deepEqual(strip('v%far.example@mx.example'), {
      recipient: 'v@far.example',
      local: false,
      routed: false,
      malformed: false,
    });
    deepEqual(strip('v%far.example@mx.example', { percentHack: false }), {
      recipient: 'v%far.example@mx.example',
      local: true,
      routed: true,
      malformed: false,
    });
    deepEqual(strip('v%x@far.example'), { recipient: 'v%x@far.example', local: false, routed: true, malformed: false });
    deepEqual(strip('v@far.example@mx.example'), {
      recipient: 'v@far.example',
      local: false,
      routed: false,
      malformed: false,
    });
    deepEqual(strip('a@b@mx.example', { resolveDequoted: false }), {
      recipient: 'a@b@mx.example',
      local: true,
      routed: true,
      malformed: false,
    });
    deepEqual(strip('a@b..c')?.malformed, true);
    deepEqual(strip('a@[192.0.2.1]')?.malformed, false);
    deepEqual(strip('a@1.2.3.4', { resolveNumericDomain: true })?.recipient, 'a@[1.2.3.4]');
  });
  it('any text is scanned, parsed, rewritten and stripped without a throw', () => {
    fc.assert(
      fc.property(anyText, text => {
        internalize(scan(text));
        internalize(parse(text));
        rewriteAddress(text, settings);
        const found = stripLocal(text, settings, domain => domain.length < 3);
        if (found) equal(found.recipient.includes('@'), true);
        extractAddress(`<${text}>`, false, true);
        splitCommand(text);
      }),
    );
  });
  it('quoting is undone by unquoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.%!"\\ (),'), minLength: 1, maxLength: 12 }), local => {
        equal(unquoteLocal(quoteLocal(`${local}@example.com`)), `${local}@example.com`);
      }),
    );
  });
  it('are taken out of a command as smtpd does', () => {
    deepEqual(
      splitCommand('RCPT TO:<a b@c> X').map(w => w.text),
      ['RCPT', 'TO:', '<a b@c>', 'X'],
    );
    equal(splitCommand('RCPT TO:<"a>')[2]?.broken, true);
    equal(extractAddress('<@a,@b:c@d>', false, false), 'c@d');
    equal(extractAddress('<a (comment) @b>', false, false), 'a@b');
    equal(extractAddress('<a@b, c@d>', false, false), undefined);
    equal(extractAddress('<Name <a@b>>', true, false), undefined);
    equal(extractAddress('<>', false, false), undefined);
    equal(extractAddress('<>', false, true), '');
  });
});

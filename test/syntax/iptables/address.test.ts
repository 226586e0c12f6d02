import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import {
  masked,
  prefixLength,
  prefixMask,
  printAddress,
  printBlock,
  readDottedIPv4,
  readInetAton,
  readIPv6,
  readMask,
  readShortIPv4,
  readUnsigned,
} from '@postfix-tools/server/syntax/iptables/address';
import type { Address } from '@postfix-tools/server/syntax/iptables/rule';

const word = fc.integer({ min: 0, max: 0xffffffff });

describe('addresses', () => {
  it('fills short forms from the left, as iptables does', () => {
    const short = (text: string) => {
      const address = readShortIPv4(text);
      return address && printAddress(address);
    };
    equal(short('130'), '130.0.0.0');
    equal(short('10.1'), '10.1.0.0');
    equal(short('010.0.0.1'), '8.0.0.1');
    equal(short('0x0a.1.2.3'), '10.1.2.3');
    equal(short('256.1.1.1'), undefined);
    equal(short('1..2'), undefined);
  });
  it('lets the last part fill the rest, as inet_aton does', () => {
    deepEqual(readInetAton('10.1'), [0x0a000001]);
    deepEqual(readInetAton('4294967295'), [0xffffffff]);
    equal(readInetAton('1.2.3.4.5'), undefined);
  });
  it('reads numbers with base 0', () => {
    equal(readUnsigned('0x19', 0, 65535), 25);
    equal(readUnsigned('031', 0, 65535), 25);
    equal(readUnsigned(' +25', 0, 65535), 25);
    equal(readUnsigned('08', 0, 65535), undefined);
    equal(readUnsigned('-1', 0, 65535), undefined);
    equal(readUnsigned('25x', 0, 65535), undefined);
  });
  it('reads masks as a length or written out, with or without gaps', () => {
    equal(printBlock(masked([0x01020304], readMask('255.0.255.0', 4) ?? [])), '1.0.3.0/255.0.255.0');
    equal(printBlock(masked([0x01020304], readMask('0x18', 4) ?? [])), '1.2.3.0/24');
    equal(readMask('33', 4), undefined);
    equal(readMask('255.255', 4), undefined);
    equal(printBlock(masked(readIPv6('2001:db8::1') ?? [], readMask('ffff::ff', 6) ?? [])), '2001::1/ffff::ff');
  });
  it('prints what it reads (law)', () => {
    fc.assert(fc.property(word, value => deepEqual(readDottedIPv4(printAddress([value])), [value])));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), words =>
        deepEqual(readIPv6(printAddress(words)), [...words] as Address),
      ),
    );
  });
  it('knows prefixes from masks with gaps (law)', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 128 }), bits => equal(prefixLength(prefixMask(bits, 6)), bits)));
    equal(prefixLength([0xff00ff00]), undefined);
  });
  it('takes no more for IPv6 than inet_pton', () => {
    for (const text of ['1::2::3', '1:2', '::1%eth0', '[::1]', '1:2:3:4:5:6:7:8:9', 'g::', '::1.2.3'])
      equal(readIPv6(text), undefined);
  });
});

import { deepEqual, equal } from 'node:assert/strict';
import * as fc from 'fast-check';
import { explore } from '@postfix-tools/server/analysis/doubt';
import {
  addressKeys,
  domainKeys,
  findAddress,
  Maps,
  recipientStrategy,
  stripExtension,
  type AddressSearch,
  type Strategy,
} from '@postfix-tools/server/analysis/lookup/maps';

const search: AddressSearch = {
  delimiters: '+',
  ownreqSpecial: true,
  doubleBounce: 'double-bounce',
  myorigin: 'example.com',
  isLocal: domain => domain === 'local.example',
};

/** The keys that a search asks for, in their order. */
function keys(address: string, strategy: Strategy): string[] {
  const asked: string[] = [];
  const maps = new Maps([{ spec: 't', fixed: true, lookup: key => (asked.push(key), { kind: 'none' }) }]);
  explore(ask => findAddress(maps, address, strategy, search, ask), 1);
  return asked;
}

const access: Strategy = { localPartIfLocal: false, atDomain: false, domain: 'parents', localPartAt: true };

describe('the keys that tables are asked for', () => {
  it('recipient tables', () => {
    deepEqual(keys('u+x@local.example', recipientStrategy), [
      'u+x@local.example',
      'u@local.example',
      'u+x',
      'u',
      '@local.example',
    ]);
    deepEqual(keys('u@far.example', recipientStrategy), ['u@far.example', '@far.example']);
    deepEqual(keys('a b@far.example', recipientStrategy), ['"a b"@far.example', 'a b@far.example', '@far.example']);
  });
  it('access tables', () => {
    deepEqual(keys('u+x@a.b.c', access), ['u+x@a.b.c', 'u@a.b.c', 'a.b.c', 'b.c', 'c', 'u+x@', 'u@']);
    deepEqual(keys('u@a.b.c', { ...access, domain: 'dotted-parents' }), ['u@a.b.c', 'a.b.c', '.b.c', '.c', 'u@']);
  });
  it('pattern tables are asked for whole addresses only', () => {
    const asked: string[] = [];
    const maps = new Maps([{ spec: 't', fixed: false, lookup: key => (asked.push(key), { kind: 'none' }) }]);
    explore(ask => findAddress(maps, 'u+x@a.b', access, search, ask), 1);
    deepEqual(asked, ['u+x@a.b']);
  });
  it('names and addresses', () => {
    deepEqual(domainKeys('a.b.c', true), ['a.b.c', 'b.c', 'c']);
    deepEqual(domainKeys('a.b.c', false), ['a.b.c', '.b.c', '.c']);
    deepEqual(domainKeys('', true), []);
    deepEqual(addressKeys('192.0.2.1'), ['192.0.2.1', '192.0.2', '192.0', '192']);
    deepEqual(addressKeys('2001:db8::1'), ['2001:db8::1', '2001:db8:', '2001:db8', '2001']);
  });
  it('extensions are not taken off the system addresses', () => {
    equal(stripExtension('u+x@d', search), 'u@d');
    equal(stripExtension('+x@d', search), undefined);
    equal(stripExtension('postmaster@d', { ...search, delimiters: 's' }), undefined);
    equal(stripExtension('owner-list@d', { ...search, delimiters: '-' }), undefined);
    equal(stripExtension('list-request@d', { ...search, delimiters: '-' }), undefined);
    equal(stripExtension('list-request@d', { ...search, delimiters: '-', ownreqSpecial: false }), 'list@d');
  });
  it('any address, any delimiter: the first key is the address', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z+-]{1,8}$/), fc.domain(), (local, domain) => {
        equal(keys(`${local}@${domain}`, access)[0], `${local}@${domain}`);
      }),
    );
  });
});

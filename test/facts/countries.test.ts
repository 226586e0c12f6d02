import { deepEqual, equal, ok } from 'node:assert/strict';
import { brazilian, Country, countrySource } from '@postfix-tools/server/facts/countries';

const packed = (...ranges: [number, number][]) => {
  let end = 0;
  return ranges
    .map(([from, to]) => {
      const gap = from - end;
      end = to + 1;
      return `${gap.toString(36)} ${(to + 1 - from).toString(36)}`;
    })
    .join(' ');
};

describe('facts/countries', () => {
  const country = new Country(packed([256, 511], [768, 1023]));

  it('counts the addresses of a country in a network', () => {
    equal(country.size, 512);
    equal(country.within({ first: 0, bits: 0 }), 512);
    equal(country.within({ first: 0, bits: 22 }), 512);
    equal(country.within({ first: 256, bits: 25 }), 128);
    equal(country.within({ first: 512, bits: 24 }), 0);
    equal(country.within({ first: 511, bits: 32 }), 1);
  });

  it('covers a country by no more networks than may be', () => {
    deepEqual(country.cover(2), [
      { first: 256, bits: 24 },
      { first: 768, bits: 24 },
    ]);
    deepEqual(country.cover(1), [{ first: 0, bits: 22 }]);
  });

  it('Brazil: known blocks, and a cover of 2,000 networks that holds all of it with little else', () => {
    const brazil = brazilian();
    // 200.128.0.0/9 is LACNIC space that registro.br hands out; 8.8.8.0/24 is not.
    ok(brazil.within({ first: 200 * 2 ** 24 + 128 * 2 ** 16, bits: 9 }) > 2 ** 22);
    equal(brazil.within({ first: 0x08080800, bits: 24 }), 0);
    const cover = brazil.cover(2000);
    ok(cover.length <= 2000);
    equal(
      cover.reduce((sum, network) => sum + brazil.within(network), 0),
      brazil.size,
    );
    ok(cover.reduce((sum, { bits }) => sum + 2 ** (32 - bits), 0) < brazil.size * 1.1);
  });

  it('says where it has its numbers from', () => {
    ok(/^\d{4}-\d\d-\d\d$/.test(countrySource.date));
    ok(countrySource.licence.includes('CC BY 4.0'));
  });
});

// Makes server/src/facts/country-br.json, the IPv4 addresses of a country, from the package @ip-location-db/geo-whois-asn-country:
//   npm install --prefix FOLDER @ip-location-db/geo-whois-asn-country
//   node scripts/facts/country.mjs FOLDER/node_modules/@ip-location-db/geo-whois-asn-country BR
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, country] = process.argv;
if (!folder || !/^[A-Z]{2}$/.test(country ?? '')) throw new Error('usage: country.mjs PACKAGE-FOLDER COUNTRY');

const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const date = /(\d{4})(\d{2})(\d{2})\d*$/.exec(version);

const ranges = [];
for (const line of readFileSync(join(folder, 'geo-whois-asn-country-ipv4-num.csv'), 'utf8').split('\n')) {
  const [from, to, code] = line.trim().split(',');
  if (code !== country) continue;
  const last = ranges.at(-1);
  if (last && last.to + 1 >= Number(from)) last.to = Math.max(last.to, Number(to));
  else ranges.push({ from: Number(from), to: Number(to) });
}
if (ranges.length === 0) throw new Error(`no address of ${country} in ${folder}`);

// Each range as its distance from the end of the one before and its length, in base 36.
let end = 0;
const numbers = ranges.map(({ from, to }) => {
  const gap = from - end;
  end = to + 1;
  return `${gap.toString(36)} ${(to + 1 - from).toString(36)}`;
});
const table = {
  country,
  source: `${name} ${version}`,
  date: date ? `${date[1]}-${date[2]}-${date[3]}` : version,
  licence: `${license} (package); data: Number Resource Organization (nro.net), CC BY 4.0`,
  ranges: numbers.join(' '),
};
writeFileSync(
  new URL(`../../server/src/facts/country-${country.toLowerCase()}.json`, import.meta.url),
  `${JSON.stringify(table, null, 2)}\n`,
);

// Makes server/src/facts/parameters.json from a table of parameters (name, default, since, type, readers, removal, tab-separated)
// and from what an installed Postfix 3.7 answers to `postconf -d`:
//   node scripts/facts/parameters.mjs TABLE.tsv POSTCONF-D.txt
import { readFileSync, writeFileSync } from 'node:fs';

const [, , table, defaults] = process.argv;
if (!table || !defaults) throw new Error('usage: parameters.mjs TABLE.tsv POSTCONF-D.txt');

/** Defaults of the machine that was asked, not of Postfix: its names, its build. */
const ofTheMachine = new Set([
  'mydomain',
  'myhostname',
  'mynetworks',
  'config_directory',
  'process_id',
  'process_name',
  'service_name',
]);

const asked = new Map();
for (const line of readFileSync(defaults, 'utf8').split('\n')) {
  const at = line.indexOf(' =');
  if (at > 0) asked.set(line.slice(0, at), line.slice(at + 2).trim());
}

/** `Postfix ≥ 3.9: a; Postfix < 3.9: b` as [[since, value], …], oldest first; undefined where there are no versions. */
function byVersion(text) {
  const parts = [...text.matchAll(/Postfix (≥|<)? ?(\d+\.\d+): ([^,;]*)/g)];
  if (parts.length === 0) return undefined;
  return parts
    .map(([, sign, version, value]) => [sign === '≥' ? version : '0', value.trim() === 'empty' ? '' : value.trim()])
    .sort((a, b) => Number(a[0] !== '0') - Number(b[0] !== '0'));
}

const out = {};
for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
  if (!line) continue;
  const [name, text, since, type, readBy, removed] = line.split('\t');
  const entry = {};
  const versions = byVersion(text);
  const now = asked.get(name);
  if (!ofTheMachine.has(name)) {
    if (versions && !now?.includes('$compatibility_level')) {
      if (now !== undefined && !versions.some(([v]) => v === '0')) versions.unshift(['0', now]);
      entry.defaults = versions;
    } else if (now !== undefined) entry.default = now;
    else if (!/^see ["']postconf/.test(text)) entry.default = text;
  }
  if (since) entry.since = since;
  if (type) entry.type = type;
  if (readBy) entry.readBy = readBy.split(',');
  if (removed) entry.obsoleteSince = removed;
  out[name] = entry;
}

/** What postconf derives from the services of the master.cf it was asked with: known by their endings, see parameters.ts. */
const ofAService =
  /_(?:delivery_slot_(?:cost|discount|loan)|destination_(?:concurrency_(?:failed_cohort_limit|limit|negative_feedback|positive_feedback)|rate_delay|recipient_limit)|extra_recipient_limit|initial_destination_concurrency|minimum_delivery_slots|recipient_(?:limit|refill_delay|refill_limit)|time_limit|transport_rate_delay)$/;
for (const [name, value] of asked) {
  if (!(name in out) && !ofTheMachine.has(name) && !ofAService.test(name)) out[name] = { default: value };
}

// Old names that the default of their successor still asks for: unset by default since there is one.
for (const [successor, value] of asked) {
  for (const [, name] of value.matchAll(/\$[{(]?(\w+)/g)) {
    if (asked.has(name) || !out[name]?.default) continue;
    const { default: before, ...rest } = out[name];
    const since = out[successor]?.since;
    out[name] = since
      ? {
          defaults: [
            ['0', overload(before)],
            [since, ''],
          ],
          ...rest,
        }
      : { default: '', ...rest };
  }
}

/** `normal: no, overload: yes` as Postfix writes it. */
function overload(text) {
  const match = /^normal: (\w+), overload: (\w+)$/.exec(text);
  return match ? `\${stress?{${match[2]}}:{${match[1]}}}` : text;
}

const lines = Object.keys(out)
  .sort()
  .map(name => `  ${JSON.stringify(name)}: ${JSON.stringify(out[name])}`);
writeFileSync(
  new URL('../../server/src/facts/parameters.json', import.meta.url),
  `{\n  "$source": "parameter table of Postfix 3.11; defaults as postconf -d of 3.7.11 (Debian 12) prints them",\n${lines.join(',\n')}\n}\n`,
);
console.log(`${lines.length} parameters`);

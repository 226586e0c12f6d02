/** Matches that count: limit, hashlimit, recent, connlimit. */
import type { Context, ExtensionSpec, Given, Yield } from '../extension';
import { hangsOnTraffic, option, undecided, unknownOptions } from '../extension';
import { printAddress, readUnsigned } from '../address';
import type { Address, Rate, Side } from '../rule';

const rateUnits = { second: 1, minute: 60, hour: 3600, day: 86400 } as const;

/** Reads `5/min`; any beginning of a unit's name will do, none means a second. */
export function readRate(text: string, scale: number): Rate | 'bad' | 'fast' {
  const slash = text.indexOf('/');
  const unit = slash < 0 ? 'second' : text.slice(slash + 1).toLowerCase();
  const name =
    unit === '' ? undefined : (Object.keys(rateUnits) as (keyof typeof rateUnits)[]).find(key => key.startsWith(unit));
  const digits = /^[ \t]*\+?(\d+)/.exec(slash < 0 ? text : text.slice(0, slash))?.[1];
  const count = Number(digits ?? 0);
  if (!name || count <= 0) return 'bad';
  return count / rateUnits[name] > scale ? 'fast' : { count, seconds: rateUnits[name] };
}

/** Prints a rate as the kernel keeps it: an interval in 1/scale seconds, told in the largest unit that leaves a whole number. */
function printRate(rate: Rate, scale: number): string {
  const interval = Math.floor((scale * rate.seconds) / rate.count);
  const units = [scale * 86400, scale * 3600, scale * 60, scale] as const;
  const names = ['day', 'hour', 'min', 'sec'] as const;
  let i = 1;
  for (; i < units.length; i++) {
    const unit = units[i] ?? scale;
    if (interval > unit || Math.floor(unit / interval) < unit % interval) break;
  }
  return `${Math.floor((units[i - 1] ?? scale) / interval)}/${names[i - 1] ?? 'sec'}`;
}

const limit: ExtensionSpec = {
  kind: 'match',
  name: 'limit',
  options: [
    option('limit', 'string', {
      read: (text, _given, context) => {
        const rate = readRate(text, 10000);
        if (rate === 'bad') return context.fail(`bad rate "${text}"'`);
        return rate === 'fast' ? context.fail(`Rate too fast "${text}"`) : rate;
      },
    }),
    option('limit-burst', 'u32', { max: 10000 }),
  ],
  finish(seen): Yield {
    if (unknownOptions(seen).length > 0) return { saved: '', conditions: unknownOptions(seen) };
    const rate = (seen.get('limit')?.value as Rate | undefined) ?? { count: 3, seconds: 3600 };
    const given = (seen.get('limit-burst')?.value as number | undefined) ?? 5;
    const burst = given === 0 ? 5 : given;
    return {
      saved: ` --limit ${printRate(rate, 10000)}${burst === 5 ? '' : ` --limit-burst ${burst}`}`,
      conditions: [{ kind: 'limit', rate, burst }],
    };
  },
};

const recent: ExtensionSpec = {
  kind: 'match',
  name: 'recent',
  options: [
    option('set', 'none', { not: true, excludes: ['rcheck', 'update', 'remove'] }),
    option('rcheck', 'none', { not: true, excludes: ['set', 'update', 'remove'] }),
    option('update', 'none', { not: true, excludes: ['set', 'rcheck', 'remove'] }),
    option('remove', 'none', { not: true, excludes: ['set', 'rcheck', 'update'] }),
    option('seconds', 'u32', { min: 1 }),
    option('reap', 'none', { needs: ['seconds'] }),
    option('hitcount', 'u32'),
    option('rttl', 'none', { excludes: ['set', 'remove'] }),
    option('name', 'string', { min: 1, max: 199 }),
    option('rsource', 'none', { key: 'rsource' }),
    option('rdest', 'none', { key: 'rdest' }),
    option('mask', 'host', {}),
  ],
  finish(seen, context): Yield {
    const action = (['set', 'rcheck', 'update', 'remove'] as const).find(key => seen.has(key));
    if (!action) return context.fail("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
    const given = seen.get(action);
    const seconds = seen.get('seconds')?.value as number | undefined;
    const hits = seen.get('hitcount')?.value as number | undefined;
    const list = (seen.get('name')?.value as string | undefined) ?? 'DEFAULT';
    const mask = seen.get('mask')?.value as { raw: Address } | undefined;
    const side: Side = seen.has('rdest') ? 'destination' : 'source';
    const bits = printAddress(
      mask?.raw ?? (context.family === 4 ? [0xffffffff] : [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]),
    );
    const saved =
      `${given?.not ? ' !' : ''} --${action}` +
      (seconds === undefined ? '' : ` --seconds ${seconds}`) +
      (seen.has('reap') ? ' --reap' : '') +
      (hits === undefined || hits === 0 ? '' : ` --hitcount ${hits}`) +
      (seen.has('rttl') ? ' --rttl' : '') +
      ` --name ${list} --mask ${bits} --r${side === 'source' ? 'source' : 'dest'}`;
    const unknown = unknownOptions(seen);
    if (unknown.length > 0) return { saved, conditions: unknown };
    const word = ({ set: 'set', rcheck: 'check', update: 'update', remove: 'remove' } as const)[action];
    return {
      saved,
      conditions: [
        { kind: 'recent', action: word, list, seconds: seconds ?? 0, hits: hits ?? 0, side, not: given?.not ?? false },
      ],
    };
  },
  kernel(seen) {
    const hits = (seen.get('hitcount')?.value as number | undefined) ?? 0;
    const plain = seen.has('set') || seen.has('remove');
    const demands = hits > 0 || seen.has('seconds') || seen.has('rttl') || seen.has('reap');
    return (plain && demands) || hits > 65535 ? 'Invalid argument' : undefined;
  },
};

const connlimit: ExtensionSpec = {
  kind: 'match',
  name: 'connlimit',
  options: [
    option('connlimit-upto', 'u32', { not: true, excludes: ['connlimit-above'] }),
    option('connlimit-above', 'u32', { not: true, excludes: ['connlimit-upto'] }),
    option('connlimit-mask', 'prefix', { read: text => readUnsigned(text, 0, 128) ?? 0 }),
    option('connlimit-saddr', 'none', {}),
    option('connlimit-daddr', 'none', {}),
  ],
  finish(seen, context): Yield {
    const given = seen.get('connlimit-above') ?? seen.get('connlimit-upto');
    if (!given) return context.fail('You must specify "--connlimit-above" or "--connlimit-upto".');
    const above = (given.option.key === 'connlimit-above') !== given.not;
    const most = context.family === 4 ? 32 : 128;
    const bits = Math.min(most, (seen.get('connlimit-mask')?.value as number | undefined) ?? most);
    const side: Side = seen.has('connlimit-daddr') ? 'destination' : 'source';
    const count = given.value as number | undefined;
    const saved = ` --connlimit-${above ? 'above' : 'upto'} ${count ?? given.label} --connlimit-mask ${bits} --connlimit-${side === 'source' ? 'saddr' : 'daddr'}`;
    return {
      saved,
      conditions: count === undefined ? unknownOptions(seen) : [{ kind: 'connections', above, count, bits, side }],
    };
  },
};

const rateKeys = ['srcip', 'srcport', 'dstip', 'dstport'];

/** Reads hashlimit's rate: packets a time, or bytes (`512kb/s`). */
function readHashRate(
  text: string,
  given: Given,
  context: Context,
): (Rate & { bytes: boolean; text: string }) | undefined {
  const bytes = /^(\d+)(kb|mb|b)\/s(?:ec(?:ond)?)?$/i.exec(text);
  if (bytes) {
    const unit = { b: 1, kb: 1024, mb: 1024 * 1024 }[(bytes[2] ?? 'b').toLowerCase()] ?? 1;
    return { count: Number(bytes[1]) * unit, seconds: 1, bytes: true, text };
  }
  const rate = readRate(text, 1000000);
  if (rate === 'bad')
    return context.fail(`hashlimit: Bad value for "--hashlimit-${given.option.key}" option: "${text}"`);
  if (rate === 'fast') return context.fail(`Rate too fast "${text}"`);
  return { ...rate, bytes: false, text: printRate(rate, 1000000) };
}

const hashlimit: ExtensionSpec = {
  kind: 'match',
  name: 'hashlimit',
  options: [
    option('hashlimit-upto', 'string', { not: true, key: 'upto', excludes: ['above'], read: readHashRate }),
    option('hashlimit-above', 'string', { not: true, key: 'above', excludes: ['upto'], read: readHashRate }),
    option('hashlimit', 'string', { not: true, key: 'upto', read: readHashRate }),
    option('hashlimit-srcmask', 'prefix'),
    option('hashlimit-dstmask', 'prefix'),
    option('hashlimit-burst', 'string', {
      read: (text, _given, context) =>
        readUnsigned(text, 1, 4294967295) ??
        context.fail(`bad value for option "--hashlimit-burst", or out of range (1-1000000).`),
    }),
    option('hashlimit-htable-size', 'u32'),
    option('hashlimit-htable-max', 'u32'),
    option('hashlimit-htable-gcinterval', 'u32'),
    option('hashlimit-htable-expire', 'u32'),
    option('hashlimit-rate-match', 'none'),
    option('hashlimit-rate-interval', 'string'),
    option('hashlimit-mode', 'string', {
      read: (text, _given, context) => {
        for (const part of text.split(',')) {
          if (!rateKeys.includes(part)) context.fail(`hashlimit: Bad value for "--hashlimit-mode" option: "${text}"`);
        }
        return text.split(',');
      },
    }),
    option('hashlimit-name', 'string', { must: true, min: 1, max: 255 }),
  ],
  finish(seen, context): Yield {
    const given = seen.get('upto') ?? seen.get('above');
    if (!given) {
      return seen.has('hashlimit-name') ? context.fail('You have to specify --hashlimit') : { saved: '' };
    }
    const rate = given.value as (Rate & { bytes: boolean; text: string }) | undefined;
    const above = (given.option.key === 'above') !== given.not;
    const table = (seen.get('hashlimit-name')?.value as string | undefined) ?? '';
    const burst = (seen.get('hashlimit-burst')?.value as number | undefined) ?? 5;
    const by = (seen.get('hashlimit-mode')?.value as string[] | undefined) ?? [];
    let saved = ` --hashlimit-${above ? 'above' : 'upto'} ${rate?.text ?? given.label}`;
    if (rate?.bytes !== true) saved += ` --hashlimit-burst ${burst}`;
    if (by.length > 0) saved += ` --hashlimit-mode ${rateKeys.filter(key => by.includes(key)).join(',')}`;
    saved += ` --hashlimit-name ${table}`;
    for (const key of [
      'hashlimit-htable-size',
      'hashlimit-htable-max',
      'hashlimit-htable-gcinterval',
      'hashlimit-htable-expire',
      'hashlimit-srcmask',
      'hashlimit-dstmask',
    ]) {
      const extra = seen.get(key);
      if (extra) saved += ` --${key} ${extra.label}`;
    }
    const masks = seen.has('hashlimit-srcmask') || seen.has('hashlimit-dstmask') || seen.has('hashlimit-rate-match');
    if (!rate || masks)
      return { saved, conditions: rate ? [undecided(saved.trim(), hangsOnTraffic)] : unknownOptions(seen) };
    return { saved, conditions: [{ kind: 'rate-by', by, rate, burst, above, table, bytes: rate.bytes }] };
  },
};

export const trafficMatches: readonly ExtensionSpec[] = [limit, recent, connlimit, hashlimit];

/** MARK and CONNMARK. */
import type { ExtensionSpec, Given, Masked, OptionSpec, Seen, Yield } from '../extension';
import { hex, option } from '../extension';
import { say } from '../../../text/message';
import type { Action } from '../rule';
import { plain } from './passing-target';

/** The mark that a MARK or CONNMARK option sets: mark = (mark & ~mask) ^ value. */
function markFrom(given: Given): Masked | undefined {
  const value = given.value as Masked | number | undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    switch (given.option.key) {
      case 'and-mark':
        return { value: 0, mask: ~value >>> 0 };
      case 'or-mark':
        return { value, mask: value };
      default:
        return { value, mask: 0 };
    }
  }
  return given.option.key === 'set-mark' ? { value: value.value, mask: (value.mask | value.value) >>> 0 } : value;
}

const markKeys = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'];

function markOptions(extra: readonly string[]): OptionSpec[] {
  const others = (key: string) => [...markKeys, ...extra].filter(name => name !== key);
  return [
    option('set-xmark', 'mark', { excludes: others('set-xmark') }),
    option('set-mark', 'mark', { excludes: others('set-mark') }),
    option('and-mark', 'u32', { excludes: others('and-mark') }),
    option('or-mark', 'u32', { excludes: others('or-mark') }),
    option('xor-mark', 'u32', { excludes: others('xor-mark') }),
  ];
}

const unknownMark: Action = {
  kind: 'undecided',
  text: 'MARK',
  why: say('the mark it sets is not known', 'a marca que ela põe não é conhecida'),
};

const mark: ExtensionSpec = {
  kind: 'target',
  name: 'MARK',
  options: markOptions([]),
  finish(seen, context): Yield {
    const given = markKeys.map(key => seen.get(key)).find(g => g !== undefined);
    if (!given) return context.fail('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
    const value = markFrom(given);
    if (!value) return { saved: ` --${given.option.name} ${given.label}`, action: unknownMark };
    return {
      saved: ` --set-xmark ${hex(value.value)}/${hex(value.mask)}`,
      action: { kind: 'set-mark', on: 'packet', value: value.value, mask: value.mask },
    };
  },
};

/** The shift that comes last, as it is printed; the kernel shifts what it writes, which is not modelled. */
function shiftOf(seen: Seen): string {
  const given = [...seen.values()].filter(({ option: { key } }) => key.endsWith('-shift-mark')).at(-1);
  return given === undefined || given.value === 0 ? '' : plain(given);
}

function maskUnknown(seen: Seen): boolean {
  return ['mask', 'nfmask', 'ctmask'].some(key => seen.has(key) && seen.get(key)?.value === undefined);
}

/** A mask takes the place of the one that a value set in front of it brings; in front of the value it is lost. */
function maskBehind(value: Given, seen: Seen): number | undefined {
  const all = [...seen.values()];
  const behind = all.slice(all.indexOf(value)).find(({ option: { key } }) => key === 'mask' || key === 'ctmask');
  return behind?.value as number | undefined;
}

const connmark: ExtensionSpec = {
  kind: 'target',
  name: 'CONNMARK',
  options: [
    ...markOptions(['save-mark', 'restore-mark']),
    option('save-mark', 'none', { excludes: [...markKeys, 'restore-mark'] }),
    option('restore-mark', 'none', { excludes: [...markKeys, 'save-mark'] }),
    option('left-shift-mark', 'u8', { max: 32 }),
    option('right-shift-mark', 'u8', { max: 32 }),
    option('ctmask', 'u32', { excludes: ['mask'] }),
    option('nfmask', 'u32', { excludes: ['mask'] }),
    option('mask', 'u32', { excludes: ['ctmask', 'nfmask'] }),
  ],
  finish(seen, context): Yield {
    const shift = shiftOf(seen);
    const mode = (['save-mark', 'restore-mark'] as const).find(key => seen.has(key));
    if (mode) {
      const both = seen.get('mask')?.value as number | undefined;
      const nf = both ?? (seen.get('nfmask')?.value as number | undefined) ?? 0xffffffff;
      const ct = both ?? (seen.get('ctmask')?.value as number | undefined) ?? 0xffffffff;
      const from = mode === 'save-mark' ? 'packet' : 'connection';
      return {
        saved: ` --${mode} --nfmask ${hex(nf)} --ctmask ${hex(ct)}${shift}`,
        action:
          shift !== '' || maskUnknown(seen)
            ? unknownMark
            : { kind: 'copy-mark', from, packetMask: nf, connectionMask: ct },
      };
    }
    const given = markKeys.map(key => seen.get(key)).find(g => g !== undefined);
    if (!given) return context.fail('CONNMARK target: No operation specified');
    const value = markFrom(given);
    if (!value) return { saved: ` --${given.option.name} ${given.label}`, action: unknownMark };
    const mask = maskBehind(given, seen) ?? value.mask;
    return {
      saved: ` --set-xmark ${hex(value.value)}/${hex(mask)}${shift}`,
      action:
        shift !== '' || maskUnknown(seen)
          ? unknownMark
          : { kind: 'set-mark', on: 'connection', value: value.value, mask },
    };
  },
};

export const markTargets: readonly ExtensionSpec[] = [mark, connmark];

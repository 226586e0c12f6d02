/** DNAT, SNAT, REDIRECT, MASQUERADE and NETMAP. */
import type { Context, ExtensionSpec, Given, Yield } from '../extension';
import { option } from '../extension';
import { printAddress, printBlock, readAddress, readUnsigned } from '../address';
import { say } from '../../../text/message';
import type { Action, Address, AddressBlock, Range } from '../rule';

const portBearing = new Set([6, 17, 33, 132]);

function portsAllowed(context: Context): boolean {
  const { number, unknown } = context.protocol;
  return unknown || (number !== undefined && portBearing.has(number));
}

function needPorts(context: Context): void {
  if (!portsAllowed(context)) context.fail('Need TCP, UDP, SCTP or DCCP with port specification');
}

/** Reads `port[-port]` as the NAT targets do. */
function readNatPorts(text: string, context: Context): (Range & { shift?: string }) | undefined {
  const single = (part: string, whole: string): number => {
    const number = readUnsigned(part, 0, 65535);
    if (number !== undefined) return number;
    const named = /^\d/.test(part) ? undefined : context.names.service(part, 'any');
    if (named === undefined) return context.fail(`Port \`${whole}' not valid`);
    return named === 'unknown' ? Number.NaN : named;
  };
  if (text.includes(':')) return context.fail('Invalid port:port syntax - use dash');
  const range = /^(\d+)-(.*)$/s.exec(text);
  if (!range) {
    const port = single(text, text);
    return Number.isNaN(port) ? undefined : { from: port, to: port };
  }
  const from = single(range[1] ?? '', text);
  const [high = '', shift] = (range[2] ?? '').split('/');
  const garbage = /^\d+(-.*)$/.exec(high);
  if (garbage) return context.fail(`Garbage after port range: \`${garbage[1] ?? ''}'`);
  const to = single(high, range[2] ?? '');
  if (from > to) return context.fail(`Port range \`${range[2] ?? ''}' funky`);
  return { from, to, ...(shift === undefined ? {} : { shift }) };
}

interface NatRange {
  readonly addresses?: { readonly from: Address; readonly to: Address };
  readonly ports?: Range & { shift?: string };
  readonly text: string;
}

function readNatRange(text: string, _given: Given, context: Context): NatRange | undefined {
  const read = (part: string) => readAddress(part, context.family) ?? context.fail(`Bad IP address "${part}"`);
  let host = text;
  let portText: string | undefined;
  const bracket = /^\[([^\]]*)\](?::(.*))?/.exec(text);
  const colon = text.indexOf(':');
  if (text.startsWith('[')) {
    if (context.family === 4 || !bracket) return context.fail('Invalid address format');
    host = bracket[1] ?? '';
    portText = bracket[2];
  } else if (colon >= 0 && colon === text.lastIndexOf(':')) {
    host = text.slice(0, colon);
    portText = text.slice(colon + 1);
  }
  if (portText !== undefined) needPorts(context);
  const ports = portText === undefined ? undefined : readNatPorts(portText, context);
  if (portText !== undefined && ports === undefined) return undefined;
  const printed = ports
    ? `${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}${ports.shift === undefined ? '' : `/${ports.shift}`}`
    : '';
  if (host === '' && ports) return { ports, text: `:${printed}` };
  const dash = host.indexOf('-');
  const from = read(dash < 0 ? host : host.slice(0, dash));
  const to = dash < 0 ? from : read(host.slice(dash + 1));
  const shown = printAddress(from) + (printAddress(from) === printAddress(to) ? '' : `-${printAddress(to)}`);
  const whole = ports ? (context.family === 6 ? `[${shown}]:${printed}` : `${shown}:${printed}`) : shown;
  return { addresses: { from, to }, ...(ports ? { ports } : {}), text: whole };
}

const unknownNat: Action = {
  kind: 'undecided',
  text: 'NAT',
  why: say('the address it translates to is not known', 'o endereço para o qual ela traduz não é conhecido'),
};

function natTo(name: 'DNAT' | 'SNAT'): ExtensionSpec {
  const key = name === 'DNAT' ? 'to-destination' : 'to-source';
  return {
    kind: 'target',
    name,
    chains: { nat: name === 'DNAT' ? ['PREROUTING', 'OUTPUT'] : ['INPUT', 'POSTROUTING'] },
    options: [
      option(key, 'string', { must: true, read: readNatRange }),
      option('random', 'none'),
      ...(name === 'SNAT' ? [option('random-fully', 'none')] : []),
      option('persistent', 'none'),
    ],
    finish(seen): Yield {
      const given = seen.get(key);
      const range = given?.value as NatRange | undefined;
      const tail = ['random', 'random-fully', 'persistent'].map(flag => (seen.has(flag) ? ` --${flag}` : '')).join('');
      if (!range) return { saved: ` --${key} ${given?.label ?? ''}${tail}`, conditions: [], action: unknownNat };
      const to = {
        ...(range.addresses ? { addresses: range.addresses } : {}),
        ...(range.ports ? { ports: range.ports } : {}),
      };
      return {
        saved: ` --${key} ${range.text}${tail}`,
        action: { kind: 'translate', side: name === 'DNAT' ? 'destination' : 'source', to },
      };
    },
  };
}

function natPorts(name: 'REDIRECT' | 'MASQUERADE'): ExtensionSpec {
  return {
    kind: 'target',
    name,
    chains: { nat: name === 'REDIRECT' ? ['PREROUTING', 'OUTPUT'] : ['POSTROUTING'] },
    options: [
      option('to-ports', 'string', {
        read: (text, _given, context) => {
          const ports = readNatPorts(text, context);
          needPorts(context);
          return ports;
        },
      }),
      option('random', 'none'),
      ...(name === 'MASQUERADE' ? [option('random-fully', 'none')] : []),
    ],
    finish(seen): Yield {
      const given = seen.get('to-ports');
      const ports = given?.value as (Range & { shift?: string }) | undefined;
      const tail = ['random', 'random-fully'].map(flag => (seen.has(flag) ? ` --${flag}` : '')).join('');
      if (given && !ports) return { saved: ` --to-ports ${given.label}${tail}`, action: unknownNat };
      const shown = ports
        ? ` --to-ports ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}${ports.shift === undefined ? '' : `/${ports.shift}`}`
        : '';
      const kind = name === 'REDIRECT' ? 'redirect' : 'masquerade';
      return { saved: shown + tail, action: { kind, ...(ports ? { ports } : {}) } };
    },
  };
}

const netmap: ExtensionSpec = {
  kind: 'target',
  name: 'NETMAP',
  chains: { nat: 'all' },
  options: [option('to', 'host-mask', { must: true })],
  finish(seen): Yield {
    const block = seen.get('to')?.value as AddressBlock | undefined;
    if (!block) return { saved: ` --to ${seen.get('to')?.label ?? ''}`, action: unknownNat };
    return { saved: ` --to ${printBlock(block)}`, action: { kind: 'map-network', block } };
  },
};

export const natTargets: readonly ExtensionSpec[] = [
  natTo('DNAT'),
  natTo('SNAT'),
  natPorts('REDIRECT'),
  natPorts('MASQUERADE'),
  netmap,
];

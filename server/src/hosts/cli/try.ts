/** `postfix-lint try session|header|packet`: one what-if question, the answer with its trace. */
import { readFileSync } from 'node:fs';
import { say } from '../../text/message';
import { decode, type SourceText } from '../../text/source-text';
import { DiskFiles } from '../disk-files';
import { siteAt } from './site-argument';
import type { Common, Own } from './options';
import { askSession } from './policy/ask';
import { readDocument, readHeader, readPacket, readSession } from './policy/document';
import { askHeader } from './policy/headers';
import { StandingFirewall } from './policy/firewall';
import { Fields } from './policy/fields';
import type { Answer, Kind, Result } from './policy/judge';
import { jsonVersion } from './print/json';
import { answerPretty, resultJson } from './print/results';
import { absolute, shown, WrongUse, type Terminal } from './terminal';

/** Prints the answer; 0 whatever it is. */
export function runTry(common: Common, terminal: Terminal): number {
  const [kind, ...rest] = common.positionals;
  if (kind === 'header') return answered(kind, tryHeaderWith(common, rest, terminal), common, terminal);
  if (kind === 'packet') return answered(kind, tryPacketWith(common, rest, terminal), common, terminal);
  if (kind !== 'session') {
    throw new WrongUse(say('try what? try session, header or packet', 'try o quê? try session, header ou packet'));
  }
  return answered(kind, trySessionWith(common, rest, terminal), common, terminal);
}

function trySessionWith(common: Common, rest: readonly string[], terminal: Terminal): Answer {
  const { own } = common;
  const fields = fieldsOf(own, [
    'service',
    'client-address',
    'client-name',
    'helo',
    'sasl-username',
    'sender',
    'recipient',
    'server-address',
  ]);
  const { session } = readSession(
    new Fields('try session', { ...fields, tls: own.flag('tls'), ...(own.flag('no-helo') && { helo: null }) }),
  );
  if (session.recipient === undefined) {
    throw new WrongUse(say('try session needs --recipient', 'try session precisa de --recipient'));
  }
  const hostname = own.text('hostname');
  const addresses = own.list('host-address');
  const host = { ...(hostname !== undefined && { hostname }), ...(addresses && { addresses }) };
  const site = siteAt(rest[0] ?? own.text('site'), new DiskFiles(), common, terminal);
  return askSession(site, session, hostname === undefined && !addresses ? {} : { host });
}

function tryHeaderWith(common: Common, rest: readonly string[], terminal: Terminal): Answer {
  const { own } = common;
  const files = new DiskFiles();
  const fields = fieldsOf(own, ['table', 'use', 'service', 'mode']);
  const [header] = rest;
  const from = own.text('message');
  const message = from === undefined ? undefined : readMessage(from, terminal);
  const asked = readHeader(new Fields('try header', { ...fields, header, message: message?.text }));
  const site = () => siteAt(own.text('site') ?? rest[1], files, common, terminal);
  return askHeader(asked, { folder: absolute(terminal, '.'), files, site, latin1: message?.encoding === 'latin1' });
}

/** A message from a file or, for `-`, from the standard input. */
function readMessage(path: string, terminal: Terminal): SourceText {
  try {
    return decode(path, path === '-' ? terminal.stdin() : readFileSync(absolute(terminal, path)));
  } catch {
    throw new WrongUse(say('{path}: cannot be read', '{path}: não pode ser lido', { path }));
  }
}

function tryPacketWith(common: Common, rest: readonly string[], terminal: Terminal): Answer {
  const { own } = common;
  const fields = fieldsOf(
    own,
    'path proto src dst sport dport state user flags icmptype burst family shell lan'.split(' '),
  );
  const [script] = rest;
  if (script === undefined) {
    throw new WrongUse(
      say('try packet needs the firewall: a script or a dump', 'try packet precisa do firewall: um script ou um dump'),
    );
  }
  const env: Record<string, string> = Object.fromEntries(
    own.each('env').map(pair => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const),
  );
  const asked = new Fields('try packet', {
    firewall: rest.map(path => ({ script: path, args: own.list('arg'), env, family: fields.family })),
    addresses: { host: own.list('host-address'), lan: fields.lan },
    ...(fields.shell !== undefined && { shell: fields.shell }),
  });
  const { firewalls, packetWorld } = readDocument(asked);
  const { packet } = readPacket(new Fields('try packet', { ...fields, reply: own.flag('reply') }));
  return StandingFirewall.of(firewalls, terminal.cwd, new DiskFiles()).ask(packet, packetWorld);
}

/** The options of these names that were given, in the names of policy tests. */
function fieldsOf(own: Own, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = own.text(name);
      return value === undefined ? [] : [[name.replaceAll('-', '_'), value]];
    }),
  );
}

function answered(kind: Kind, answer: Answer, common: Common, terminal: Terminal): number {
  const result: Result = { ...answer, name: `try ${kind}`, kind, document: 0, index: 0, expect: undefined, pass: true };
  const show = (path: string) => shown(terminal, path);
  if (common.format === 'json') {
    // One result by itself, and once more in the shape of `test` for those who read that.
    const json = resultJson(result, common.lang, show);
    terminal.out(`${JSON.stringify({ version: jsonVersion, ...json, results: [json] }, null, 2)}\n`);
  } else {
    terminal.out(answerPretty(result, { lang: common.lang, colour: common.colour, shown: show }));
  }
  return 0;
}

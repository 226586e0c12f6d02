/** `postfix-lint test FILE…`: policy tests. */
import type { Site, SiteOptions } from '../../model/site';
import type { Files } from '../../text/files';
import { say } from '../../text/message';
import { dirname, join } from '../../text/path';
import { DiskFiles } from '../disk-files';
import { wishesOf } from './inspect';
import type { Common } from './options';
import { askSession } from './policy/ask';
import { StandingFirewall } from './policy/firewall';
import { readPolicy, type PolicyDocument } from './policy/document';
import { askHeader } from './policy/headers';
import { passes, type Answer, type Kind, type Result } from './policy/judge';
import { jsonVersion } from './print/json';
import { siteIn } from './site-argument';
import { resultJson, testPretty, testSummary } from './print/results';
import { absolute, shown, WrongUse, type Terminal } from './terminal';

/** Runs the tests of all files; returns 0 when all is as expected, 1 when something is not. */
export function runTest(common: Common, terminal: Terminal): number {
  if (common.positionals.length === 0) {
    throw new WrongUse(say('test needs a file: test FILE…', 'test precisa de um arquivo: test ARQUIVO…'));
  }
  const files = new DiskFiles();
  const tested = common.positionals.map(name => ({ name, results: testFile(name, files, common, terminal) }));
  const all = tested.flatMap(t => t.results);
  const show = (path: string) => shown(terminal, path);
  if (common.format === 'json') {
    const results = all.map(r => resultJson(r, common.lang, show));
    terminal.out(`${JSON.stringify({ version: jsonVersion, results }, null, 2)}\n`);
  } else {
    const look = { lang: common.lang, colour: common.colour, shown: show };
    for (const { name, results } of tested) {
      terminal.out(`${name}\n${results.map(r => testPretty(r, look).replace(/^(?=.)/gm, '  ')).join('')}`);
    }
    terminal.out(testSummary(all, common.lang));
  }
  return all.every(r => r.pass) ? 0 : 1;
}

function testFile(name: string, files: Files, common: Common, terminal: Terminal): readonly Result[] {
  const path = absolute(terminal, name);
  const state = files.read(path);
  if (state.kind !== 'text') {
    throw new WrongUse(say('{name}: cannot be read', '{name}: não pode ser lido', { name }));
  }
  const documents = readPolicy(name, state.source.text);
  for (const unread of documents.flatMap(d => d.unread)) terminal.err(`${unread}?\n`);
  return documents.flatMap((document, i) => testDocument(document, i, dirname(path), files, common));
}

/** The results of one document; its paths are relative to a folder. */
export function testDocument(
  document: PolicyDocument,
  number: number,
  folder: string,
  files: Files,
  common: Pick<Common, 'postfixVersion' | 'domains'>,
): readonly Result[] {
  let known: Site | undefined;
  const { host } = document.world;
  const named = document.site ?? '.';
  const site = () => (known ??= siteIn(join(folder, named), named, files, wishesOf(common), host && siteHost(host)));
  const results = <C extends { readonly name?: string; readonly expect: unknown }>(
    kind: Kind,
    cases: readonly C[],
    ask: (each: C) => Answer,
  ): readonly Result[] =>
    cases.map((each, index) => {
      const answer = ask(each);
      const { name = `${kind} ${index + 1}`, expect } = each;
      return { ...answer, name, kind, document: number, index, expect, pass: passes(kind, expect, answer) };
    });
  // A test says what the script is called with; where it says nothing, that is nothing.
  const asRun = document.firewalls.map(f => ({ args: [], ...f }));
  let standing: StandingFirewall | undefined;
  const firewall = () => (standing ??= StandingFirewall.of(asRun, folder, files));
  return [
    ...results('session', document.sessions, c => askSession(site(), c.session, document.world)),
    ...results('header', document.headers, c => askHeader(c, { folder, files, site, latin1: document.latin1 })),
    ...results('packet', document.packets, c => firewall().ask(c.packet, document.packetWorld)),
  ];
}

/** The host of a policy test as the site's options name it. */
function siteHost({
  hostname,
  addresses,
}: NonNullable<PolicyDocument['world']['host']>): NonNullable<SiteOptions['host']> {
  return { ...(hostname !== undefined && { name: hostname }), ...(addresses && { addresses }) };
}

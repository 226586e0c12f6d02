/** The firewall of a policy test or of `try packet`: scripts and dumps, set up on the host of the recorded cases. */
import { startsLikeDump } from '../../../model/file-kind';
import { loadFirewall, type Firewall, type FirewallFile } from '../../../analysis/packet/firewall';
import type { Packet, World } from '../../../analysis/packet/packet';
import { Traffic } from '../../../analysis/packet/traffic';
import { tryPacket } from '../../../analysis/packet/try-packet';
import { mailHost } from '../../../analysis/packet/world';
import type { Files } from '../../../text/files';
import { say } from '../../../text/message';
import { basename, join } from '../../../text/path';
import type { SourceText } from '../../../text/source-text';
import { WrongUse } from '../terminal';
import type { FirewallSource } from './document';
import type { Answer } from './judge';

/** A firewall and what has passed it: rates and lists remember the packets that were asked about before. */
export class StandingFirewall {
  private readonly traffic = new Traffic();
  private readonly names;

  private constructor(
    private readonly firewall: Firewall,
    texts: readonly string[],
  ) {
    this.names = mailHost(texts.some(makesSets));
  }

  /** Sets a firewall up from its files, in order; their paths are relative to a folder. Throws {@link WrongUse}. */
  static of(sources: readonly FirewallSource[], folder: string, files: Files): StandingFirewall {
    const read = sources.map(from => readFile(from, folder, files));
    const texts = read.map(f => f.source.text);
    const firewall = loadFirewall(read, { files, names: mailHost(texts.some(makesSets)) });
    return new StandingFirewall(firewall, texts);
  }

  /** What becomes of a packet. */
  ask(packet: Packet, world: World): Answer {
    const answer = tryPacket(this.firewall.ruleset, packet, world, { traffic: this.traffic, names: this.names });
    const { verdict, trace, unknown, ...more } = answer;
    return { got: { verdict }, more, reasons: { trace, unknown } };
  }
}

function readFile(from: FirewallSource, folder: string, files: Files): FirewallFile {
  const state = files.read(join(folder, from.script));
  if (state.kind !== 'text') {
    const name = from.script;
    throw new WrongUse(say('{name}: no firewall to read there', '{name}: não há firewall para ler ali', { name }));
  }
  const { args, env, family, shell } = from;
  return {
    kind: kindOf(state.source),
    source: state.source,
    how: { ...(args && { args }), ...(env && { env }), ...(family && { family }), ...(shell && { shell }) },
  };
}

/** What is no script is a dump, also a broken one. */
function kindOf({ path, text }: SourceText): FirewallFile['kind'] {
  if (text.startsWith('#!')) return 'shell';
  return startsLikeDump(text) || /\.(?:rules|v[46]|save|dump)$/.test(basename(path)) ? 'iptables-save' : 'shell';
}

function makesSets(text: string): boolean {
  return /\bipset\b/.test(text);
}

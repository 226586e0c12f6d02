/** The rules of a script that iptables is given, said again for ip6tables. */
import type { IptablesCall } from '../analysis/firewall/calls';
import { ask, editedFirewall, type SiteFirewall } from '../analysis/packet/site-firewalls';
import type { Site } from '../model/site';
import { wordLabel } from '../syntax/iptables/word';
import type { SourceText } from '../text/source-text';
import type { FileEdit } from './rule';
import { tally, type TriedEdits } from './ruling-rule';

/** Scripts that make more calls are not written anew at every look. */
const mostCalls = 500;

/** One command of the script, with all calls that it makes. */
interface Twin {
  readonly edit: FileEdit;
  /** The twin up to its `-A`, `-P` …, to begin another rule with. */
  readonly head: string;
  readonly calls: readonly IptablesCall[];
}

/**
 * Below each command on the filter table the same for ip6tables; those with IPv4 addresses or ICMP in them have no twin.
 * Neighbours find each other by ICMPv6, so that is let in (and out) first where the rules would drop it. Undefined where a
 * command cannot be said twice where it stands, where the result refuses more than before, for what is loaded whole, and for very long scripts.
 */
export function ipv6Twin(site: Site, one: SiteFirewall): TriedEdits | undefined {
  const { source } = one;
  const calls = one.firewall.readings.flatMap(reading => reading.calls);
  if (calls.length > mostCalls || calls.some(call => call.program !== 'iptables' || call.source !== source))
    return undefined;
  const groups = new Map<number, IptablesCall[]>();
  for (const call of calls) groups.set(call.span.start, [...(groups.get(call.span.start) ?? []), call]);
  const twins: Twin[] = [];
  for (const group of groups.values()) {
    if (!group.every(hasTwin)) continue;
    const twin = twinOf(source, group);
    if (!twin) return undefined;
    twins.push(twin);
  }
  const before = tally(one);
  for (const chains of [[], ['INPUT'], ['INPUT', 'OUTPUT']]) {
    const edits = withNeighbours(twins, chains);
    const after = edits && editedFirewall(site, one, edits);
    if (after && tally(after).faults === before.faults && findsNeighbours(after)) return { edits, after };
  }
  return undefined;
}

function findsNeighbours(one: SiteFirewall): boolean {
  const asked = { proto: 'icmpv6', icmptype: 135, icmpcode: 0, state: 'untracked' } as const;
  return (
    ask(one, { ...asked, path: 'in', src: 'fe80::1' }).verdict === 'ACCEPT' &&
    ask(one, { ...asked, path: 'out', dst: 'fe80::1' }).verdict === 'ACCEPT'
  );
}

const wordsOf = ({ argv }: IptablesCall): string[] => argv.map(wordLabel);

const address = /^!?\d{1,3}(?:\.\d{1,3}){0,3}(?:\/[\d.]+)?(?:,|-\d+\.|$)/;
const ofAddresses = /^(?:-[sd]|--s(?:rc|ource)|--d(?:st|estination)|--(?:src|dst)-range)$/;

/** Whether a command can be said of IPv6: it is about the filter table, and about no address or protocol of IPv4. */
function hasTwin(call: IptablesCall): boolean {
  const words = wordsOf(call);
  const table = words.findIndex(word => word === '-t' || word === '--table');
  if (table >= 0 && words[table + 1] !== 'filter') return false;
  if (words.some(word => /^(?:--table=|-t\w)/.test(word) && !/^(?:--table=|-t)filter$/.test(word))) return false;
  return !words.some((word, i) => {
    const value = words[i + 1] === '!' ? words[i + 2] : words[i + 1];
    if (ofAddresses.test(word)) return address.test(value ?? '');
    return /^--icmp-type/.test(word) || (/^(?:-p|--proto(?:col)?)$/.test(word) && /^!?(?:icmp|1)$/.test(value ?? ''));
  });
}

const answers: Readonly<Record<string, string>> = {
  'icmp-port-unreachable': 'icmp6-port-unreachable',
  'icmp-proto-unreachable': 'icmp6-port-unreachable',
  'icmp-host-unreachable': 'icmp6-addr-unreachable',
  'icmp-net-unreachable': 'icmp6-no-route',
  'icmp-host-prohibited': 'icmp6-adm-prohibited',
  'icmp-net-prohibited': 'icmp6-adm-prohibited',
  'icmp-admin-prohibited': 'icmp6-adm-prohibited',
};

const harmlessTail = /^[ \t]*(?:\d?>&?[ \t]*\S+[ \t]*)*(?:\|\|[ \t]*(?:true|:)[ \t]*)?$/;

function twinOf(source: SourceText, calls: readonly IptablesCall[]): Twin | undefined {
  const [call] = calls;
  const program = call && programIn(source, source.slice(call.span));
  if (!program) return undefined;
  const { text } = source;
  const { start, end } = call.span;
  const command = source.slice(call.span);
  const said =
    command.slice(0, program.start) +
    program.twin +
    command.slice(program.end).replace(/\bicmp-[a-z]+-[a-z]+\b/g, word => answers[word] ?? word);
  const head = /^([\s\S]*?\s)-{1,2}[A-Z]/.exec(said)?.[1] ?? `${program.twin} `;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline;
  const indent = text.slice(lineStart, start);
  const [, tail = ''] = /^(.*?)[ \t]*;?[ \t]*(?:[ \t]#.*)?\r?$/.exec(text.slice(end, lineEnd)) ?? [];
  if (/^[ \t]*$/.test(indent) && harmlessTail.test(tail)) {
    const edit = { source, span: { start: lineEnd, end: lineEnd }, newText: `\n${indent}${said}${tail}` };
    return { edit, head: `\n${indent}${head.trimStart()}`, calls };
  }
  const listed =
    /(?:[;{]|\b(?:do|then|else))[ \t]+$/.test(indent) && /^[ \t]*(?:$|[;}#])/.test(text.slice(end, lineEnd));
  if (!listed) return undefined;
  return { edit: { source, span: { start: end, end }, newText: `; ${said}` }, head: `; ${head.trimStart()}`, calls };
}

/** Where a command names iptables, and the name of its twin: a variable's own value with the other name. */
function programIn(source: SourceText, command: string): { start: number; end: number; twin: string } | undefined {
  const literal = /(?<=^|[\s"'])[\w./-]*\biptables(?:-legacy|-nft)?(?=[\s"'])/.exec(command);
  if (literal) {
    const [name] = literal;
    return { start: literal.index, end: literal.index + name.length, twin: name.replace('iptables', 'ip6tables') };
  }
  for (const use of command.matchAll(/(["']?)\$\{?(\w+)\}?\1(?=\s)/g)) {
    const set = new RegExp(
      `^[ \\t]*(?:export |readonly )?${use[2] ?? ''}=(["']?)([\\w./ -]*iptables\\b[\\w -]*?)\\1[ \\t]*(?:[;#].*)?$`,
      'm',
    );
    const value = set.exec(source.text)?.[2];
    if (value === undefined) continue;
    return { start: use.index, end: use.index + use[0].length, twin: value.replace('iptables', 'ip6tables') };
  }
  return undefined;
}

/** The edits, with a rule on ICMPv6 before the first rule of each of some chains; undefined where a chain has no place for it. */
function withNeighbours(twins: readonly Twin[], chains: readonly string[]): FileEdit[] | undefined {
  const before = new Map<Twin, string>();
  for (const chain of chains) {
    const named = (option: RegExp) => (twin: Twin) =>
      twin.calls.some(call => {
        const words = wordsOf(call);
        return words.some((word, i) => option.test(word) && words[i + 1] === chain);
      });
    const first = twins.find(named(/^(?:-[AI]|--append|--insert)$/));
    const policy = twins.find(named(/^(?:-P|--policy)$/));
    const place = first ?? policy;
    if (!place || place.calls.length > 1) return undefined;
    const rule = `${place.head}-A ${chain} -p ipv6-icmp -j ACCEPT`;
    before.set(place, (before.get(place) ?? '') + rule);
  }
  return twins.map(twin => ({ ...twin.edit, newText: (before.get(twin) ?? '') + twin.edit.newText }));
}

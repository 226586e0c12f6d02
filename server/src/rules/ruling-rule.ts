/** A new rule of a firewall, put where it decides, in the words of the rule that decides now. */
import type { Step } from '../analysis/answer';
import type { Packet } from '../analysis/packet/packet';
import { rulesOf } from '../analysis/packet/regions/table-regions';
import { ask, editedFirewall, type SiteFirewall } from '../analysis/packet/site-firewalls';
import type { Site } from '../model/site';
import type { Family } from '../syntax/iptables/rule';
import { dialectOf, parseShell } from '../syntax/shell/parse-shell';
import { walkList } from '../syntax/shell/walk';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import type { FileEdit } from './rule';

/** What a new rule asks and does: `-p tcp --dport 25 -j ACCEPT`, and the fate of the packet that it is for. */
export interface Wanted {
  readonly packet: Packet;
  readonly family: Family;
  /** The chain of the filter table that the packet goes through. */
  readonly chain: 'INPUT' | 'FORWARD';
  readonly rule: string;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** Ahead of all others of the chain, not only of the one that decides; IPv6 may get the rule as well. */
  readonly first?: true;
}

/** Edits, and the firewall as it is with them. */
export interface TriedEdits {
  readonly edits: FileEdit[];
  readonly after: SiteFirewall;
}

/**
 * The edit that puts a rule before the one that decides a packet (behind it where that is inserted by -I), or at the end of
 * the chain where the policy decides. The program, its options and the chain are written as in the rule next to it. Loops
 * are kept out of: exactly one rule may come of it. Asked again with the edit made, the packet must have the verdict wanted;
 * undefined where no such place is found.
 */
export function rulingRule(site: Site, one: SiteFirewall, wanted: Wanted): TriedEdits | undefined {
  const { source } = one;
  const { family, packet, verdict, first = false } = wanted;
  if (ask(one, packet).verdict === verdict) return undefined;
  const before = tally(one);
  const other = family === 4 ? 6 : 4;
  for (const { at, text } of places(one, wanted)) {
    const edits = [{ source, span: { start: at, end: at }, newText: text }];
    const after = editedFirewall(site, one, edits);
    if (ask(after, packet).verdict !== verdict) continue;
    const now = tally(after);
    const more = now.rules[other] - before.rules[other];
    if (now.rules[family] === before.rules[family] + 1 && more <= (first ? 1 : 0) && now.faults === before.faults)
      return { edits, after };
  }
  return undefined;
}

/** How many rules a firewall has for each family, and how much in it is refused or fails. */
export function tally({ firewall }: SiteFirewall): {
  readonly rules: Readonly<Record<Family, number>>;
  readonly faults: number;
} {
  const { ruleset } = firewall;
  const count = (family: Family): number => [...rulesOf(ruleset.tables[family])].length;
  return {
    rules: { 4: count(4), 6: count(6) },
    faults: firewall.errors.length + firewall.refused.length + ruleset.unknown.length,
  };
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const placing = /^([\s\S]*?)(-A|-I|--append|--insert)(\s+)([\w.-]+)(\s+\d+(?=\s))?/;
const namedTable = /\s(?:-t|--table)[\s=]+\w+/;

function places(one: SiteFirewall, { packet, family, chain: name, rule, first }: Wanted): Insertion[] {
  const { source } = one;
  const chains = one.firewall.ruleset.tables[family].get('filter')?.chains;
  const chain = chains?.get(name);
  const top = first && chain?.rules[0]?.origin;
  if (top) return top.source === source ? besideRule(one, top.span, rule) : [];
  const { trace, verdict } = ask(one, packet);
  const placeOf = ({ source, span }: Pick<Step, 'source' | 'span'>): string => `${source?.path}:${span?.start}`;
  const filter = new Set([...(chains?.values() ?? [])].flatMap(({ rules }) => rules.map(r => placeOf(r.origin))));
  const accepts = (step: Step): boolean => step.outcome === 'ACCEPT' && filter.has(placeOf(step));
  const step = verdict === 'ACCEPT' ? [...trace].reverse().find(accepts) : trace[trace.length - 1];
  if (step && !step.text.startsWith('policy of '))
    return step.source === source && step.span ? besideRule(one, step.span, rule) : [];
  const appended = (chain?.rules ?? [])
    .map(({ origin }) => origin)
    .filter(origin => origin.source === source && /\s(?:-A|--append)\s/.test(` ${source.slice(origin.span)}`));
  const last = appended.reduce<Span | undefined>(
    (found, { span }) => (found && found.start >= span.start ? found : span),
    undefined,
  );
  if (last) return behindRule(one, last, rule);
  const policy = chain?.policyOrigin;
  return policy?.source === source ? behindPolicy(one, policy.span, name, rule) : [];
}

/** The words a rule begins with, as a neighbour has them; its counters, if it has any, are not taken over. */
function opening(line: string): { readonly inserted: boolean; readonly text: string } | undefined {
  const found = placing.exec(line);
  if (!found) return undefined;
  const [whole, head = '', option = '', gap = ' ', chain = '', number = ''] = found;
  const table = namedTable.test(head) ? '' : (namedTable.exec(line.slice(whole.length))?.[0] ?? '').trimStart();
  const text = `${head.replace(/^\[\d+:\d+\]\s*/, '')}${table}${table ? ' ' : ''}${option}${gap}${chain}${number}`;
  return { inserted: /I|insert/.test(option), text };
}

function besideRule(one: SiteFirewall, span: Span, rule: string): Insertion[] {
  const { source } = one;
  const own = opening(source.slice(span));
  if (!own) return [];
  return around(one, span).flatMap(place =>
    own.inserted ? below(source, place, `${own.text} ${rule}`) : above(source, place, `${own.text} ${rule}`),
  );
}

function behindRule(one: SiteFirewall, span: Span, rule: string): Insertion[] {
  const { source } = one;
  const own = opening(source.slice(span));
  return own ? around(one, span).flatMap(place => below(source, place, `${own.text} ${rule}`)) : [];
}

function behindPolicy(one: SiteFirewall, span: Span, chain: string, rule: string): Insertion[] {
  const { source } = one;
  const line = source.slice(span);
  const head = /^([\s\S]*?)(?:-P|--policy)\s+(?:INPUT|FORWARD)\s/.exec(line)?.[1];
  if (head !== undefined) {
    return around(one, span).flatMap(place => below(source, place, `${head}-A ${chain} ${rule}`));
  }
  const commit = source.text.indexOf('\nCOMMIT', span.start);
  return line.startsWith(':') && commit >= 0 ? [{ at: commit + 1, text: `-A ${chain} ${rule}\n` }] : [];
}

/** The command itself, then whatever of a script it stands in, inmost first. */
function around({ source, kind }: SiteFirewall, span: Span): Span[] {
  if (kind !== 'shell') return [span];
  const holds = (whole: Span): boolean => whole.start <= span.start && span.end <= whole.end;
  const unit = parseShell(source, dialectOf(source)).units.find(each => holds(each.span));
  const out: Span[] = [];
  if (unit?.list)
    walkList(unit.list, {
      command(command) {
        if (holds(command.span)) out.push(command.span);
      },
    });
  return [span, ...out.reverse()];
}

function above({ text }: SourceText, { start }: Span, line: string): Insertion[] {
  const at = text.lastIndexOf('\n', start - 1) + 1;
  const indent = text.slice(at, start);
  return /^[ \t]*$/.test(indent) || /^\[\d+:\d+\]\s*$/.test(indent) ? [{ at, text: `${blanks(indent)}${line}\n` }] : [];
}

function below({ text }: SourceText, { start, end }: Span, line: string): Insertion[] {
  const newline = text.indexOf('\n', end);
  const at = newline < 0 ? text.length : newline + 1;
  if (!/^[ \t\r;]*(?:#.*)?\n?$/.test(text.slice(end, at))) return [];
  const indent = blanks(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
  return [{ at, text: `${newline < 0 ? '\n' : ''}${indent}${line}\n` }];
}

const blanks = (text: string): string => /^[ \t]*/.exec(text)?.[0] ?? '';

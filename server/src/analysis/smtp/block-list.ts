/** DNS block and allow lists (find_dnsxl_addr, find_dnsxl_domain). */
import { derived, remember } from '../../text/derived';
import { say, type Message } from '../../text/message';
import { parseIp, validHostname } from '../lookup/ip';
import type { CheckState } from './check-state';
import type { SmtpServer } from './server';

/** Whether a DNS list holds an address. Not told by the world, it is asked for: "not listed" comes first. */
export function blockListedAddress(state: CheckState, list: string, address: string): boolean {
  const bytes = parseIp(address) ?? [];
  const labels =
    bytes.length === 4
      ? [...bytes].reverse().map(String)
      : [...bytes].reverse().flatMap(b => [(b & 15).toString(16), (b >> 4).toString(16)]);
  return listed(state, list, labels.join('.'), address);
}

/** Whether a DNS list holds the domain of an address or name; numeric and malformed ones are not asked for. */
export function blockListedDomain(state: CheckState, list: string, what: string): boolean {
  const at = what.lastIndexOf('@');
  const domain = at < 0 ? what : what.slice(at + 1);
  if (domain === '' || domain.startsWith('[') || !validHostname(domain)) return false;
  if (/^[0-9]+$/.test(domain.slice(domain.lastIndexOf('.') + 1))) return false;
  return listed(state, list, domain, domain);
}

function listed(state: CheckState, list: string, query: string, what: string): boolean {
  const { name, filter, key, why } = question(state.server, list, query, what);
  const answer = state.dns.lookup(name, 'A');
  if (answer)
    return answer.kind === 'ok' && (filter === undefined || answer.records.some(r => matchesFilter(r, filter)));
  return state.ask.choose(key, [false, true], why);
}

interface Question {
  /** The name that DNS is asked for, and the answers that count where not all do. */
  readonly name: string;
  readonly filter: string | undefined;
  readonly key: string;
  readonly why: Message;
}

const questions = derived((_: SmtpServer) => new Map<string, Question>());

/** What a list is asked about a client or domain; worked out once for all runs. */
function question(server: SmtpServer, list: string, query: string, what: string): Question {
  const key = `list ${list} ${what}`;
  return remember(questions(server), key, () => {
    const equals = list.indexOf('=');
    const zone = equals < 0 ? list : list.slice(0, equals);
    return {
      name: `${query}.${zone}`,
      filter: equals < 0 ? undefined : list.slice(equals + 1),
      key,
      why: say('DNS: whether {list} lists {what} is not known', 'DNS: não se sabe se {list} lista {what}', {
        list: zone,
        what,
      }),
    };
  });
}

/** `d.d.d.d` where each part is a number, or `[n;n..n]` of several (ip_match(3)). */
export function matchesFilter(address: string, filter: string): boolean {
  const parts = filter.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  const octets = address.split('.').map(Number);
  return parts.length === 4 && octets.length === 4 && parts.every((part, i) => octetMatches(octets[i] ?? -1, part));
}

function octetMatches(octet: number, part: string): boolean {
  if (!part.startsWith('[')) return Number(part) === octet;
  return part
    .slice(1, -1)
    .split(';')
    .some(range => {
      const [low, high] = range.split('..').map(Number);
      return low !== undefined && octet >= low && octet <= (high ?? low);
    });
}

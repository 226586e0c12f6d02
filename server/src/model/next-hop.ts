/** Next hops as relayhost and transports write them: `[host]:port`, `host:port`, `[host]`, `domain` (postconf(5) relayhost). */

export interface NextHop {
  /** The host or domain, brackets taken off. */
  readonly host: string;
  /** In brackets: no MX lookup. */
  readonly direct: boolean;
  /** By figures or name; empty where none is written. */
  readonly port: string;
}

/** Reads a next hop; undefined for an empty one, and for a list, of which nothing is said. */
export function nextHop(text: string): NextHop | undefined {
  const match = /^(?:(\[)([^\]\s,]+)\]|([^\s,:[\]]+))(?::([\w-]+))?$/.exec(text);
  if (!match) return undefined;
  return { host: match[2] ?? match[3] ?? '', direct: match[1] !== undefined, port: match[4] ?? '' };
}

/** Whether a next hop is this machine itself: a tunnel or a filter that listens on the loopback. */
export function isLoopbackHop({ host }: NextHop): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|localhost\.localdomain|::1|ipv6:::1)$/i.test(host);
}

/** permit_mx_backup: whether this machine is a mail exchanger of the recipient's domain, but not a primary one (smtpd_check.c). */
import { matchClient } from '../lookup/match-list';
import type { CheckState, Status } from './check-state';
import { dnsUnknown } from './dns';

/** Permits mail for a domain whose MX records name this machine behind others. What DNS does not tell is asked for. */
export function permitMxBackup(state: CheckState): Status {
  const { server, recipient: to } = state;
  if (to === undefined) return 'dunno';
  const reply = state.resolver.resolve(to, state.sender ?? '');
  if (reply.failed) state.tableFails(to);
  if (reply.routed && !server.yes('allow_untrusted_routing')) return 'dunno';
  if (reply.class !== 'default') return 'ok';
  const domain = reply.recipient.slice(reply.recipient.lastIndexOf('@') + 1);
  if (domain.startsWith('[')) return 'dunno';
  const verdict = new Exchangers(state, to).permit(domain);
  if (verdict !== 'unknown') return verdict ? 'ok' : 'dunno';
  return state.ask.choose(`backup ${domain}`, [false, true], dnsUnknown(domain)) ? 'ok' : 'dunno';
}

class Exchangers {
  constructor(
    private readonly state: CheckState,
    private readonly to: string,
  ) {}

  permit(domain: string): boolean | 'unknown' {
    const answer = this.state.dns.lookup(domain, 'MX');
    if (!answer) return 'unknown';
    if (answer.kind !== 'ok') {
      if (answer.kind === 'retry') this.deferReject('Unable to look up mail exchanger information');
      return false;
    }
    const exchangers = answer.records.map(record => {
      const [, preference = '10', host = ''] = /^(?:(\d+)\s+)?(.*?)\.?$/.exec(record) ?? [];
      return { host, preference: Number(preference) };
    });
    const best = Math.min(...exchangers.map(e => e.preference));
    const primaries = exchangers.filter(e => e.preference === best);
    const primary = this.anyOwn(primaries);
    if (primary !== false) return primary === 'unknown' ? 'unknown' : false;
    const backup = this.anyOwn(exchangers.filter(e => e.preference !== best));
    if (backup !== true || this.state.server.settings.text('permit_mx_backup_networks') === '') return backup;
    for (const { host } of primaries) {
      const allowed = this.isAllowed(host);
      if (allowed !== true) return allowed;
    }
    return true;
  }

  private anyOwn(exchangers: readonly { readonly host: string }[]): boolean | 'unknown' {
    for (const { host } of exchangers) {
      const own = this.isOwn(host);
      if (own !== false) return own;
    }
    return false;
  }

  /** Whether a host has one of the addresses that this machine receives mail on. */
  private isOwn(host: string): boolean | 'unknown' {
    const { machine, settings } = this.state.server;
    const addresses = this.addressesOf(host, `Unable to look up mail exchanger host ${host}`);
    if (!Array.isArray(addresses)) return addresses;
    const proxies = settings.words('proxy_interfaces').map(w => w.text);
    return addresses.some(address => machine.isOwn(address, settings) || proxies.includes(address));
  }

  /** Whether all addresses of a primary exchanger are in permit_mx_backup_networks. */
  private isAllowed(host: string): boolean | 'unknown' {
    const { server, ask } = this.state;
    const addresses = this.addressesOf(host, `Unable to look up host ${host} as mail exchanger`);
    if (!Array.isArray(addresses)) return addresses;
    const networks = server.patternsOf('permit_mx_backup_networks');
    const parents = server.parentsMatch('permit_mx_backup_networks');
    return addresses.every(address => matchClient(networks, host, address, parents, ask).kind === 'match');
  }

  private addressesOf(host: string, fails: string): string[] | false | 'unknown' {
    const { machine, settings } = this.state.server;
    const answer = this.state.dns.addresses(host, machine.families(settings));
    if (!answer) return 'unknown';
    if (answer.kind === 'ok') return [...answer.records];
    this.deferReject(fails);
    return false;
  }

  private deferReject(says: string): void {
    this.state.deferReject(450, '4.4.4', `<${this.to}>: Recipient address rejected: ${says}`);
  }
}

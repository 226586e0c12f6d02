/** local_header_rewrite_clients: of no effect on acceptance but where its tables fail (smtpd_check_rewrite). */
import type { CheckState, Reply } from './check-state';

/** The reply to MAIL FROM where the list can't be worked through; undefined where it can. */
export function permitRewrite(state: CheckState): Reply | undefined {
  const { server, session, ask } = state;
  const fails = (retry: boolean): Reply =>
    retry
      ? { code: '451', enhanced: '4.3.0', text: 'Temporary lookup error' }
      : { code: '451', enhanced: '4.3.5', text: 'Server configuration error' };
  const words = server.list('local_header_rewrite_clients').map(w => w.text);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const name = word.toLowerCase();
    if (name === 'permit_inet_interfaces') {
      if (server.machine.isOwn(session.client_address, server.settings)) return undefined;
    } else if (name === 'permit_mynetworks') {
      const match = server.trusts(state.clientName, session.client_address, ask);
      if (match.kind === 'match') return undefined;
      if (match.kind === 'error') return fails(match.retry);
    } else if (name === 'permit_sasl_authenticated') {
      if (state.saslUsername) return undefined;
    } else if (name === 'check_address_map' || word.includes(':')) {
      const argument = word.includes(':') ? word : words[++at];
      const maps = argument === undefined ? undefined : server.accessTable(argument);
      const found = maps?.find(session.client_address, false, ask);
      if (found?.kind === 'found') return undefined;
      if (found?.kind === 'error') return fails(found.retry);
    }
  }
  return undefined;
}

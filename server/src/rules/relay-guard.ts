/** The fix that puts the recommended relay guard in, offered only where it does what it promises. */
import type { ListenerSearches } from '../analysis/smtp/searches';
import { searchListeners } from '../analysis/smtp/searches';
import { relayGuard } from '../facts/recommended';
import { editedSite } from '../model/edited-site';
import { masterOf } from '../model/services';
import type { Site } from '../model/site';
import { optionsOf } from '../syntax/master-cf/parse';
import { say } from '../text/message';
import { setParameter } from './edits';
import type { FileEdit, Fix } from './rule';
import { setOption } from './service-edits';

/**
 * Sets the relay list where it counts for a listener: in the `-o` that sets it, else in main.cf. `holds` says, of the listener
 * in the edited site, whether the fault is gone; where it is not, there is no fix.
 */
export function guardFix(
  site: Site,
  listener: ListenerSearches,
  safe: boolean,
  holds: (after: ListenerSearches) => boolean,
): Fix[] {
  const { settings } = listener.server;
  const name = settings.atLeast('2.10') ? 'smtpd_relay_restrictions' : 'smtpd_recipient_restrictions';
  const logins = settings.bool('smtpd_sasl_auth_enable') === true;
  const words = listener.submission
    ? ['permit_sasl_authenticated', 'reject']
    : [relayGuard[0], ...(logins ? ['permit_sasl_authenticated'] : []), relayGuard[1]];
  const { tree, assumed } = masterOf(site);
  const option = !assumed && optionsOf(listener.smtpd).some(o => o.name === name);
  const edits: FileEdit[] =
    option || (listener.submission && !assumed)
      ? [setOption(tree.source, listener.smtpd, name, words.join(','))]
      : setParameter(site, name, words.join(', '));
  if (edits.length === 0) return [];
  if (listener.submission && !assumed && !logins) {
    edits.push(setOption(tree.source, listener.smtpd, 'smtpd_sasl_auth_enable', 'yes'));
  }
  const after = searchListeners(editedSite(site, edits)).find(l => l.service.name.text === listener.service.name.text);
  if (!after || !holds(after)) return [];
  const title = say('Put the relay guard in: {name} = {value}', 'Pôr a proteção contra relay: {name} = {value}', {
    name,
    value: words.join(', '),
  });
  return [{ title, safe, edits }];
}

/** Whether an address is listed (reject_unlisted_…), and whether a login owns a sender (…_sender_login_mismatch). */
import { derived } from '../../text/derived';
import { say } from '../../text/message';
import { Remembered } from '../doubt';
import { findAddress, recipientStrategy, type Found } from '../lookup/maps';
import { fold } from '../lookup/table';
import type { CheckState, Status } from './check-state';
import { fixEnhanced, splitEnhanced } from './enhanced';
import { addressSearch } from './resolve';
import type { SmtpServer } from './server';

const remembered = derived((_: SmtpServer) => new Remembered<Found>());

function find(
  state: CheckState,
  parameter: string,
  address: string,
  shown: string,
): Found & { kind: 'found' | 'none' } {
  const { server } = state;
  const found = remembered(server).get(`${parameter} ${address}`, state.ask, ask => {
    const search = addressSearch(server, ask);
    return findAddress(server.mapsOf(parameter), address, recipientStrategy, search, ask);
  });
  return found.kind === 'error' ? state.fails(found.retry, shown) : found;
}

/** Checks a recipient against the tables of its class, once a recipient (check_recipient_rcpt_maps). */
export function checkRecipientMaps(state: CheckState, recipient: string): Status {
  if (noUnknownChecks(state) || state.recipientMapsChecked) return 'dunno';
  if (state.warnIfReject === 0) state.recipientMapsChecked = true;
  return checkMaps(state, recipient, state.sender ?? '', 'Recipient address');
}

/** Checks a sender the same way, once a sender (check_sender_rcpt_maps). */
export function checkSenderMaps(state: CheckState, sender: string): Status {
  if (noUnknownChecks(state) || state.senderMapsChecked) return 'dunno';
  if (state.warnIfReject === 0) state.senderMapsChecked = true;
  return checkMaps(state, sender, state.recipient ?? '', 'Sender address');
}

const noUnknownChecks = (state: CheckState): boolean =>
  state.server.list('receive_override_options').some(w => w.text.toLowerCase() === 'no_unknown_recipient_checks');

function checkMaps(
  state: CheckState,
  address: string,
  other: string,
  kind: 'Recipient address' | 'Sender address',
): Status {
  const { server } = state;
  const reply = state.resolver.resolve(address, other);
  if (reply.failed) state.tableFails(address);
  const has = (parameter: string): boolean => find(state, parameter, reply.recipient, address).kind === 'found';
  if (
    has('recipient_canonical_maps') ||
    (kind === 'Sender address' && has('sender_canonical_maps')) ||
    has('canonical_maps') ||
    has('virtual_alias_maps')
  ) {
    return 'dunno';
  }
  const detail = kind === 'Sender address' ? '1.0' : '1.1';
  if (reply.transport === 'error' || reply.transport === 'retry') {
    const soft = reply.transport === 'retry';
    const split = splitEnhanced(`${soft ? 4 : 5}.${detail}`, reply.nexthop);
    const hard = reply.class === 'alias' ? server.number('unknown_virtual_alias_reject_code') : 550;
    return state.reject(
      'policy',
      soft ? 450 : hard,
      fixEnhanced(split.enhanced, kind),
      `<${address}>: ${kind} rejected: ${split.text}`,
    );
  }
  const unknown = (parameter: string, code: string, table: string): Status => {
    if (server.settings.text(parameter) === '' || has(parameter)) return 'dunno';
    const where = server.settings.bool('show_user_unknown_table_name') === false ? '' : ` in ${table} table`;
    return state.reject(
      'policy',
      server.number(code),
      `5.${detail}`,
      `<${address}>: ${kind} rejected: User unknown${where}`,
    );
  };
  switch (reply.class) {
    case 'local': {
      const local = reply.recipient.slice(0, reply.recipient.lastIndexOf('@'));
      const always = [server.settings.text('double_bounce_sender'), 'postmaster', 'mailer-daemon'];
      if (always.some(name => fold(reply.recipient).startsWith(`${fold(name)}@`)) || always.includes(fold(local)))
        return 'dunno';
      return unknown('local_recipient_maps', 'unknown_local_recipient_reject_code', 'local recipient');
    }
    case 'virtual':
      return unknown('virtual_mailbox_maps', 'unknown_virtual_mailbox_reject_code', 'virtual mailbox');
    case 'relay':
      return unknown('relay_recipient_maps', 'unknown_relay_recipient_reject_code', 'relay recipient');
    default:
      return 'dunno';
  }
}

/**
 * Whether sender and login fit: with a login, the sender must be its own (one without an owner is refused too, unless
 * `spareUnknown`); without a login, the sender must have no owner.
 */
export function mismatch(state: CheckState, sender: string, spareUnknown: boolean): Status {
  const reply = state.resolver.resolve(sender, state.recipient ?? '');
  if (reply.failed) state.tableFails(sender);
  const found = find(state, 'smtpd_sender_login_maps', reply.recipient, sender);
  const user = state.saslUsername;
  if (!user) {
    if (found.kind === 'none') return 'dunno';
    return state.reject('policy', 553, '5.7.1', `<${sender}>: Sender address rejected: not logged in`);
  }
  if (found.kind === 'found') {
    if (found.value === undefined) {
      const why = say('whether {user} owns {sender} is not known', 'não se sabe se {sender} é de {user}', {
        user,
        sender,
      });
      if (state.ask.choose(`owner ${found.table} ${sender} ${user}`, [false, true], why)) return 'dunno';
    } else {
      const owners = found.value.split(/[, \t\r\n]+/).map(fold);
      if (owners.includes(fold(user))) return 'dunno';
    }
  } else if (spareUnknown) return 'dunno';
  return state.reject('policy', 553, '5.7.1', `<${sender}>: Sender address rejected: not owned by user ${user}`);
}

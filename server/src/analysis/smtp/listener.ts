/** Which service of master.cf a session reaches. */
import { endpointOf, portNumber, programOf, servicesOf } from '../../model/services';
import { siteSettings } from '../../model/settings';
import type { Service } from '../../syntax/master-cf/parse';
import { parseIp } from '../lookup/ip';
import type { Machine } from './machine';
import type { FullSession } from './session';

/**
 * The smtpd service that a session reaches: the inet service at its port, or the smtpd that postscreen there hands its
 * clients on to. A name with a host (`127.0.0.1:10025`) must stand so in master.cf.
 */
export function listener(machine: Machine, session: FullSession): Service | undefined {
  const services = servicesOf(machine.site);
  const wanted = session.service;
  const inet = services.filter(s => s.type.text === 'inet');
  const exact = inet.find(s => s.name.text === wanted);
  const port = portNumber(String(wanted).slice(String(wanted).lastIndexOf(':') + 1));
  const host = session.server_address || (inside(machine, session.client_address) ? session.client_address : '');
  const there = inet.filter(s => portNumber(endpointOf(s).port) === port && port !== undefined);
  const found =
    exact ??
    there.find(s => endpointOf(s).host === host && host !== '') ??
    there.find(s => endpointOf(s).host === '') ??
    there.find(s => reaches(endpointOf(s).host, host));
  if (!found) return undefined;
  if (programOf(found) !== 'postscreen') return programOf(found) === 'smtpd' ? found : undefined;
  const name = siteSettings(machine.site).text('smtpd_service_name') || 'smtpd';
  return services.find(s => s.type.text === 'pass' && s.name.text === name && programOf(s) === 'smtpd');
}

const reaches = (bound: string, host: string): boolean =>
  bound === 'localhost'
    ? host.startsWith('127.') || host === '::1'
    : bound === '0.0.0.0' || bound === '::' || host === '';

function inside(machine: Machine, address: string): boolean {
  const bytes = parseIp(address);
  if (!bytes) return false;
  return (
    bytes[0] === 127 ||
    machine.interfaces.some(i => i.bytes.length === bytes.length && i.bytes.every((b, at) => b === bytes[at]))
  );
}

/** Who listens for mail: the services of a site that take SMTP from the network, and what each of them is for. */
import { endpointOf, portNumber, programOf, serviceSettings, servicesOf } from '../../model/services';
import type { Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';

/** What a listener is for, by its port: mail from other servers, from users (587), from users in TLS (465), or another port. */
export type ListenerRole = 'mx' | 'submission' | 'submissions' | 'other';

export interface Listener {
  /** The service that listens. */
  readonly service: Service;
  /** The service whose smtpd speaks to the client: the same, or `smtpd pass` behind postscreen. */
  readonly smtpd: Service;
  readonly settings: Settings;
  readonly role: ListenerRole;
  /** The port, where it is a number or a name that is known. */
  readonly port: number | undefined;
  /** The address part of the service's name; empty where it listens on all of inet_interfaces. */
  readonly host: string;
  /** Bound to the loopback by its name or by inet_interfaces: the outside does not reach it. */
  readonly loopback: boolean;
  /** Speaks TLS from the first byte (smtpd_tls_wrappermode). */
  readonly wrapped: boolean;
  /** A proxy in front speaks for the client (smtpd_upstream_proxy_protocol, postscreen_upstream_proxy_protocol). */
  readonly proxied: boolean;
}

const loopbackHost = /^(?:127\.\d+\.\d+\.\d+|localhost|::1|ip6-localhost)$/i;

/** The listeners of a site, in the order of master.cf. Remembered by site. */
export const listenersOf: (site: Site) => readonly Listener[] = derived(site => {
  const services = servicesOf(site);
  const behindPostscreen = services.find(s => s.type.text === 'pass' && programOf(s) === 'smtpd');
  return services.flatMap((service): Listener[] => {
    const program = programOf(service);
    if (service.type.text !== 'inet' || (program !== 'smtpd' && program !== 'postscreen')) return [];
    const smtpd = program === 'postscreen' ? behindPostscreen : service;
    if (!smtpd) return [];
    const settings = serviceSettings(site, smtpd);
    const { host, port: portText } = endpointOf(service);
    const port = portNumber(portText);
    const own = serviceSettings(site, service);
    return [
      {
        service,
        smtpd,
        settings,
        role: port === 25 ? 'mx' : port === 587 ? 'submission' : port === 465 ? 'submissions' : 'other',
        port,
        host,
        loopback: isLoopback(host, own),
        wrapped: settings.bool('smtpd_tls_wrappermode') === true,
        proxied:
          settings.text('smtpd_upstream_proxy_protocol') !== '' ||
          own.text('postscreen_upstream_proxy_protocol') !== '',
      },
    ];
  });
});

function isLoopback(host: string, settings: Settings): boolean {
  if (host !== '') return loopbackHost.test(host);
  const interfaces = settings.get('inet_interfaces');
  if (interfaces.unknown) return false;
  const words = settings.words('inet_interfaces').map(w => w.text.replace(/^\[|\]$/g, ''));
  return words.length > 0 && words.every(w => w === 'loopback-only' || loopbackHost.test(w));
}

/** Whether a listener offers AUTH at all: SASL on, as the effective settings have it; undefined where unknown. */
export function offersLogin(listener: Listener): boolean | undefined {
  const setting = listener.settings.get('smtpd_sasl_auth_enable');
  return setting.unknown ? undefined : listener.settings.bool('smtpd_sasl_auth_enable');
}

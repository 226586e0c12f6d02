/** The services of a site: master.cf's, or those of an unchanged master.cf where the site has none. */
import { services } from '../facts/services';
import { stockMasterCf } from '../facts/stock-master';
import { parseMasterCf, type MasterCf, type Service } from '../syntax/master-cf/parse';
import { basename } from '../text/path';
import { derived } from '../text/derived';
import { SourceText } from '../text/source-text';
import { Settings } from './settings';
import type { Site } from './site';

/** master.cf as read; `assumed` where the site has none and the stock file stands for it. */
export interface SiteMaster {
  readonly tree: MasterCf;
  readonly assumed: boolean;
}

const stock = parseMasterCf(new SourceText('master.cf', stockMasterCf));

/** The services file of a site. */
export const masterOf: (site: Site) => SiteMaster = derived(site =>
  site.master ? { tree: parseMasterCf(site.master), assumed: false } : { tree: stock, assumed: true },
);

/**
 * What makes a service: its name and type, for inet its address and port (`smtp` and `25` are one). Of two that are equal,
 * master(8) takes the last.
 */
export function serviceKey(service: Service): string {
  if (service.type.text !== 'inet') return `${service.name.text}/${service.type.text}`;
  const { host, port } = endpointOf(service);
  return `${host}:${portNumber(port) ?? port}/inet`;
}

/** How people name a service: `smtp/inet`, as postconf -M does. */
export function serviceLabel(service: Service): string {
  return `${service.name.text}/${service.type.text}`;
}

/** The services that run: of duplicates the last, in the place of the first. */
export const servicesOf: (site: Site) => readonly Service[] = derived(site => {
  const byKey = new Map<string, Service>();
  for (const service of masterOf(site).tree.services) byKey.set(serviceKey(service), service);
  return [...byKey.values()];
});

/** The program a service runs, without its folder. */
export function programOf(service: Service): string {
  return basename(service.command.text);
}

/** Finds a service that others reach by name (cleanup, transports): any type but inet. */
export function internalService(site: Site, name: string): Service | undefined {
  return servicesOf(site).find(s => s.name.text === name && s.type.text !== 'inet');
}

/** The port of an inet service's name, `host:port` split; host is empty where it listens on inet_interfaces. */
export function endpointOf(service: Service): { host: string; port: string } {
  const name = service.name.text;
  const match = /^(?:(\[[^\]]*\]|[^:]*):)?([^:]*)$/.exec(name);
  return { host: (match?.[1] ?? '').replace(/^\[|\]$/g, ''), port: match?.[2] ?? name };
}

/** A port as a number, by figures or by its name in /etc/services; undefined for other names. */
export function portNumber(port: string): number | undefined {
  if (/^\d+$/.test(port)) return Number(port);
  return services.get(port);
}

const settingsOf = derived((site: Site) => {
  const source = masterOf(site).tree.source;
  return derived((service: Service) => new Settings(site, service, source));
});

/** The settings that a service's process sees. Remembered by site and service. */
export function serviceSettings(site: Site, service: Service): Settings {
  return settingsOf(site)(service);
}

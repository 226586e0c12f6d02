/** The user's settings, from whichever client they come: every value is checked, what is wrong counts as not given. */
import type { Severity } from '../../rules/rule';
import type { Lang } from '../../text/message';
import { join } from '../../text/path';
import type { NamedSite } from './plans';

export interface Settings {
  readonly targetVersion: string | undefined;
  readonly domains: readonly string[];
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** Folders relative to the workspace folder that the settings are for. */
  readonly sites: readonly NamedSite[];
  readonly language: Lang | undefined;
}

export const noSettings: Settings = {
  targetVersion: undefined,
  domains: [],
  severities: new Map(),
  sites: [],
  language: undefined,
};

const severities: ReadonlySet<unknown> = new Set(['error', 'warning', 'information', 'hint', 'off']);

/** Reads the section `postfix` of a client's settings. Never throws. */
export function readSettings(section: unknown, folder: string | undefined): Settings {
  if (typeof section !== 'object' || section === null) return noSettings;
  const given = section as Readonly<Record<string, unknown>>;
  return {
    targetVersion: readVersion(given['targetVersion']),
    domains: strings(given['domains']),
    severities: new Map(
      Object.entries(object(given['severity'])).filter((e): e is [string, Severity | 'off'] => severities.has(e[1])),
    ),
    sites: array(given['sites']).flatMap(site => readSite(object(site), folder)),
    language: readLang(given['language']),
  };
}

/** The language of a locale such as `pt-br` or `en-US`; undefined for `auto` and whatever else is no string. */
export function readLang(locale: unknown): Lang | undefined {
  if (typeof locale !== 'string' || locale === 'auto' || locale === '') return undefined;
  return /^pt\b/i.test(locale) ? 'pt-BR' : 'en';
}

function readSite(site: Readonly<Record<string, unknown>>, folder: string | undefined): NamedSite[] {
  const at = site['folder'];
  if (typeof at !== 'string') return [];
  const absolute = (path: string): string => join(folder ?? '', path);
  const firewall = typeof site['firewall'] === 'string' ? [site['firewall']] : strings(site['firewall']);
  const targetVersion = readVersion(site['targetVersion']);
  return [
    {
      folder: absolute(at),
      ...(firewall.length > 0 && { firewall: firewall.map(absolute) }),
      ...(targetVersion !== undefined && { targetVersion }),
      domains: strings(site['domains']),
    },
  ];
}

function readVersion(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d+\.\d+(?:\.\d+)?$/.test(value) ? value : undefined;
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): readonly string[] {
  return array(value).filter(item => typeof item === 'string');
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

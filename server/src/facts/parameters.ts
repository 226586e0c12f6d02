/** What is known of each main.cf parameter: defaults by version, type, readers. The data is generated (parameters.json). */
import table from './parameters.json';

/** How Postfix reads a value; `n…` kinds are looked at without failing first. */
export type ParameterType = 'str' | 'bool' | 'time' | 'int' | 'nbool' | 'nint' | 'raw' | 'long' | 'str_fn';

export interface Parameter {
  readonly name: string;
  /** The default as of the newest version, unexpanded; undefined where it is the machine's (names, addresses). */
  readonly default: string | undefined;
  /** Where it changed: [from which version on, default], oldest first. */
  readonly defaults?: readonly (readonly [string, string])[];
  readonly since?: string;
  readonly type?: ParameterType;
  /** The programs that read it; `global` for all of them. */
  readonly readBy?: readonly string[];
  readonly obsoleteSince?: string;
}

function load(): ReadonlyMap<string, Parameter> {
  const map = new Map<string, Parameter>();
  for (const [name, entry] of Object.entries(table as unknown as Record<string, Omit<Parameter, 'name'> | string>)) {
    if (typeof entry === 'string') continue;
    const { defaults } = entry;
    map.set(name, { ...entry, name, default: defaults ? defaults[defaults.length - 1]?.[1] : entry.default });
  }
  return map;
}

/** All parameters by name. */
export const parameters: ReadonlyMap<string, Parameter> = load();

/** Endings of the parameters that exist once for each transport of master.cf (`NAME_destination_…`), with their fallback. */
export const transportEndings: ReadonlyMap<string, string> = new Map([
  ['_delivery_slot_cost', '$default_delivery_slot_cost'],
  ['_delivery_slot_discount', '$default_delivery_slot_discount'],
  ['_delivery_slot_loan', '$default_delivery_slot_loan'],
  ['_destination_concurrency_failed_cohort_limit', '$default_destination_concurrency_failed_cohort_limit'],
  ['_destination_concurrency_limit', '$default_destination_concurrency_limit'],
  ['_destination_concurrency_negative_feedback', '$default_destination_concurrency_negative_feedback'],
  ['_destination_concurrency_positive_feedback', '$default_destination_concurrency_positive_feedback'],
  ['_destination_rate_delay', '$default_destination_rate_delay'],
  ['_destination_recipient_limit', '$default_destination_recipient_limit'],
  ['_extra_recipient_limit', '$default_extra_recipient_limit'],
  ['_initial_destination_concurrency', '$initial_destination_concurrency'],
  ['_minimum_delivery_slots', '$default_minimum_delivery_slots'],
  ['_recipient_limit', '$default_recipient_limit'],
  ['_recipient_refill_delay', '$default_recipient_refill_delay'],
  ['_recipient_refill_limit', '$default_recipient_refill_limit'],
  ['_time_limit', '$command_time_limit'],
  ['_transport_rate_delay', '$default_transport_rate_delay'],
]);

/**
 * Splits the name of a transport's own parameter into transport and ending; undefined for any other name.
 * Whether master.cf has such a transport is the model's question.
 */
export function transportParameter(name: string): { transport: string; ending: string } | undefined {
  let best: { transport: string; ending: string } | undefined;
  for (const ending of transportEndings.keys()) {
    if (name.length > ending.length && name.endsWith(ending) && (!best || ending.length > best.ending.length)) {
      best = { transport: name.slice(0, -ending.length), ending };
    }
  }
  return best;
}

/** Compares dotted versions as numbers: negative, zero or positive. Missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The unexpanded default of a parameter in a version of Postfix; undefined where it is unknown or the machine's. */
export function defaultOf(name: string, version: string): string | undefined {
  const parameter = parameters.get(name);
  if (!parameter) {
    const own = transportParameter(name);
    return own && transportEndings.get(own.ending);
  }
  if (!parameter.defaults) return parameter.default;
  let value: string | undefined;
  for (const [since, text] of parameter.defaults) {
    if (since === '0' || compareVersions(version, since) >= 0) value = text;
  }
  return value;
}

/** Targets that a packet passes through: looked at, logged, changed in what decides nothing here. */
import type { Context, ExtensionSpec, Given, OptionSpec, Seen, Yield } from '../extension';
import { bang } from '../extension';
import type { Action } from '../rule';

const onward: Action = { kind: 'continue' };

/** A target that packets pass through, for all that is decided here. */
export function passing(
  name: string,
  options: readonly OptionSpec[],
  more: Partial<ExtensionSpec> & {
    print?: (given: Given) => string;
    check?: (seen: Seen, context: Context) => void;
    order?: readonly string[];
  } = {},
): ExtensionSpec {
  const { print = plain, check, order, ...rest } = more;
  return {
    kind: 'target',
    name,
    options,
    ...rest,
    finish(seen, context): Yield {
      check?.(seen, context);
      const keys = order ?? [...new Set(options.map(o => o.key))];
      const saved = keys
        .map(key => seen.get(key))
        .map(given => (given ? print(given) : ''))
        .join('');
      return { saved, action: onward };
    },
  };
}

/** An option as iptables-save prints most of them. */
export function plain(given: Given): string {
  if (given.option.type === 'none') return `${bang(given)} --${given.option.name}`;
  return `${bang(given)} --${given.option.name} ${typeof given.value === 'number' ? given.value : given.label}`;
}

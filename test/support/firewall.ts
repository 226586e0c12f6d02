/** Firewalls for tests: from a script's or a dump's text, on the host of the packet questions. */
import type { Firewall, FirewallOptions } from '@postfix-tools/server/analysis/packet/firewall';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import { mailHost } from '@postfix-tools/server/analysis/packet/world';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Family } from '@postfix-tools/server/syntax/iptables/rule';
import type { TableName } from '@postfix-tools/server/syntax/iptables/command';

/** A firewall from the text of a script. */
export function scripted(text: string, options: FirewallOptions = {}): Firewall {
  return loaded('shell', text, options);
}

/** A firewall from the text of a dump. */
export function dumped(text: string, options: FirewallOptions = {}): Firewall {
  return loaded('iptables-save', text, options);
}

function loaded(kind: 'shell' | 'iptables-save', text: string, options: FirewallOptions): Firewall {
  const source = new SourceText(kind === 'shell' ? 'firewall.sh' : 'rules.v4', text);
  const files = options.files ?? new MemoryFiles([source]);
  return loadFirewall([{ kind, source }], {
    args: [],
    env: {},
    names: mailHost(/\bipset\b/.test(text)),
    ...options,
    files,
  });
}

/** The rules of a chain as iptables-save prints them. */
export function saved(firewall: Firewall, chain: string, table: TableName = 'filter', family: Family = 4): string[] {
  const rules = firewall.ruleset.tables[family].get(table)?.chains.get(chain)?.rules ?? [];
  return rules.map(placed => placed.rule.saved);
}

/** What is refused, a line each: `LINE STATUS TEXT`. */
export function refusals(firewall: Firewall): string[] {
  return firewall.errors.map(error => `${error.line} ${error.status} ${error.says}`);
}

/** Compares our answers to a random table with those of the real postmap. */
import { SourceText, toBytes } from '@postfix-tools/server/text/source-text';
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import type { RandomCase } from './pattern-generator';
import type { Postmap } from './postmap';

/** Where we differ; `spent`: how many answers our budget did not reach. */
export interface Comparison {
  readonly asked: number;
  readonly spent: number;
  readonly differences: readonly string[];
}

/** Asks both. */
export function compareTable(postmap: Postmap, one: RandomCase): Comparison {
  const keys = one.keys.map(toBytes);
  const real = postmap.ask(one.type, toBytes(one.table), keys);
  const table = loadTable(new SourceText('$table', one.table), one.type);
  const differences: string[] = [];
  const warnings = table.warnings.map(warning => warning.text);
  if (JSON.stringify(warnings) !== JSON.stringify(real.warnings)) {
    differences.push(
      `${JSON.stringify(one.table)}: warnings ${JSON.stringify(real.warnings)}, ours ${JSON.stringify(warnings)}`,
    );
  }
  let spent = 0;
  const log: string[] = [];
  for (const key of keys) {
    const answer = tryHeader(table, 'header_checks', key);
    if (answer.unknown.length > 0) {
      spent++;
      continue;
    }
    log.push(...answer.log);
    const action = real.actions.get(key) ?? null;
    if (answer.action !== action) {
      differences.push(
        `${one.type} ${JSON.stringify(one.table)} ${JSON.stringify(key)}: ${JSON.stringify(action)}, ours ${JSON.stringify(answer.action)}`,
      );
    }
  }
  if (spent === 0 && JSON.stringify(log) !== JSON.stringify(real.log)) {
    differences.push(`${JSON.stringify(one.table)}: log ${JSON.stringify(real.log)}, ours ${JSON.stringify(log)}`);
  }
  return { asked: keys.length, spent, differences };
}

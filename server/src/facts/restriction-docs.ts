/** What each access restriction does, in short, and what kind of argument it takes (postconf(5), access restrictions). */
import type { Text } from '../text/message';
import table from './restriction-docs.json';

export type RestrictionArgument = 'table' | 'service' | 'domain list' | 'number' | 'restriction';

export interface RestrictionDoc extends Text {
  readonly argument?: RestrictionArgument;
}

/** By name in small letters. */
export const restrictionDocs: ReadonlyMap<string, RestrictionDoc> = new Map(
  Object.entries(table as Record<string, RestrictionDoc>),
);

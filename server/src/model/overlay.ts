/** Files that are no whole configuration: what is put on top of another main.cf. */
import { derived } from '../text/derived';
import { mainParameters } from './settings';
import type { Site } from './site';

/** What a main.cf that is used by itself says, in part at least: who it is, whom it trusts, where Postfix lies, what it takes. */
const identity =
  /^(?:my(?:hostname|domain|origin|destination|networks)|inet_interfaces|relayhost|(?:queue|command|daemon)_directory|compatibility_level|smtpd_\w+_restrictions)$/;

/**
 * Whether main.cf stands alone, without master.cf, and says nothing of the host: a piece that is merged into another file,
 * of whose defaults nothing follows.
 */
export const isOverlay: (site: Site) => boolean = derived(
  site => !site.master && ![...mainParameters(site).keys()].some(name => identity.test(name)),
);

/**
 * The Port 25 report: what Brazil's Gerência da Porta 25 (CGI.br resolution RES/2009/002/P) and the RFCs behind it (5068, 6409,
 * 8314) demand of a mail server and of the firewall in front of it, each demand asked of the engines.
 */
import type { Site } from '../../model/site';
import { derived } from '../../text/derived';
import type { Demand } from './demand';
import { firewallDemands } from './firewall-demands';
import { smtpDemands } from './smtp-demands';

/**
 * All demands on a site: submission, logins, relaying, then the firewall. What the files do not decide is `unknown`, with its
 * reason; so is everything asked of Postfix where there is no main.cf. Remembered by the site.
 */
export const port25Report: (site: Site) => readonly Demand[] = derived(site => [
  ...smtpDemands(site),
  ...firewallDemands(site),
]);

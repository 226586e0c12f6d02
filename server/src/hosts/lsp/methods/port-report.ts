/** postfix/report: the Port 25 report of a site, for people who ask from the editor. */
import { statusNames, type Demand } from '../../../analysis/port25/demand';
import { port25Report } from '../../../analysis/port25/report';
import type { Site } from '../../../model/site';
import { format, say } from '../../../text/message';
import { basename } from '../../../text/path';
import { evidenceLine } from '../../evidence-line';
import { toUri } from '../protocol';
import { portReport, type DemandEntry } from '../requests';
import type { Method, Session } from '../session';
import { pathOf } from '../uri';

export const port25: Method = {
  capabilities: () => ({}),

  register(session) {
    session.connection.onRequest(portReport, async ({ uri }) => {
      await session.ready;
      const site = siteFor(session, uri);
      if (!site) return null;
      const title = say('Port 25 report: {folder}', 'Relatório da porta 25: {folder}', {
        folder: basename(site.folder),
      });
      return {
        title: format(title, session.lang()),
        demands: port25Report(site).map(demand => entry(session, demand)),
      };
    });
  },
};

/** The site of the document asked from, else the first with settings, else one with a firewall alone. */
function siteFor({ workspace }: Session, uri: string | null): Site | undefined {
  const own = uri === null ? undefined : workspace.siteOf(pathOf(uri));
  if (own?.main) return own;
  const sites = workspace.sites();
  return sites.find(s => s.main && s.folder === own?.folder) ?? sites.find(s => s.main) ?? own ?? sites[0];
}

function entry(session: Session, { id, status, title, source, reason, evidence, place }: Demand): DemandEntry {
  const lang = session.lang();
  return {
    id,
    status,
    statusName: statusNames[status][lang],
    title: format(title, lang),
    source,
    reason: format(reason, lang),
    ...(evidence && { evidence: evidenceLine(evidence) }),
    ...(place && {
      uri: toUri(session.workspace.files, place.source.path),
      line: place.source.positionAt(place.span.start).line,
    }),
  };
}

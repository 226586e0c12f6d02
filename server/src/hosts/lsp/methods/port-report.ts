/** postfix/report: the Port 25 report of a site, for people who ask from the editor. */
import { reportTitle, statusNames, type Demand } from '../../../analysis/port25/demand';
import { port25Report } from '../../../analysis/port25/report';
import { format } from '../../../text/message';
import { basename } from '../../../text/path';
import { evidenceLine } from '../../evidence-line';
import { toUri } from '../protocol';
import { portReport, type DemandEntry } from '../requests';
import { siteWith, type Method, type Session } from '../session';

export const port25: Method = {
  capabilities: () => ({}),

  register(session) {
    session.connection.onRequest(portReport, async ({ uri }) => {
      await session.ready;
      const site = siteWith(session, uri, s => s.main !== undefined);
      if (!site) return null;
      return {
        title: format(reportTitle(basename(site.folder)), session.lang()),
        demands: port25Report(site).map(demand => entry(session, demand)),
      };
    });
  },
};

function entry(session: Session, { id, status, title, source, reason, evidence, place }: Demand): DemandEntry {
  const lang = session.lang();
  return {
    id,
    status,
    statusName: statusNames[status][lang],
    title: format(title, lang),
    source,
    reason: format(reason, lang),
    ...(evidence && { evidence: evidenceLine(evidence, lang) }),
    ...(place && {
      uri: toUri(session.workspace.files, place.source.path),
      line: place.source.positionAt(place.span.start).line,
    }),
  };
}

/** Requests of our own: the site of a document, the catalogue of rules, a rule's page. */
import { rules } from '../../../rules/index.generated';
import { explainRule, ruleList, siteStatus } from '../requests';
import type { Method } from '../session';
import { pathOf, uriOf } from '../uri';
import { rulePage } from '../../../features/rule-page';

export const questions: Method = {
  capabilities: () => ({}),

  register(session) {
    const { connection, workspace } = session;
    connection.onRequest(siteStatus, ({ uri }) => {
      const site = workspace.siteOf(pathOf(uri));
      return site ? { folder: uriOf(site.folder), targetVersion: site.options.postfixVersion } : null;
    });
    connection.onRequest(ruleList, () =>
      rules.map(({ id, title, severity }) => ({ id, title: title[session.lang()], severity })),
    );
    connection.onRequest(explainRule, ({ id }) => {
      const rule = rules.find(r => r.id === id);
      return rule ? rulePage(rule, session.lang()) : null;
    });
  },
};

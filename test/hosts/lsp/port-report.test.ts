import { equal, match } from 'node:assert/strict';
import type { PortReport } from '@postfix-tools/server/hosts/lsp/requests';
import { LspSession, TestFolder } from '../../support/lsp';

describe('postfix/report', () => {
  let folder: TestFolder;
  let session: LspSession | undefined;

  beforeEach(() => {
    folder = new TestFolder({
      'etc/main.cf': 'compatibility_level = 3.6\nmydestination = example.com\n',
      'etc/master.cf': 'smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n',
      'etc/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
    });
  });
  afterEach(async () => {
    equal(await session?.stop(), session ? 0 : undefined);
    session = undefined;
    folder.remove();
  });

  it('gives the Port 25 report of the site, in the language of the client, with places', async () => {
    session = await LspSession.start(folder, { locale: 'pt-br' });
    const report = await session.connection.sendRequest<PortReport>('postfix/report', { uri: null });
    equal(report.title, 'Relatório da porta 25: etc');
    equal(report.demands.length, 10);
    const own = report.demands.find(d => d.id === 'own-delivery');
    equal(own?.statusName, 'não atendida');
    match(own.evidence ?? '', /^packet: path=out .*user=postfix → DROP$/);
    equal(own.uri, folder.uri('etc/firewall.sh'));
    equal(own.line, 1);
  });
});

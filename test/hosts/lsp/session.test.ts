import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
} from 'vscode-languageserver-protocol/node';
import type { Answer } from '@postfix-tools/server/hosts/lsp/requests';
import { LspSession, TestFolder } from '../../support/lsp';

const noReason = '# postfix-lint: ignore open-relay\nmyhostname = mx.example.com\n';

describe('language server over stdio', () => {
  let folder: TestFolder;
  let session: LspSession | undefined;

  beforeEach(() => {
    folder = new TestFolder({ 'etc/main.cf': noReason, 'etc/master.cf': 'smtp inet n - y - - smtpd\n' });
  });
  afterEach(async () => {
    equal(await session?.stop(), session ? 0 : undefined);
    session = undefined;
    folder.remove();
  });

  it('finds the sites of its folder by itself, and speaks the language of the client', async () => {
    session = await LspSession.start(folder, { locale: 'pt-br' });
    const [first] = await session.until(folder.uri('etc/main.cf'), codes => codes.includes('ignore-without-reason'));
    equal(first?.source, 'postfix');
    match(JSON.stringify(first?.message), /motivo/);
  });

  it('checks the buffer as it is typed, not the file; an edit is taken as the range it is', async () => {
    session = await LspSession.start(folder);
    const uri = folder.uri('etc/main.cf');
    await session.open(uri, 'postfix-main', noReason);
    await session.until(uri, codes => codes.includes('ignore-without-reason'));
    const end = { line: 0, character: 33 };
    await session.change(uri, { range: { start: end, end }, text: ' -- tested by hand' });
    await session.until(uri, codes => !codes.includes('ignore-without-reason'));
  });

  it('sees a change on disk that the client tells of', async () => {
    session = await LspSession.start(folder);
    const uri = folder.uri('etc/main.cf');
    await session.until(uri, codes => codes.length > 0);
    folder.write('etc/main.cf', 'myhostname = mx.example.com\n');
    await session.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
    await session.until(uri, codes => !codes.includes('ignore-without-reason'));
    rmSync(join(folder.path, 'etc/main.cf'));
    await session.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
    await session.until(uri, codes => codes.length === 0);
  });

  it('takes new severities while it runs', async () => {
    let severity = 'error';
    session = await LspSession.start(folder, {
      capabilities: { workspace: { configuration: true } },
      settings: () => ({ severity: { 'ignore-without-reason': severity } }),
    });
    const uri = folder.uri('etc/main.cf');
    const found = await session.until(uri, codes => codes.includes('ignore-without-reason'));
    equal(found.find(d => d.code === 'ignore-without-reason')?.severity, 1);
    severity = 'off';
    await session.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await session.until(uri, codes => !codes.includes('ignore-without-reason'));
  });

  it('goes by the project file, says what is wrong in it, and takes its changes while it is typed', async () => {
    const project = (rule: string) => `skip: [${rule}]\n`;
    folder.write('.postfix-lint.yaml', project('no-such-rule'));
    session = await LspSession.start(folder);
    const [uri, main] = [folder.uri('.postfix-lint.yaml'), folder.uri('etc/main.cf')];
    const [wrong] = await session.until(uri, codes => codes.includes('project-file'));
    deepEqual(wrong?.range, { start: { line: 0, character: 7 }, end: { line: 0, character: 19 } });
    await session.until(main, codes => codes.includes('ignore-without-reason'));
    await session.open(uri, 'yaml', project('ignore-without-reason'));
    await session.until(uri, codes => codes.length === 0);
    await session.until(main, codes => !codes.includes('ignore-without-reason'));
  });

  it('answers a client that asks for diagnostics, and sends it none unasked', async () => {
    session = await LspSession.start(folder, { capabilities: { textDocument: { diagnostic: {} } } });
    const uri = folder.uri('etc/main.cf');
    await session.open(uri, 'postfix-main', noReason);
    const ask = (previousResultId?: string): Promise<DocumentDiagnosticReport> =>
      session!.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, previousResultId });
    let report = await ask();
    ok(report.kind === 'full' && report.items.some(d => d.code === 'ignore-without-reason'));
    // The rest of the workspace is read meanwhile and may have something to say about this file as well.
    for (let tries = 0; report.kind === 'full' && tries < 50; tries++) report = await ask(report.resultId);
    equal(report.kind, 'unchanged');
    const whole = await session.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    ok(whole.items.some(i => i.uri === uri && i.kind === 'full' && i.items.length > 0));
    equal(session.diagnostics.size, 0);
  });

  it('offers to silence a finding, with the version of the document and a reason to write', async () => {
    session = await LspSession.start(folder, {
      capabilities: { workspace: { workspaceEdit: { documentChanges: true, snippetEditSupport: true } } },
    });
    const uri = folder.uri('etc/main.cf');
    await session.open(uri, 'postfix-main', noReason);
    const [d] = await session.until(uri, codes => codes.includes('ignore-without-reason'));
    const actions = await session.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: d?.range,
      context: { diagnostics: [d] },
    });
    const ignore = actions.find(a => a.title === 'Ignore ignore-without-reason here, with a reason');
    deepEqual(ignore?.edit?.documentChanges, [
      {
        textDocument: { uri, version: 1 },
        edits: [
          {
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
            snippet: { kind: 'snippet', value: '# postfix-lint: ignore ignore-without-reason -- ${1:reason}\n' },
          },
        ],
      },
    ]);
  });

  it('fixes all that is safe at once, as the command line would', async () => {
    session = await LspSession.start(folder);
    const uri = folder.uri('etc/main.cf');
    const text = 'myorigin = a.example\nmyorigin = b.example\nmyorigin = b.example\nmyhostname = mx.a.example\n';
    await session.open(uri, 'postfix-main', text);
    const [action] = await session.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    equal(action?.kind, 'source.fixAll.postfix');
    const [change] = action.edit?.documentChanges ?? [];
    ok(change && 'edits' in change);
    deepEqual(change.textDocument, { uri, version: 1 });
    equal(change.edits.length, 1);
  });

  it('completes the names of parameters that are not set yet, with documentation on demand', async () => {
    session = await LspSession.start(folder);
    const uri = folder.uri('etc/main.cf');
    await session.open(uri, 'postfix-main', 'myhostname = mx.example.com\nsmtpd_re');
    const items = await session.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 1, character: 8 },
    });
    const item = items.find(i => i.label === 'smtpd_relay_restrictions');
    deepEqual(item?.textEdit, {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 8 } },
      newText: 'smtpd_relay_restrictions = ',
    });
    ok(!items.some(i => i.label === 'myhostname'));
    const resolved = await session.connection.sendRequest<CompletionItem>('completionItem/resolve', item);
    match(JSON.stringify(resolved.documentation), /2\.10/);
  });

  it('says what a rule is about, and what version a site is checked for', async () => {
    session = await LspSession.start(folder, { initializationOptions: { settings: { targetVersion: '3.7' } } });
    const uri = folder.uri('etc/main.cf');
    await session.until(uri, codes => codes.length > 0);
    match(
      await session.connection.sendRequest('postfix/explain', { id: 'ignore-without-reason' }),
      /^# ignore-without/,
    );
    equal(await session.connection.sendRequest('postfix/explain', { id: 'no-such-rule' }), null);
    deepEqual(await session.connection.sendRequest('postfix/site', { uri }), {
      folder: folder.uri('etc'),
      targetVersion: '3.7',
    });
  });

  it('answers what would become of a message, with the lines that decide', async () => {
    folder.write('etc/main.cf', 'compatibility_level = 3.6\nsmtpd_relay_restrictions = reject_unauth_destination\n');
    session = await LspSession.start(folder);
    const fields = {
      service: 'smtp',
      client_address: '203.0.113.9',
      sender: 'a@example.net',
      recipient: 'b@example.org',
    };
    const answer = await session.connection.sendRequest<Answer>('postfix/try', { kind: 'session', uri: null, fields });
    match(answer.question, /^service=smtp, client_address=203\.0\.113\.9/);
    match(answer.verdict, /^reject \(\w+\) 554 5\.7\.1/);
    const step = answer.steps.find(s => s.text.includes('reject_unauth_destination'));
    deepEqual([step?.uri, step?.line], [folder.uri('etc/main.cf'), 1]);
  });

  it('answers what a table says to a header', async () => {
    folder.write('etc/main.cf', 'header_checks = pcre:/etc/postfix/header_checks\n');
    folder.write('etc/header_checks', '/^Subject: x/ WARN\n/^From: (.*)@example\\.com/ REJECT not you, $1\n');
    session = await LspSession.start(folder);
    const ask = (header: string) =>
      session!.connection.sendRequest<Answer>('postfix/try', { kind: 'header', uri: null, fields: { header } });
    const answer = await ask('From: ana@example.com');
    equal(answer.verdict, 'REJECT not you, ana');
    ok(answer.steps.some(s => s.uri === folder.uri('etc/header_checks') && s.line === 1));
    equal((await ask('From: ana@example.net')).verdict, 'no match');
  });

  it('tells the rule that fired, what its groups took, and asks the tables of the place that is chosen', async () => {
    folder.write(
      'etc/main.cf',
      'header_checks = pcre:/etc/h\nbody_checks = regexp:/etc/b\nmime_header_checks = pcre:/etc/m\n',
    );
    folder.write('etc/h', '/^Content-/ REJECT h\n/^Subject: (?<w>\\w+)\\n +(x)?/ REJECT fold\n');
    folder.write('etc/m', '/^content-type: (.*)/ WARN\n');
    folder.write('etc/b', '/(vi)(agra)/ REJECT\n');
    session = await LspSession.start(folder);
    const ask = (header: string, place?: string, uri: string | null = null) =>
      session!.connection.sendRequest<Answer>('postfix/try', { kind: 'header', uri, fields: { header, place } });
    const folded = await ask('Subject: a\n  b', 'header_checks');
    equal(folded.verdict, 'REJECT fold');
    equal(folded.fired?.uri, folder.uri('etc/h'));
    equal(folded.fired.range.start.line, 1);
    deepEqual(folded.fired.groups, [
      { name: '$0', text: 'Subject: a\n  ' },
      { name: '$1 w', text: 'a' },
      { name: '$2', text: null },
    ]);
    equal((await ask('Content-Type: text/plain', 'header_checks')).verdict, 'WARN');
    equal((await ask('Subject: viagra', 'nested_header_checks')).verdict, 'no match');
    const body = await ask('buy viagra', 'body_checks');
    deepEqual([body.verdict, body.fired?.groups.map(g => g.text)], ['REJECT', ['viagra', 'vi', 'agra']]);
    equal((await ask('Content-Type: x', undefined, folder.uri('etc/h'))).verdict, 'REJECT h');
  });

  it('does not know the answer behind a table that it cannot ask', async () => {
    folder.write(
      'etc/main.cf',
      'header_checks = pcre:/etc/h, hash:/etc/x\nbody_checks = pcre:/etc/gone, pcre:/etc/h\n',
    );
    folder.write('etc/h', '/^Subject: a/ REJECT\n');
    session = await LspSession.start(folder);
    const ask = (header: string, place: string) =>
      session!.connection.sendRequest<Answer>('postfix/try', { kind: 'header', uri: null, fields: { header, place } });
    equal((await ask('Subject: a', 'header_checks')).verdict, 'REJECT');
    const other = await ask('Subject: b', 'header_checks');
    deepEqual([other.verdict, other.unknown.length], ['unknown', 1]);
    match(other.unknown[0] ?? '', /^hash:\/etc\/x: only pcre: and regexp: tables are asked here/);
    const gone = await ask('Subject: a', 'body_checks');
    match(gone.unknown[0] ?? '', /^pcre:\/etc\/gone: the file cannot be read here/);
    equal(gone.fired, undefined);
  });

  it('stands above a rule with what it catches, and can be asked to try that', async () => {
    const text = '/^Subject:.*viagra/ REJECT\n';
    folder.write('etc/header_checks', text);
    session = await LspSession.start(folder, { initializationOptions: { commands: true } });
    const uri = folder.uri('etc/header_checks');
    await session.open(uri, 'postfix-checks', text);
    const lenses = await session.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    ok(lenses.every(lens => lens.command === undefined));
    const [first, second] = await Promise.all(
      lenses.map(lens => session!.connection.sendRequest<CodeLens>('codeLens/resolve', lens)),
    );
    equal(first?.command?.title, 'catches: Subject: viagra · lets through: Subject: =?UTF-8?Q?via=67ra?=');
    deepEqual(first.command.arguments, [
      [{ header: 'Subject: viagra' }, { header: 'Subject: =?UTF-8?Q?via=67ra?=' }],
      { uri, open: false },
    ]);
    equal(second?.command?.command, 'postfix.tryHeader');
    deepEqual(second.command.arguments, [[{ header: 'Subject: viagra' }], { uri, open: true }]);
  });

  it('answers what would become of a packet', async () => {
    folder.write('etc/firewall.sh', '#!/bin/sh\niptables -A INPUT -p tcp --dport 587 -j DROP\n');
    session = await LspSession.start(folder);
    const uri = folder.uri('etc/master.cf');
    const answer = await session.connection.sendRequest<Answer>('postfix/try', {
      kind: 'packet',
      uri,
      fields: { path: 'in', proto: 'tcp', src: '203.0.113.9', dst: '', dport: '587', user: '' },
    });
    deepEqual([answer.question, answer.verdict], ['path=in, proto=tcp, src=203.0.113.9, dport=587', 'DROP']);
    ok(answer.steps.some(s => s.uri === folder.uri('etc/firewall.sh') && s.line === 1));
  });

  it('stays up on what is no configuration at all', async () => {
    folder.write('etc/header_checks', '\0\xff/(((('.repeat(500));
    folder.write('etc/firewall.sh', '#!/bin/sh\niptables -A "$('.repeat(50));
    folder.write('etc/master.cf', `smtp inet\n${'x'.repeat(200_000)}`);
    session = await LspSession.start(folder);
    await session.until(folder.uri('etc/main.cf'), codes => codes.includes('ignore-without-reason'));
  });
});

import { deepEqual, doesNotMatch, match, ok } from 'node:assert/strict';
import {
  commands,
  CompletionItemKind,
  ConfigurationTarget,
  extensions,
  Position,
  Range,
  Selection,
  window,
  workspace,
  type CodeLens,
  type CompletionItem,
  type CompletionList,
  type DocumentLink,
} from 'vscode';
import { closeAll, finding, gone, open, quickFix, sample, until } from '../editing';
import { needsPage, page } from './bridge';

const labelOf = ({ label }: CompletionItem): string => (typeof label === 'string' ? label : label.label);

describe('the extension in an editor', () => {
  before(async () => {
    await open('site/main.cf');
    await extensions.getExtension('postfix-tools.vscode-postfix')?.activate();
  });
  afterEach(closeAll);

  it('knows the files by their names', async () => {
    const languages: Record<string, string> = {};
    for (const name of ['main.cf', 'master.cf', 'header_checks', 'firewall.sh']) {
      languages[name] = (await workspace.openTextDocument(sample(`site/${name}`))).languageId;
    }
    deepEqual(languages, {
      'main.cf': 'postfix-main',
      'master.cf': 'postfix-master',
      header_checks: 'postfix-checks',
      'firewall.sh': 'shellscript',
    });
  });

  it('checks what is typed, and mends it', async () => {
    const { document } = await open('site/main.cf');
    const editor = await window.showTextDocument(document);
    await editor.edit(edit => {
      edit.insert(document.lineAt(document.lineCount - 1).range.end, '\nmyorigin = example.net\n');
    });
    const { range } = await finding('site/main.cf', 'duplicate-parameter');
    const fix = await quickFix(document.uri, range, /./);
    ok(fix.edit && (await workspace.applyEdit(fix.edit)));
    await gone('site/main.cf', 'duplicate-parameter');
  });

  it('mends main.cf and master.cf with one fix, and both are clean then', async () => {
    const master = await open('site/master.cf');
    const main = await open('site/main.cf');
    const { range } = await finding('site/main.cf', 'content-checks-everywhere');
    const fix = await quickFix(main.document.uri, range, /cleanup/);
    ok(fix.edit && (await workspace.applyEdit(fix.edit)));
    await gone('site/main.cf', 'content-checks-everywhere');
    await gone('site/master.cf', 'submission-shares-checks');
    doesNotMatch(main.document.getText(), /^header_checks/m);
    match(master.document.getText(), /^smtp +inet .*\n {2}-o cleanup_service_name=cleanup-in\n/m);
    match(master.document.getText(), /^cleanup-in +unix .*\n(?: {2}-o .*\n)* {2}-o nested_header_checks=\n/m);
  });

  it('shows what is wrong with the sample, and mends it from the lightbulb', async function () {
    needsPage(this);
    await commands.executeCommand('workbench.actions.view.problems');
    const editor = await open('site/master.cf');
    await finding('site/master.cf', 'submission-sasl-off');
    await page('clickLightbulb', { line: 'submission', title: 'Switch SASL on in this service' });
    await gone('site/master.cf', 'submission-sasl-off');
    match(editor.document.getText(), /-o smtpd_sasl_auth_enable=yes/);
    await page('screenshot', { name: 'lightbulb-after' });
    await commands.executeCommand('workbench.action.closePanel');
  });

  it('completes names of parameters', async () => {
    const editor = await open('site/main.cf');
    await editor.edit(edit => {
      edit.insert(new Position(0, 0), 'smtpd_helo_re\n');
    });
    const { items } = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      new Position(0, 13),
    );
    ok(items.some(i => labelOf(i) === 'smtpd_helo_required'));
  });

  it('offers and inserts the recommended blocks', async () => {
    const editor = await open('site/master.cf');
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    await editor.edit(edit => {
      edit.insert(end, 'submissions');
    });
    const at = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    const list = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      at,
    );
    ok(list.items.some(i => i.kind === CompletionItemKind.Snippet && labelOf(i) === 'submissions'));
    editor.selection = new Selection(at.with({ character: 0 }), at);
    await commands.executeCommand('editor.action.insertSnippet', {
      langId: 'postfix-master',
      name: 'Submissions on 465: TLS from the first byte, a login, and the sender bound to it',
    });
    match(editor.document.getText(), /\nsubmissions inet .*smtpd\n {2}-o syslog_name=postfix\/submissions\n/);
  });

  it('takes a new severity without a restart', async () => {
    const editor = await open('site/main.cf');
    await editor.edit(edit => {
      edit.insert(new Position(0, 0), 'myorigin = example.net\n');
    });
    await finding('site/main.cf', 'duplicate-parameter');
    const settings = workspace.getConfiguration('postfix');
    await settings.update('severity', { 'duplicate-parameter': 'off' }, ConfigurationTarget.Workspace);
    await gone('site/main.cf', 'duplicate-parameter');
    await settings.update('severity', undefined, ConfigurationTarget.Workspace);
    await finding('site/main.cf', 'duplicate-parameter');
  });

  it('silences a finding where it is, with a reason', async () => {
    const editor = await open('site/main.cf');
    await editor.edit(edit => {
      edit.insert(new Position(0, 0), 'myorigin = example.net\n');
    });
    const { range } = await finding('site/main.cf', 'duplicate-parameter');
    const ignore = await quickFix(editor.document.uri, range, /^Ignore duplicate-parameter here/);
    ok(ignore.edit && (await workspace.applyEdit(ignore.edit)));
    await gone('site/main.cf', 'duplicate-parameter');
    match(editor.document.getText(), /# postfix-lint: ignore duplicate-parameter -- reason\n/);
  });

  it('tells what would become of a message, with links to the lines that decide', async () => {
    await open('site/master.cf');
    await finding('site/master.cf', 'submission-sasl-off');
    await commands.executeCommand('postfix.trySession', {
      service: 'submission',
      client_address: '203.0.113.9',
      sender: 'a@example.net',
      recipient: 'b@example.org',
    });
    const { document } = await until(
      'the answer',
      () => window.activeTextEditor?.document.uri.scheme === 'postfix-answer' && window.activeTextEditor,
    );
    match(document.getText(), /^service=submission\n(?:.+\n)+\n→ reject /);
    const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    ok(
      links.some(link => /site\/master\.cf#L8$/.test(link.target?.toString() ?? '')),
      document.getText(),
    );
  });

  it('stands above rules of header checks, and marks the rule that fires', async function () {
    const editor = await open('site/header_checks');
    const { document } = editor;
    const rules = [
      '# No stranger writes as the bakery',
      '/^(?:From|Sender):.*@\\s*(?:[a-z0-9-]+\\.)*padaria\\.example\\.?(?![a-z0-9.-])/',
      '    REJECT 5.7.1 forged sender',
      'if /^Subject:/',
      '/\\b(?<what>viagra|cial[i1]s)\\b.*\\1/i DISCARD',
      '/^Subject: make money fast$/ REJECT no $$',
      'endif',
      '/^X-Mailer: (\\w+) +v?([[:digit:]]{1,3}).*/ PREPEND X-Old-Mailer: $1 ${2}',
      '!/^[\\w-]+:/ REJECT no header (?',
      '/^Received: from \\[127\\.0\\.0\\.1\\]/x IGNORE',
      '',
    ];
    const all = new Range(new Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
    await editor.edit(edit => {
      edit.replace(all, rules.join('\n'));
    });
    const lens = await until('a lens', async () => {
      const found = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20);
      return found.find(({ command }) => command?.title.includes('catches: Subject: make money fast'));
    });
    match(lens.command?.title ?? '', /lets through: Subject:make money fast$/);
    if (process.env['E2E_BRIDGE']) await page('screenshot', { name: 'header-checks' });
    const { command = '', arguments: given = [] } = lens.command ?? {};
    await commands.executeCommand(command, ...(given as unknown[]));
    const answer = await until(
      'the answer',
      () => window.activeTextEditor?.document.uri.scheme === 'postfix-answer' && window.activeTextEditor,
    );
    match(answer.document.getText(), /→ REJECT no \$\n[^]*match = "Subject: make money fast"\n[^]*→ no match/);
    if (process.env['E2E_BRIDGE']) await page('screenshot', { name: 'header-tried' });
  });

  it('asks for a packet field by field', async function () {
    needsPage(this);
    await open('site/firewall.sh');
    await finding('site/firewall.sh', 'pasted-punctuation');
    void commands.executeCommand('postfix.tryPacket');
    await page('answerBoxes', { values: ['in', 'tcp', '203.0.113.9', '', '587', ''] });
    const { document } = await until(
      'the answer',
      () => window.activeTextEditor?.document.uri.scheme === 'postfix-answer' && window.activeTextEditor,
    );
    match(document.getText(), /^path=in\nproto=tcp\nsrc=203\.0\.113\.9\ndport=587\n\n→ DROP\n/);
    await page('screenshot', { name: 'answer' });
  });

  it('explains a rule on a page of its own', async function () {
    needsPage(this);
    await open('site/main.cf');
    await commands.executeCommand('postfix.explainRule', 'duplicate-parameter');
    ok(await page('previewSays', { text: 'duplicate-parameter' }));
  });

  it('says in the status bar what it checks for', async function () {
    needsPage(this);
    await open('site/main.cf');
    const text = await until('the status bar', async () => {
      const now = await page<string>('statusBar');
      return /Postfix \d/.test(now) && now;
    });
    match(text, /Postfix 3\.\d+/);
  });

  it('shows a fault while it is typed', async function () {
    needsPage(this);
    await open('repaired/main.cf');
    const took = await page<number>('keystrokeToSquiggle', { line: 'myorigin', keys: '\nmyorigin = x' });
    console.log(`MOCHA>       from the key to the squiggle: ${took} ms`);
    ok(took > 0);
  });
});

import assert from 'node:assert/strict';
import type {
  CallHierarchyItem,
  CodeLens,
  CompletionItem,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  SignatureHelp,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { LspSession, TestFolder } from '../../support/lsp';

const main = `mydomain = example.com
myorigin = $mydomain
own_list = reject
smtpd_recipient_restrictions = $own_list
transport_maps = hash:/etc/postfix/transport
`;

describe('language features over stdio', () => {
  let folder: TestFolder;
  let session: LspSession;
  let uri: string;
  const textDocument = (): { uri: string } => ({ uri });
  const ask = <T>(method: string, params: object): Promise<T> =>
    session.connection.sendRequest<T>(method, { textDocument: textDocument(), ...params });

  before(async () => {
    folder = new TestFolder({
      'etc/postfix/main.cf': main,
      'etc/postfix/master.cf': 'smtp inet n - y - - smtpd\n  -o smtpd_sender_restrictions=$own_list\n',
      'etc/postfix/transport': 'example.net smtp:[192.0.2.1]\n',
    });
    session = await LspSession.start(folder, { locale: 'pt-br' });
    uri = folder.uri('etc/postfix/main.cf');
    await session.open(uri, 'postfix-main', main);
  });
  after(async () => {
    await session.stop();
    folder.remove();
  });

  it('textDocument/completion and completionItem/resolve', async () => {
    const items = await ask<CompletionItem[]>('textDocument/completion', { position: { line: 5, character: 0 } });
    const name = items.find(i => i.label === 'myhostname');
    assert.ok(name);
    assert.equal(name.documentation, undefined);
    const resolved = await session.connection.sendRequest<CompletionItem>('completionItem/resolve', name);
    assert.match(JSON.stringify(resolved.documentation), /Padrão/);
  });

  it('textDocument/hover', async () => {
    const hover = await ask<Hover>('textDocument/hover', { position: { line: 1, character: 3 } });
    assert.match(JSON.stringify(hover.contents), /Valor: `example\.com`/);
  });

  it('textDocument/definition, references, documentHighlight', async () => {
    const position = { line: 3, character: 35 };
    const [found] = await ask<Location[]>('textDocument/definition', { position });
    assert.deepEqual(found?.range.start, { line: 2, character: 0 });
    const references = await ask<Location[]>('textDocument/references', {
      position,
      context: { includeDeclaration: true },
    });
    assert.equal(references.length, 3);
    assert.equal((await ask<DocumentHighlight[]>('textDocument/documentHighlight', { position })).length, 2);
  });

  it('textDocument/prepareRename and rename', async () => {
    const position = { line: 2, character: 2 };
    assert.ok(await ask('textDocument/prepareRename', { position }));
    const edit = await ask<WorkspaceEdit>('textDocument/rename', { position, newName: 'users' });
    assert.equal(edit.documentChanges?.length, 2);
    await assert.rejects(ask('textDocument/prepareRename', { position: { line: 0, character: 2 } }), /mydomain/);
  });

  it('textDocument/documentLink', async () => {
    const links = await ask<DocumentLink[]>('textDocument/documentLink', {});
    assert.deepEqual(
      links.map(l => l.target),
      [folder.uri('etc/postfix/transport')],
    );
  });

  it('textDocument/documentSymbol and workspace/symbol', async () => {
    const symbols = await ask<DocumentSymbol[]>('textDocument/documentSymbol', {});
    assert.equal(symbols.length, 5);
    const found = await session.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'ownl' });
    assert.deepEqual(
      found.map(s => s.name),
      ['own_list'],
    );
  });

  it('textDocument/foldingRange and selectionRange', async () => {
    assert.deepEqual(await ask<FoldingRange[]>('textDocument/foldingRange', {}), []);
    const [range] = await ask<SelectionRange[]>('textDocument/selectionRange', {
      positions: [{ line: 1, character: 14 }],
    });
    assert.deepEqual(range?.range, { start: { line: 1, character: 12 }, end: { line: 1, character: 20 } });
    assert.ok(range.parent);
  });

  it('textDocument/semanticTokens', async () => {
    const tokens = await ask<SemanticTokens>('textDocument/semanticTokens/full', {});
    assert.ok(tokens.data.length > 50);
    assert.equal(tokens.data.length % 5, 0);
    const delta = await ask<{ edits: unknown[] }>('textDocument/semanticTokens/full/delta', {
      previousResultId: tokens.resultId,
    });
    assert.deepEqual(delta.edits, []);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 30 } };
    assert.equal((await ask<SemanticTokens>('textDocument/semanticTokens/range', { range })).data.length, 15);
  });

  it('textDocument/formatting, rangeFormatting, onTypeFormatting', async () => {
    const table = folder.uri('etc/postfix/transport');
    const options = { tabSize: 4, insertSpaces: true };
    await session.open(table, 'postfix-table', 'a.example b\nexample.net c\n');
    const edits = await ask<TextEdit[]>('textDocument/formatting', { textDocument: { uri: table }, options });
    assert.equal(edits.length, 1);
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    assert.deepEqual(await ask('textDocument/rangeFormatting', { range, options }), []);
    const typed = { position: { line: 5, character: 0 }, ch: '\n', options };
    assert.deepEqual(await ask('textDocument/onTypeFormatting', typed), []);
  });

  it('textDocument/signatureHelp', async () => {
    const form = await ask<SignatureHelp>('textDocument/signatureHelp', { position: { line: 4, character: 22 } });
    assert.equal(form.signatures[0]?.label, 'hash:/path');
  });

  it('textDocument/codeLens and codeLens/resolve', async () => {
    const [lens] = await ask<CodeLens[]>('textDocument/codeLens', {});
    const resolved = await session.connection.sendRequest<CodeLens>('codeLens/resolve', lens);
    assert.equal(resolved.command?.title, 'usado 2 vezes');
  });

  it('textDocument/prepareCallHierarchy, callHierarchy/incomingCalls and outgoingCalls', async () => {
    const table = folder.uri('etc/postfix/transport');
    const position = { line: 1, character: 0 };
    const items = await ask<CallHierarchyItem[]>('textDocument/prepareCallHierarchy', {
      textDocument: { uri: table },
      position,
    });
    assert.deepEqual(items, []);
    const masterUri = folder.uri('etc/postfix/master.cf');
    await session.open(
      masterUri,
      'postfix-master',
      'scan unix - - n - 10 smtp\nsmtp inet n - y - - smtpd\n  -o content_filter=scan:x\n',
    );
    const at = { textDocument: { uri: masterUri }, position: { line: 0, character: 1 } };
    const [item] = await session.connection.sendRequest<CallHierarchyItem[]>('textDocument/prepareCallHierarchy', at);
    const from = await session.connection.sendRequest<unknown[]>('callHierarchy/incomingCalls', { item });
    const to = await session.connection.sendRequest<unknown[]>('callHierarchy/outgoingCalls', { item });
    assert.deepEqual([from.length, to.length], [1, 0]);
  });

  it('works in the project file, which belongs to no one site', async () => {
    const projectUri = folder.uri('.postfix-lint.yaml');
    await session.open(projectUri, 'yaml', '');
    const at = { textDocument: { uri: projectUri }, position: { line: 0, character: 0 } };
    const items = await session.connection.sendRequest<CompletionItem[]>('textDocument/completion', at);
    assert.ok(items.some(i => i.label === 'postfix-version'));
  });

  it('textDocument/inlayHint', async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
    const hints = await ask<InlayHint[]>('textDocument/inlayHint', { range });
    assert.deepEqual(
      hints.map(h => h.label),
      ['= example.com', '= reject'],
    );
  });
});

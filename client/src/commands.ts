/** The commands of the palette. Each one asks what it needs, puts the question to the server, and shows the answer. */
import { commands, l10n, languages, window, type Disposable } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { showAnswers, showMarkdown, showReport, type Answer, type PortReport } from './answers';
import { ask, type Field } from './ask';

type Start = () => Promise<BaseLanguageClient>;

interface RuleEntry {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
}

const address = (value: string): string | undefined =>
  /^[0-9a-f.:]+$/i.test(value) ? undefined : l10n.t('An IP address, such as 203.0.113.9');
const number = (value: string): string | undefined => (/^\d+$/.test(value) ? undefined : l10n.t('A number'));
const yesNo = ['no', 'yes'];

const sessionFields = (): readonly Field[] => [
  { name: 'service', title: l10n.t('To which service?'), choices: ['smtp', 'submission', 'submissions'], free: true },
  { name: 'client_address', title: l10n.t('From which address?'), value: '203.0.113.9', check: address },
  { name: 'helo', title: l10n.t('With which HELO name?'), value: 'mx.example.net' },
  { name: 'sasl_username', title: l10n.t('Logged in as? (empty: not logged in)'), value: '', empty: true },
  { name: 'tls', title: l10n.t('Over TLS?'), choices: yesNo },
  { name: 'sender', title: l10n.t('From which sender? (empty: a bounce)'), value: 'a@example.net', empty: true },
  { name: 'recipient', title: l10n.t('To which recipient?'), value: 'b@example.org' },
];

const headerFields = (): readonly Field[] => [
  {
    name: 'header',
    title: l10n.t('Which header or body line? (\\n where it is folded)'),
    value: 'From: someone@example.com',
  },
  {
    name: 'place',
    title: l10n.t('Looked up in which checks?'),
    choices: ['header_checks', 'mime_header_checks', 'nested_header_checks', 'body_checks'],
  },
];

const packetFields = (): readonly Field[] => [
  { name: 'path', title: l10n.t('Which way?'), choices: ['in', 'out', 'forward-out', 'forward-in', 'lan-in'] },
  { name: 'proto', title: l10n.t('Which protocol?'), choices: ['tcp', 'udp', 'icmp'] },
  {
    name: 'src',
    title: l10n.t('From which address? (empty: the usual one for this way)'),
    value: '',
    empty: true,
    check: address,
  },
  {
    name: 'dst',
    title: l10n.t('To which address? (empty: the usual one for this way)'),
    value: '',
    empty: true,
    check: address,
  },
  { name: 'dport', title: l10n.t('To which port?'), value: '587', check: number },
  { name: 'user', title: l10n.t('Sent by which user? (on the way out; empty: unknown)'), value: '', empty: true },
];

export function registerCommands(start: Start): Disposable[] {
  const on = (name: string, run: (...args: unknown[]) => Promise<void>): Disposable =>
    commands.registerCommand(`postfix.${name}`, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    });
  return [
    on('trySession', (...given) => question(start, 'session', l10n.t('Try a message'), sessionFields(), given)),
    on('tryHeader', (...given) => question(start, 'header', l10n.t('Try a header'), headerFields(), given)),
    on('tryPacket', (...given) => question(start, 'packet', l10n.t('Try a packet'), packetFields(), given)),
    on('portReport', () => report(start)),
    on('explainRule', id => explain(start, typeof id === 'string' ? id : undefined)),
    on('restartServer', async () => {
      const client = await start();
      await client.stop();
      await client.start();
    }),
    on('showOutput', async () => {
      (await start()).outputChannel.show();
    }),
  ];
}

/** How a question is put that somebody else has prepared. */
interface Prepared {
  /** The document that it is asked from; undefined: the active one. */
  readonly uri?: string;
  /** The fields are only proposed: the person changes them first. */
  readonly open?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const folded = (text: string): string => text.replaceAll('\n', '\\n');
const unfolded = (text: string): string => text.replaceAll('\\n', '\n');

/**
 * Shows what the server makes of the questions that are given, one or several; of none, or of a proposal, asks the person for the
 * fields first.
 */
async function question(
  start: Start,
  kind: 'session' | 'header' | 'packet',
  title: string,
  fields: readonly Field[],
  [given, prepared]: readonly unknown[],
): Promise<void> {
  const { uri: from, open = false } = (prepared ?? {}) as Prepared;
  const known = typeof given === 'object' && given !== null ? ([given].flat() as Fields[]) : [];
  const asked = known.length > 0 && !open ? known : await askFields(title, fields, known[0], open);
  if (!asked) return;
  const uri = from ?? window.activeTextEditor?.document.uri.toString() ?? null;
  const client = await start();
  const answers: Answer[] = [];
  for (const one of asked) {
    const answer = await client.sendRequest<Answer | null>('postfix/try', { kind, uri, fields: one });
    if (answer) answers.push(answer);
  }
  if (answers.length > 0) await showAnswers(title, answers);
  else void window.showInformationMessage(l10n.t('There is no Postfix configuration here.'));
}

/** Asks for the fields; of a proposal that comes from a table, for the line alone. */
async function askFields(
  title: string,
  fields: readonly Field[],
  proposal: Fields | undefined,
  open: boolean,
): Promise<Fields[] | undefined> {
  const proposed = Object.entries(proposal ?? {}).map(([name, value]) => [name, folded(String(value))] as const);
  const asked = open ? fields.filter(field => field.name !== 'place') : fields;
  const values = await ask(title, asked, Object.fromEntries(proposed));
  return values && [Object.fromEntries(Object.entries(values).map(([name, value]) => [name, unfolded(value)]))];
}

async function report(start: Start): Promise<void> {
  const uri = window.activeTextEditor?.document.uri.toString() ?? null;
  const client = await start();
  const found = await client.sendRequest<PortReport | null>('postfix/report', { uri });
  if (found) await showReport(l10n.t('Port 25 report'), found);
  else void window.showInformationMessage(l10n.t('There is no Postfix configuration here.'));
}

async function explain(start: Start, given: string | undefined): Promise<void> {
  const client = await start();
  const id = given ?? ruleUnderCursor() ?? (await chooseRule(client));
  if (id === undefined) return;
  const text = await client.sendRequest<string | null>('postfix/explain', { id });
  if (text === null) void window.showInformationMessage(l10n.t('There is no rule {0}.', id));
  else await preview(id, text);
}

function ruleUnderCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (!editor) return undefined;
  const here = languages
    .getDiagnostics(editor.document.uri)
    .filter(d => d.source === 'postfix' && d.range.contains(editor.selection.active));
  const code = here.length === 1 ? here[0]?.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function chooseRule(client: BaseLanguageClient): Promise<string | undefined> {
  const rules = await client.sendRequest<readonly RuleEntry[]>('postfix/rules');
  const items = rules.map(({ id, title, severity }) => ({ label: id, description: severity, detail: title }));
  return (await window.showQuickPick(items, { title: l10n.t('Explain rule'), matchOnDetail: true }))?.label;
}

async function preview(name: string, text: string): Promise<void> {
  await commands.executeCommand('markdown.showPreview', await showMarkdown(name, text));
}

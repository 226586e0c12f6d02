/** What every key costs in a large file of each kind: an edit in its middle, then hover or completion near its end. */
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import type { Disk } from '@postfix-tools/server/hosts/lsp/disk';
import { noSettings } from '@postfix-tools/server/hosts/lsp/settings';
import { Workspace } from '@postfix-tools/server/hosts/lsp/workspace';
import type { Site } from '@postfix-tools/server/model/site';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import type { Bench } from './bench';

/** A kind of file: a block that repeats, and a last line with a `‸` where something is asked. */
interface Kind {
  readonly name: string;
  readonly path: string;
  readonly head?: string;
  block(i: number): string;
  /** The last lines; `‸` where is hovered, `¦` where is completed (if it is elsewhere). */
  readonly last: string;
}

const kinds: readonly Kind[] = [
  {
    name: 'main.cf',
    path: 'etc/postfix/main.cf',
    head: 'mydomain = example.com\n',
    block: i =>
      `# a comment\nsmtpd_recipient_restrictions =\n    permit_mynetworks,\n    reject\nown_${i} = $mydomain ${i}\n`,
    last: 'myorigin = $‸mydomain\n',
  },
  {
    name: 'master.cf',
    path: 'etc/postfix/master.cf',
    block: i => `# a comment\nrelay${i} unix - - n - - smtp\n  -o smtp_helo_timeout=${i}\n  -o smtp_fallback_relay=\n`,
    last: 'smtp inet n - n - - smtpd\n  -o smtpd_tls_security_level=‸may\n',
  },
  {
    name: 'an access table',
    path: 'etc/postfix/access',
    block: i => `user${i}@example.com REJECT gone\n`,
    last: 'example.org REJ‸ECT\n',
  },
  {
    name: 'aliases',
    path: 'etc/postfix/aliases',
    block: i => `user${i}: root, user${i + 1}\n`,
    last: 'last: root, ‸user1\n',
  },
  {
    name: 'header_checks',
    path: 'etc/postfix/header_checks',
    block: i => `/^Subject: offer ${i}\\b/ REJECT no ${i}\n`,
    last: '/^From:/ REJ‸ECT\n',
  },
  {
    name: 'a script',
    path: 'etc/postfix/firewall.sh',
    head: '#!/bin/sh\n',
    block: i => `iptables -A INPUT -s 10.${(i >> 8) & 255}.${i & 255}.1 -p tcp --dport 25 -j DROP\n`,
    last: 'iptables -A INPUT -p tcp --dport ‸587 -j ¦ACCEPT\n',
  },
  {
    name: 'a dump',
    path: 'etc/postfix/rules.v4',
    head: '*filter\n:INPUT ACCEPT [0:0]\n',
    block: i => `-A INPUT -s 10.${(i >> 8) & 255}.${i & 255}.1/32 -p tcp -m tcp --dport 25 -j DROP\n`,
    last: '-A INPUT -p tcp -m tcp --dport ‸587 -j ¦ACCEPT\nCOMMIT\n',
  },
];

function textOf(kind: Kind, lines: number): string {
  let text = kind.head ?? '';
  const each = kind.block(0).split('\n').length - 1;
  for (let i = 0; i * each < lines; i++) text += kind.block(i);
  return text + kind.last;
}

class MemoryDisk extends MemoryFiles implements Disk {
  constructor(private readonly sources: readonly SourceText[]) {
    super(sources);
  }
  forget(): void {
    // Nothing changes here.
  }
  stale(): readonly string[] {
    return [];
  }
  load(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
  find(): Promise<readonly string[]> {
    return Promise.resolve(this.sources.map(source => source.path));
  }
}

type Ask = (site: Site, source: SourceText, offset: number) => unknown;

/** Every run adds a character to a line in the middle of an open file, or takes it away, and asks near the file's end. */
function afterEdit(kind: Kind, lines: number, mark: '‸' | '¦', ask: Ask): () => void {
  const whole = textOf(kind, lines);
  const marked = whole.includes(mark) ? whole.replace(mark === '¦' ? '‸' : '¦', '') : whole.replace('‸', mark);
  const place = marked.indexOf(mark);
  const text = marked.replace(mark, '');
  const end = text.indexOf('\n', text.length >> 1);
  const texts = {
    'etc/postfix/main.cf':
      'alias_maps = hash:/etc/postfix/aliases\nsmtpd_client_restrictions = hash:/etc/postfix/access\n',
    [kind.path]: text,
  };
  const workspace = new Workspace(new MemoryDisk(Object.entries(texts).map(([path, t]) => new SourceText(path, t))));
  workspace.configure(new Map([['etc', noSettings]]));
  const document = { uri: '', version: 1, languageId: 'plaintext' };
  for (const [path, t] of Object.entries(texts)) workspace.files.put(path, document, t);
  let longer = 0;
  const step = (): void => {
    longer = 1 - longer;
    workspace.files.put(kind.path, document, text.slice(0, end) + 'x'.repeat(longer) + text.slice(end));
    workspace.changed([kind.path]);
    const site = workspace.siteOf(kind.path);
    const source = workspace.files.document(kind.path)?.source;
    if (!site || !source) throw new Error(`${kind.name}: no site`);
    const answer = ask(site, source, place + longer);
    if (answer === undefined || (Array.isArray(answer) && answer.length === 0))
      throw new Error(`${kind.name}: no answer`);
  };
  step();
  return step;
}

const sizes = [2_500, 25_000] as const;

export const benches: readonly Bench[] = kinds.flatMap(kind => [
  {
    name: `hover after an edit of ${kind.name}`,
    unit: 'line',
    sizes,
    promise: 10,
    prepare: lines => afterEdit(kind, lines, '‸', hoverAt),
  },
  {
    name: `completion after an edit of ${kind.name}`,
    unit: 'line',
    sizes,
    promise: 10,
    prepare: lines => afterEdit(kind, lines, '¦', completeAt),
  },
]);

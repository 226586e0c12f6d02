import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { prepareCalls } from '@postfix-tools/server/features/call-hierarchy';
import { lensesOf } from '@postfix-tools/server/features/code-lens';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { foldsOf, selectionAt } from '@postfix-tools/server/features/folding';
import { formatFile, formatOnType } from '@postfix-tools/server/features/formatting/format';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { inlayHints } from '@postfix-tools/server/features/inlay-hints';
import { linksOf } from '@postfix-tools/server/features/navigation/links';
import { definitionsAt, highlightsAt, referencesAt } from '@postfix-tools/server/features/navigation/occurrences';
import { renameAt, renameable } from '@postfix-tools/server/features/navigation/rename';
import { outlineOf, searchSymbols } from '@postfix-tools/server/features/navigation/symbols';
import { signatureAt } from '@postfix-tools/server/features/signature-help';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { basename } from '@postfix-tools/server/text/path';
import { decode } from '@postfix-tools/server/text/source-text';
import { filesBelow, root, shared } from '../support/shared';
import { siteOf } from '../support/site';

/** Asks every feature at one place of a text, those that take the whole file where `whole` says so. None may throw. */
function askAll(path: string, text: string, offset: number, whole = true): void {
  const site = siteOf({ [path]: text });
  const state = site.files.read(path);
  assert.ok(state.kind === 'text');
  const { source } = state;
  completeAt(site, source, offset);
  hoverAt(site, source, offset);
  definitionsAt(site, source, offset);
  referencesAt(site, source, offset, true);
  highlightsAt(site, source, offset);
  renameable(site, source, offset);
  renameAt(site, source, offset, 'other_name');
  signatureAt(site, source, offset);
  selectionAt(site, source, offset);
  prepareCalls(site, source, offset);
  formatOnType(site, source, offset);
  if (!whole) return;
  outlineOf(site, source);
  searchSymbols(site, 'a');
  foldsOf(site, source);
  linksOf(site, source);
  tokensOf(site, source);
  inlayHints(site, source, { start: 0, end: text.length });
  lensesOf(site, source);
  formatFile(site, source);
}

/** Always the same row of numbers below a limit. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const small: Readonly<Record<string, string>> = {
  'main.cf': `mydomain = example.com
smtpd_recipient_restrictions = permit_mynetworks,
    # inside
    check_client_access inline:{ {192.0.2.1 = OK} }, \${x?{a}:{b}} check_policy_service { unix:private/policy, timeout=1s }
mynetworks = !10.0.0.1 [::1]/128 hash:$config_directory/nets
transport_maps = proxy:unionmap:{ hash:/etc/postfix/a, static:x }
`,
  'master.cf': `127.0.0.1:10025 inet n - n - - smtpd
  -o { smtpd_banner = a  b }
  -o mynetworks=127.0.0.0/8,[::1]/128 -v
spool unix - n n - 1 pipe flags=Rq user=x argv=/bin/x -f \${sender} $(recipient)
`,
  'fw.sh': `#!/bin/bash
for net in 130/8 200/7; do
  $IPT -A INPUT -s "$net" -p tcp -m multiport --dports 25,587 -j ACCEPT
done
case $1 in start) iptables -P INPUT DROP ;; esac
cat <<EOF | iptables-restore
*filter
COMMIT
EOF
`,
  'rules.v4': '*filter\n:INPUT DROP [0:0]\n[1:2] -A INPUT -m comment --comment "a \\" b" -j DROP\nCOMMIT\n',
  header_checks: '/^Subject:.*(a|b)+c/i REJECT 5.7.1 $1\nif /^From:/\n!/@example\\.com/ WARN\nendif\n',
  aliases: 'root: joe, "|/bin/x y"\n# who\njoe: :include:/etc/list,\n  ann@example.org\nann: root\n',
  access: '10.0.0 REJECT no\n"a b" OK\nexample.com check_sender_access hash:/x\n',
  '.postfix-lint.yaml': 'version: "3.7"\nrules:\n  open-relay: off\n',
};

/** What the words of each line are painted as and mean. */
function meaningsByLine(path: string, text: string): string[][] {
  const site = siteOf({ [path]: text });
  const state = site.files.read(path);
  assert.ok(state.kind === 'text');
  const { source } = state;
  const out = text.split('\n').map((): string[] => []);
  for (const { span, type, meaning } of tokensOf(site, source)) {
    const { line, character } = source.positionAt(span.start);
    out[line]?.push(`${character} ${source.slice(span)} ${type} ${meaning?.kind}`);
  }
  return out;
}

/** The lines that belong to what stands in a line: it, and those that continue it or that it continues. */
function sameStatement(path: string, lines: readonly string[], at: number): ReadonlySet<number> {
  const out = new Set([at]);
  if (path.endsWith('.yaml')) return new Set(lines.keys());
  const continues = (i: number): boolean => /^[ \t#]/.test(lines[i] ?? 'x');
  for (let i = at; i > 0 && continues(i); i--) out.add(i - 1);
  for (let i = at + 1; i < lines.length && continues(i); i++) out.add(i);
  // A loop and a here-document are one command each.
  const command = path.endsWith('.sh')
    ? [
        [1, 2, 3],
        [5, 6, 7, 8],
      ].find(all => all.includes(at))
    : undefined;
  return command ? new Set(command) : out;
}

/** Whether a half-typed line leaves the shell waiting for more. */
function opensMore(half: string): boolean {
  const words = half.trim().split(/\s+/);
  return /["'`({|&\\]/.test(half) || /^(?:for|while|if|case|do|then)$/.test(words[0] ?? '') || half.includes('<<');
}

describe('half-typed text', () => {
  it('never throws, at any cut and any place of small files of every kind', function () {
    this.timeout(30000);
    for (const [path, text] of Object.entries(small)) {
      for (let cut = 0; cut <= text.length; cut += 3) {
        const line = text.lastIndexOf('\n', cut - 1) + 1;
        askAll(path, text.slice(0, cut), cut);
        const rest = text.indexOf('\n', cut);
        if (line < cut && rest >= 0 && cut % 2 === 0) askAll(path, text.slice(0, cut) + text.slice(rest), cut);
      }
    }
  });

  it('the other lines keep every token and its meaning, whatever prefix of a line is there', () => {
    for (const [path, text] of Object.entries(small)) {
      const lines = text.split('\n').slice(0, -1);
      const before = meaningsByLine(path, text);
      for (const [i, line] of lines.entries()) {
        const own = sameStatement(path, lines, i);
        for (let length = 0; length < line.length; length++) {
          const half = line.slice(0, length);
          // From a quote that is open, or a command that has not ended, the shell itself reads on.
          const open = path.endsWith('.sh') && opensMore(half);
          const after = meaningsByLine(path, [...lines.slice(0, i), half, ...lines.slice(i + 1), ''].join('\n'));
          for (const [j, meanings] of before.entries()) {
            if (own.has(j) || (open && j > i)) continue;
            assert.deepEqual(
              after[j],
              meanings,
              `${path}: line ${j + 1} while line ${i + 1} is ${JSON.stringify(half)}`,
            );
          }
        }
      }
    }
  });

  it('1,000 cuts sampled over the samples of this repository', function () {
    this.timeout(60000);
    sample(filesBelow(`${root}/samples`), 1000);
  });

  describe('over the files kept beside the repository', () => {
    before(function () {
      if (!shared('corpus')) this.skip(); // nothing is kept beside the repository
    });
    it('1,000 cuts', function () {
      this.timeout(120000);
      const kinds = ['main.cf', 'master.cf', 'checks', 'iptables', 'iptables-save'];
      sample(
        kinds.flatMap(kind => filesBelow(shared(`corpus/${kind}`) ?? '')),
        1000,
      );
    });
  });
});

/** Cuts files at places that are always the same, and asks every feature there. Long files are taken from near the cut. */
function sample(paths: readonly string[], cuts: number): void {
  const next = numbers(7);
  const texts = paths
    .map(path => ({ path, text: decode(path, readFileSync(path)).text }))
    .filter(t => t.text.length > 0);
  if (texts.length === 0) return;
  for (let i = 0; i < cuts; i++) {
    const file = texts[next(texts.length)];
    if (!file) continue;
    const name = nameOf(file.path);
    const cut = next(file.text.length);
    const from = file.text.lastIndexOf('\n', Math.max(0, cut - 1500)) + 1;
    const text = file.text.slice(from, cut);
    askAll(name, i % 2 === 0 ? text : text + file.text.slice(cut, cut + 500), text.length, i % 4 < 2);
  }
}

function nameOf(path: string): string {
  for (const kind of ['main.cf', 'master.cf', 'iptables-save', 'iptables', 'checks']) {
    if (!path.includes(`/corpus/${kind}/`)) continue;
    return kind === 'iptables-save'
      ? 'rules.v4'
      : kind === 'iptables'
        ? 'fw.sh'
        : kind === 'checks'
          ? 'header_checks'
          : kind;
  }
  return basename(path);
}

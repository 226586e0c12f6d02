/** Turns the recorded cases beside the repository into policy tests and runs them as `postfix-lint test` does. */
import { readFileSync } from 'node:fs';
import { readPolicy } from '@postfix-tools/server/hosts/cli/policy/document';
import type { Result } from '@postfix-tools/server/hosts/cli/policy/judge';
import { testDocument } from '@postfix-tools/server/hosts/cli/test';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { decode } from '@postfix-tools/server/text/source-text';
import { shared } from '../../support/shared';

export type Case = Readonly<Record<string, unknown>> & { readonly id: string };

/** The recorded cases of a file under oracle/, or undefined where they are not there. */
export function recorded(path: string): readonly Case[] | undefined {
  const file = shared(`oracle/${path}`);
  if (file === undefined) return undefined;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as Case);
}

/** Runs one policy document, written out and read again, beside files by path; a text given as bytes stays bytes. */
export function runPolicy(document: object, files: Readonly<Record<string, string | Uint8Array>>): readonly Result[] {
  const sources = Object.entries(files).map(([path, text]) =>
    decode(path, typeof text === 'string' ? new TextEncoder().encode(text) : text),
  );
  const view = new MemoryFiles(sources);
  return readPolicy('policy.json', JSON.stringify(document)).flatMap((policy, i) =>
    testDocument(policy, i, '/t', view, { postfixVersion: '3.7.11' }),
  );
}

/** Whether an answer is left open for what no file holds: what DNS would say. */
function hangsOnDns({ got, reasons: { unknown } }: Result): boolean {
  return got.verdict === 'unknown' && unknown.length > 0 && unknown.every(m => m.text.en.startsWith('DNS'));
}

/** What of the results is not as recorded, a line each; only what hangs on DNS may be left open. */
export function differences(id: string, results: readonly Result[]): string[] {
  return results
    .filter(r => !r.pass && !hangsOnDns(r))
    .map(r => `${id} ${r.name}: recorded ${JSON.stringify(r.expect)}, answered ${JSON.stringify(r.got)}`);
}

/** How many answers are left open for DNS. */
export function open(results: readonly Result[]): number {
  return results.filter(r => !r.pass && hangsOnDns(r)).length;
}

/** Asks the runner outside for what needs the page. Under @vscode/test-electron there is none: such tests skip. */
import type { Context } from 'mocha';

const url = process.env['E2E_BRIDGE'];

/** Skips a test where nobody can click. */
export function needsPage(test: Context): void {
  if (!url) test.skip();
}

export async function page<T>(action: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
  const response = await fetch(url ?? '', { method: 'POST', body: JSON.stringify({ action, args }) });
  const reply = (await response.json()) as { ok: boolean; result: T; error?: string };
  if (!reply.ok) throw new Error(`${action}: ${reply.error}`);
  return reply.result;
}

/** What a table answers to a whole message, as `postmap -hq -`, `-bq -`, `-hmq -` and `-bmq -` print it. */
import type { Reasoned, Step } from '../answer';
import type { Message } from '../../text/message';
import type { LoadedTable } from './load-table';
import { MimeState } from './mime-state';
import { tryHeader } from './try-header';
import type { HeaderAnswer } from './try-header';

/** h: the first headers; b: body lines; m: MIME parts and attached messages are read too. */
export type MessageMode = 'h' | 'b' | 'hm' | 'bm';

/** A header or body line that a rule answered. */
export interface MessageHit {
  /** The key that was looked up, bytes. */
  readonly key: string;
  readonly answer: HeaderAnswer;
}

/** The answer. Texts are bytes. */
export interface MessageAnswer extends Reasoned {
  /** What postmap prints: a line `KEY<tab>ACTION` for each hit; empty where no rule answers (postmap then exits with 1). */
  readonly output: string;
  readonly hits: readonly MessageHit[];
  readonly log: readonly string[];
}

/** How many keys of one message are looked up at most. */
const maxKeys = 100_000;

/** Asks a table about each header or body line of a message (bytes). Never throws. */
export function tryMessage(table: LoadedTable, mode: MessageMode, message: string): MessageAnswer {
  const hits: MessageHit[] = [];
  const trace: Step[] = [];
  const unknown: Message[] = [];
  const log: string[] = [];
  const use = mode.startsWith('h') ? 'header_checks' : 'body_checks';
  let keys = 0;
  let done = false;
  const look = (key: string): void => {
    if (++keys > maxKeys) return;
    const answer = tryHeader(table, use, key);
    log.push(...answer.log);
    unknown.push(...answer.unknown);
    if (answer.action === null) return;
    trace.push(...answer.trace);
    const nul = key.indexOf('\0');
    hits.push({ key: nul < 0 ? key : key.slice(0, nul), answer });
  };
  const mime = new MimeState(mode.endsWith('m'), {
    ...(mode.startsWith('h') ? { header: look } : { body: look }),
    ...(mode === 'h' ? { headersEnd: () => (done = true) } : {}),
  });
  const lines = message.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  for (const line of lines) {
    if (done) break;
    mime.line(line);
  }
  mime.end();
  const output = hits.map(hit => `${hit.key}\t${hit.answer.action ?? ''}\n`).join('');
  return { output, hits, trace, unknown, log };
}

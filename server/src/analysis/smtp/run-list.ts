/** Runs a list of restrictions (generic_checks in smtpd_check.c). */
import type { Maps } from '../lookup/maps';
import { Abort, Dies, type CheckState, type ReplyClass, type Status } from './check-state';
import { restrictions } from './restrictions';
import type { RestrictionWord } from './server';

/** What a list is run for: the name and class in its replies, and the check a bare `type:table` stands for. */
export interface ListContext {
  readonly name: string;
  readonly class: ReplyClass;
  /** `check_client_access` and so on; undefined in data and end-of-data lists. */
  readonly bare: string | undefined;
  /** The restriction at work, for the trace. */
  readonly word?: RestrictionWord;
  /** The table at work, for the trace. */
  readonly table?: string;
}

/** What a restriction gets: its own word, and a way to take the words behind it. */
export interface Call {
  readonly name: string;
  readonly word: RestrictionWord;
  readonly context: ListContext;
  /** The next word, taken; undefined at the list's end. */
  next(): RestrictionWord | undefined;
  /** The next word as a table, taken; a configuration error where it is none (is_map_command). */
  table(): { readonly maps: Maps; readonly spec: string };
}

/** Lists longer than this are cut: no real one comes near. */
const longest = 100_000;

/** Runs the words of a list in order until one decides. */
export function runList(state: CheckState, words: readonly RestrictionWord[], context: ListContext): Status {
  const saved = state.recursion++;
  let status: Status = 'dunno';
  for (let at = 0; at < Math.min(words.length, longest); at++) {
    if (state.discard) break;
    const word = words[at];
    if (!word) break;
    const from = at;
    let name = word.text.toLowerCase();
    if (name === 'warn_if_reject') {
      if (state.warnIfReject === 0) state.warnIfReject = state.recursion;
      continue;
    }
    if (word.text.includes(':')) {
      if (context.bare === undefined) {
        state.note(word, word.text, 'a table needs a check_…_access before it here');
        state.serverError();
      }
      name = context.bare;
      at--;
    }
    const step = state.trace.length;
    const call: Call = {
      name,
      word,
      context: { ...context, word },
      next: () => words[++at],
      table: () => {
        const argument = words[++at];
        const maps = argument?.text.includes(':') ? state.server.accessTable(argument.text) : undefined;
        if (!argument || !maps) {
          state.note(word, word.text, `bad argument "${argument?.text ?? word.text}": need maptype:mapname`);
          state.serverError();
        }
        return { maps, spec: argument.text };
      },
    };
    try {
      status = one(state, call, words, context);
    } catch (error) {
      if (error instanceof Abort) state.note(word, word.text, outcome(state, error.status), step);
      throw error;
    }
    const text =
      at > from
        ? words
            .slice(from, at + 1)
            .map(w => w.text)
            .join(' ')
        : word.text;
    state.note(word, text, outcome(state, status), step);
    if (state.warnIfReject >= state.recursion) state.warnIfReject = 0;
    if (status !== 'dunno') break;
    if (state.deferIfPermit && state.deferIfReject) break;
  }
  state.recursion = saved;
  if (state.warnIfReject >= state.recursion) state.warnIfReject = 0;
  return status;
}

function one(state: CheckState, call: Call, words: readonly RestrictionWord[], context: ListContext): Status {
  const known = restrictions[call.name];
  if (known) return known(state, call);
  const list = state.server.classes().get(call.word.text);
  if (list) {
    if (state.recursion > 500) throw new Dies('restriction classes that call each other without end');
    return runList(state, list, { ...context, word: call.word });
  }
  state.note(call.word, call.word.text, `unknown smtpd restriction: "${call.word.text}"`);
  return state.serverError();
}

function outcome(state: CheckState, status: Status): string {
  if (status === 'reject') return `reject ${state.reply.code ?? '?'} ${state.reply.enhanced ?? ''}`.trimEnd();
  return status === 'ok' ? 'permit' : 'dunno';
}

/** What every what-if question answers with, whichever engine was asked. */
import type { Message } from '../text/message';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';

/** One step on the way to an answer: what was looked at, where it stands, and what came of it. */
export interface Step {
  /** Where the thing stands; absent for built-in defaults. */
  readonly source?: SourceText;
  readonly span?: Span;
  /** The thing itself, as written: `permit_mynetworks`, `-A INPUT -p tcp …`, `/^From:/ REJECT`. */
  readonly text: string;
  /** What it did: a short word of the field (`dunno`, `permit`, `reject 554 5.7.1`, `no match`, `ACCEPT`). */
  readonly outcome: string;
}

/** Common to all answers: the way there, and what the answer hangs on where the files do not decide. */
export interface Reasoned {
  readonly trace: readonly Step[];
  readonly unknown: readonly Message[];
}

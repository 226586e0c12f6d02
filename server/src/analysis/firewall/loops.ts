/** Loops: rounds while something is known, one round for all where nobody knows how many there are. */
import { say } from '../../text/message';
import type { Span } from '../../text/span';
import type { CountingFor, ForCommand, List, LoopCommand } from '../../syntax/shell/nodes';
import type { Status } from './calls';
import { Machine } from './machine';
import { Abandoned, shorten, Sink } from './runtime';
import type { Doubt, State } from './state';
import { label } from './value';

export abstract class Loops extends Machine {
  protected loop(command: LoopCommand): void {
    this.rounds(command.span, command.body, {
      more: () => {
        this.watch(() => {
          this.list(command.condition);
        });
        if (!this.live || command.kind === 'while') return;
        const { status, doubt } = this.s;
        if (status !== 'unknown') this.decided(status === 0 ? 1 : 0);
        else if (doubt) this.s.doubt = { ...doubt, holds: !doubt.holds };
      },
      next: () => undefined,
    });
  }

  protected count(command: CountingFor): void {
    const compute = (word: CountingFor['start']): bigint | undefined =>
      this.arithmeticValue(this.expandParts(word.parts, true), word.span);
    compute(command.start);
    this.rounds(command.span, command.body, {
      more: () => {
        const value = command.condition.parts.length === 0 ? 1n : compute(command.condition);
        if (value === undefined) this.doubtful(command.condition.span);
        else this.decided(value === 0n ? 1 : 0);
      },
      next: () => {
        compute(command.step);
      },
    });
  }

  /** A loop by a condition. Rounds go on while it holds; where nobody knows, one round stands for all. */
  private rounds(span: Span, body: List, steps: { more: () => void; next: () => void }): void {
    const exits = { breaks: [] as State[], continues: [] as State[] };
    this.exits.loops.push(exits);
    const depth = this.exits.loops.length;
    const { loops } = this.exits;
    let result = 0 as Status;
    const round = () => {
      this.list(body);
      if (this.live) result = this.s.status;
      this.goOn(exits, span);
      if (this.live) steps.next();
    };
    try {
      for (;;) {
        this.step();
        const before = this.happened;
        steps.more();
        if (!this.live) break;
        if (this.s.status === 'unknown') {
          const doubt =
            this.s.doubt ?? this.doubtAt(this.place(span), shorten(this.sourceOf(span)), this.undecidedWhy(span));
          this.anyRounds(span, doubt, round, () => {
            round();
            if (this.live) steps.more();
          });
          break;
        }
        if (this.s.status !== 0) {
          if (result === 'unknown') this.s.status = result;
          else this.decided(result);
          break;
        }
        round();
        if (!this.live) break;
        if (this.happened === before) {
          this.live = false;
          break;
        }
      }
    } finally {
      loops.length = depth - 1;
    }
    if (exits.breaks.length > 0) this.continueWith([this.live ? this.s : undefined, ...exits.breaks], this.place(span));
  }

  private goOn(exits: { continues: State[] }, span: Span): void {
    const again = exits.continues.splice(0);
    if (again.length > 0) this.continueWith([this.live ? this.s : undefined, ...again], this.place(span));
  }

  /** One round for none, one or many: whatever a round changes is unknown in it. */
  private anyRounds(span: Span, doubt: Doubt, round: () => void, trial: () => void): void {
    const changed = this.changedBy(trial);
    for (const name of changed) this.forget(name, span);
    this.repeated++;
    this.fork(doubt, round, () => undefined);
    this.repeated--;
  }

  /** The variables that something would write, found by running it without anybody being told. */
  private changedBy(run: () => void): ReadonlySet<string> {
    const { s, out, exits, via, changes } = this;
    const loops = exits.loops.map(() => ({ breaks: [], continues: [] }));
    const found = new Set<string>();
    this.s = s.clone();
    this.out = out && new Sink();
    this.exits = { loops, returns: exits.returns && [], exits: [] };
    this.changes = found;
    this.muted++;
    try {
      run();
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
    } finally {
      this.muted--;
      Object.assign(this, { s, out, exits, via, changes, live: true });
    }
    for (const name of found) changes?.add(name);
    return found;
  }

  private forget(name: string, span: Span): void {
    const old = this.s.find(name);
    const unknown = this.unknownAt(
      this.place(span),
      `$${name}`,
      say(
        '{name} changes in a loop with an unknown number of rounds.',
        '{name} muda num laço cujo número de voltas não se conhece.',
        { name: `$${name}` },
      ),
    );
    const { value: _v, array, unknownArray, ...flags } = old ?? {};
    this.s.put(name, array || unknownArray ? { ...flags, unknownArray: unknown } : { ...flags, value: [unknown] });
    this.happened++;
  }

  protected forEach(command: ForCommand): void {
    const place = this.place(command.nameSpan);
    const fields = command.words
      ? this.expandWords(command.words)
      : (this.s.positional?.map(value => ({ value, splits: false })) ?? [
          { value: [this.environment(place, '$@')], splits: true },
        ]);
    const exits = { breaks: [] as State[], continues: [] as State[] };
    const { loops } = this.exits;
    loops.push(exits);
    const depth = loops.length;
    this.decided(0);
    try {
      for (const field of fields) {
        if (!this.live) break;
        this.step();
        const round = () => {
          this.assign(command.name, undefined, field.value, false, command.nameSpan);
          this.list(command.body);
          this.goOn(exits, command.span);
        };
        if (!field.splits && command.kind === 'for') round();
        else {
          const why = this.hangingOn(place, label(field.value), field.value).why;
          const doubt = this.doubtAt(place, `for ${command.name} in ${label(field.value)}`, why);
          this.anyRounds(command.span, doubt, round, round);
        }
      }
    } finally {
      loops.length = depth - 1;
    }
    if (exits.breaks.length > 0) this.continueWith([this.live ? this.s : undefined, ...exits.breaks], place);
  }
}

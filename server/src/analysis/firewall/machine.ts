/** The machine that carries out scripts: units, ways that part and meet, subshells, calls of functions and files. */
import { say } from '../../text/message';
import { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { lineEnd } from '../../syntax/shell/cursor';
import type { Command, List, Redirection, ShellProblem, ShellScript, Unit } from '../../syntax/shell/nodes';
import { parseShell } from '../../syntax/shell/parse-shell';
import type { Place, Status } from './calls';
import { Expander } from './expand';
import { Abandoned, shorten, Sink, Spent } from './runtime';
import { join, mostConditions } from './state';
import type { Doubt, ShellFunction, State } from './state';
import { functionNames } from './function-names';
import { known, label, sameValue } from './value';
import type { Value } from './value';

/** More ways out of the script than these are taken together. */
const mostEnds = 8;

/** Deeper calls of functions and scripts are not followed. */
const deepestCall = 60;

export abstract class Machine extends Expander {
  abstract list(list: List): void;
  abstract execute(command: Command): void;
  /** Runs lines that are plain calls as they are known, from a unit on; gives how many. */
  abstract repeat(units: readonly Unit[], from: number): number;
  /** Redirections around something, as a simple command has them. */
  abstract redirected(redirections: readonly Redirection[], run: () => void): void;

  /** The status of the last `$(…)`: that of a command which is nothing but assignments. */
  captured: { status: Status; doubt: Doubt | undefined } | undefined;
  /** States that gave up the line they were on, and go on with the next. */
  private abandonedLines: State[] = [];

  /** Runs a script's commands, those of a line at a time, up to what the shell cannot read. */
  runUnits(script: ShellScript): void {
    const { units } = script;
    for (let i = 0; i < units.length; i++) {
      if (!this.s.options.noexec) i += this.repeat(units, i);
      const unit = units[i];
      if (!this.live || !unit) return;
      if (!unit.list) {
        if (unit.problem) this.stopAtProblem(unit.problem);
        return;
      }
      const outer = this.abandonedLines;
      const scopes = this.s.scopes.length;
      this.abandonedLines = [];
      try {
        this.list(unit.list);
      } catch (error) {
        if (!(error instanceof Abandoned)) throw error;
        if (!error.line) this.exit(error.status);
        else {
          this.decided(error.status);
          this.abandonedLines.push(this.s);
          this.live = false;
        }
      }
      const lines = this.abandonedLines;
      this.abandonedLines = outer;
      if (lines.length > 0) {
        for (const state of lines) state.scopes.length = scopes;
        this.continueWith([this.live ? this.s : undefined, ...lines], this.place(unit.span));
      }
    }
  }

  private stopAtProblem(problem: ShellProblem): void {
    const place = this.place(problem.span);
    this.complain(place, problem.says, problem.message, problem.reportedAt);
    if (problem.says.startsWith('syntax error near')) {
      const { source } = this.frame;
      const { line } = source.positionAt(problem.reportedAt);
      const text = source.text.slice(source.starts[line], lineEnd(source.text, problem.reportedAt));
      this.complain(place, `\`${text}'`, problem.message, problem.reportedAt, { quotesLine: true });
    }
    this.exit(2);
  }

  /** Leaves the shell (or subshell) with a status. */
  exit(status: Status): void {
    if (status !== 'unknown') this.decided(status);
    this.s.scopes.length = 1;
    const { exits } = this.exits;
    const last = exits[exits.length - 1];
    if (last && exits.length >= mostEnds)
      exits[exits.length - 1] = join([last, this.s], this.blur(this.place({ start: 0, end: 0 }))) ?? last;
    else exits.push(this.s);
    this.live = false;
  }

  /** What `set -e` and `trap … ERR` make of a status nobody looks at. */
  failed(): void {
    const { status } = this.s;
    if (!this.live || status === 0 || status === 'unknown' || this.watched > 0) return;
    const trap = this.s.traps.get('ERR');
    if (trap !== undefined) {
      this.s.traps.delete('ERR');
      this.evaluateText(trap, this.place({ start: 0, end: 0 }));
      if (!this.live) return;
      this.s.traps.set('ERR', trap);
      this.decided(status);
    }
    if (this.s.options.errexit) this.exit(status);
  }

  /** The status hangs on a condition of the script's own text. */
  doubtful(span: Span, key?: string, why = this.undecidedWhy(span)): void {
    const place = this.place(span);
    this.undecided(this.doubtAt(place, this.sourceOf(span), why, key));
  }

  undecidedWhy(span: Span) {
    return say(
      'Whether {text} succeeds is known only when the script runs.',
      'Só quando o script roda se sabe se {text} dá certo.',
      {
        text: shorten(this.sourceOf(span)),
      },
    );
  }

  /** Runs something whose status is looked at. */
  watch(run: () => void): void {
    this.watched++;
    try {
      run();
    } finally {
      this.watched--;
    }
  }

  /** Goes both ways where the last status is unknown, else the one that it says. */
  decide(span: Span, yes: () => void, no: () => void): void {
    const { status, doubt } = this.s;
    if (status === 'unknown')
      this.fork(doubt ?? this.doubtAt(this.place(span), this.sourceOf(span), this.undecidedWhy(span)), yes, no);
    else if (status === 0) yes();
    else no();
  }

  fork(doubt: Doubt, yes: () => void, no: () => void): void {
    const before = this.s;
    const outer = this.out;
    const scopes = before.scopes.length;
    const ends: (State | undefined)[] = [];
    const printed: Value[] = [];
    for (const [holds, run] of [
      [doubt.holds, yes],
      [!doubt.holds, no],
    ] as const) {
      const sink = outer && new Sink();
      this.s = before.clone();
      if (before.conditions.length < mostConditions) this.s.conditions = [...before.conditions, { ...doubt, holds }];
      this.decided(run === yes ? 0 : 1);
      this.live = true;
      this.out = sink;
      try {
        run();
      } catch (error) {
        if (!(error instanceof Abandoned)) throw error;
        this.abandon(error, scopes);
      }
      ends.push(this.live ? this.s : undefined);
      if (sink) printed.push(sink.value);
    }
    this.out = outer;
    const [first, second] = printed;
    if (first !== undefined && second !== undefined) {
      if (sameValue(first, second)) this.write(first);
      else this.write([this.blur(doubt)(shorten(doubt.text))]);
    }
    this.continueWith(
      ends.map(s => s && (ends.every(e => e) ? s : asGuard(s, doubt))),
      doubt,
    );
  }

  private abandon(error: Abandoned, scopes: number): void {
    this.decided(error.status);
    if (error.line) {
      this.s.scopes.length = Math.min(this.s.scopes.length, scopes);
      this.abandonedLines.push(this.s);
      this.live = false;
    } else this.exit(error.status);
  }

  /** Runs in a copy of the shell: what is called, printed and read stays, what is set is forgotten. */
  subshell(span: Span, run: () => void): void {
    const parent = this.s;
    const { exits, out, frame, watched, silenced, abandonedLines } = this;
    const via = this.via;
    this.s = parent.clone();
    this.s.traps.delete('EXIT');
    this.exits = { loops: [], returns: undefined, exits: [] };
    this.abandonedLines = [];
    this.via = [...via];
    const ends: State[] = this.exits.exits;
    try {
      run();
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
      this.exit(error.status);
    }
    this.continueWith([this.live ? this.s : undefined, ...ends, ...this.abandonedLines], this.place(span));
    this.runExitTrap();
    Object.assign(this, { exits, out, frame, watched, silenced, abandonedLines, via });
    const child = this.s;
    this.s = parent;
    if (!this.live) return;
    parent.status = child.status;
    parent.doubt = child.doubt;
    parent.inputs = child.inputs;
    parent.written = child.written;
    parent.runnable = child.runnable;
  }

  runExitTrap(): void {
    const trap = this.live ? this.s.traps.get('EXIT') : undefined;
    if (trap === undefined) return;
    const { status, doubt } = this.s;
    this.s.traps.delete('EXIT');
    const outer = this.exits;
    this.exits = { loops: [], returns: undefined, exits: [] };
    this.evaluateText(trap, this.place({ start: 0, end: 0 }));
    this.continueWith([this.live ? this.s : undefined, ...this.exits.exits], this.place({ start: 0, end: 0 }));
    this.exits = outer;
    if (this.live && this.s.status === 0) {
      this.s.status = status;
      this.s.doubt = doubt;
    }
  }

  capture(list: List, span: Span): Value {
    const before = { status: this.s.status, doubt: this.s.doubt };
    const outer = this.out;
    const sink = new Sink();
    this.subshell(span, () => {
      this.out = sink;
      if (this.bash) this.s.options.errexit = false;
      this.list(list);
    });
    this.out = outer;
    this.captured = { status: this.s.status, doubt: this.s.doubt };
    if (!this.bash) Object.assign(this.s, before);
    return sink.value;
  }

  openProcess(list: List, direction: '<' | '>', span: Span): Value {
    const path = `/dev/fd/${63 + this.s.written.size}`;
    if (direction === '<') {
      const value = this.capture(list, span);
      this.s.written.set(path, { value, origin: { ...this.place(span), verbatim: false } });
    } else
      this.subshell(span, () => {
        this.list(list);
      });
    return path;
  }

  /** Whether the script has a function of that name, which is not there yet (or no more). */
  definedLater(name: string): boolean {
    return functionNames(parseShell(this.frame.source, this.options.shell)).has(name);
  }

  /** Calls a function with arguments. */
  call(f: ShellFunction, args: readonly Value[], place: Place): void {
    if (this.via.length >= deepestCall) throw new Spent();
    const { exits, frame } = this;
    const positional = this.s.positional;
    const depth = this.s.scopes.length;
    const returns: State[] = [];
    this.s.scopes.push(new Map());
    this.s.positional = args;
    this.exits = { loops: [], returns, exits: exits.exits };
    this.frame = f.frame;
    this.via.push(place);
    try {
      this.execute(f.body);
      this.continueWith([this.live ? this.s : undefined, ...returns], place);
    } finally {
      this.via.pop();
      this.exits = exits;
      this.frame = frame;
    }
    this.s.scopes.length = Math.min(this.s.scopes.length, depth);
    this.s.positional = positional;
  }

  /** Runs text as commands where it stands: `eval`, a trap, `sh -c`. */
  evaluateText(value: Value, place: Place): void {
    const text = known(value);
    if (text === undefined) {
      const unknown = this.hangingOn(place, label(value), value);
      this.undecided(this.doubtAt(place, label(value), unknown.why));
      return;
    }
    if (this.via.length >= deepestCall) throw new Spent();
    const source = new SourceText(place.source.path, text);
    const script = parseShell(source, this.options.shell);
    const { frame } = this;
    this.frame = { source, fixed: place };
    this.via.push(place);
    if (script.units.length === 0) this.decided(0);
    try {
      this.runUnits(script);
    } finally {
      this.frame = frame;
      this.via.pop();
    }
  }

  /** Runs a file's commands in this shell, `return` included. */
  runFile(source: SourceText, args: readonly Value[] | undefined, place: Place): void {
    if (this.via.length >= deepestCall) throw new Spent();
    const { frame, exits } = this;
    const positional = this.s.positional;
    const returns: State[] = [];
    if (args) this.s.positional = args;
    this.frame = { source };
    this.exits = { loops: [], returns, exits: exits.exits };
    this.via.push(place);
    this.decided(0);
    try {
      this.runUnits(parseShell(source, this.options.shell));
      this.continueWith([this.live ? this.s : undefined, ...returns], place);
    } finally {
      this.frame = frame;
      this.exits = exits;
      this.via.pop();
    }
    if (args) this.s.positional = positional;
  }
}

/** Marks the condition by which a state is the only one left: all that follows hangs on it. */
function asGuard(state: State, doubt: Doubt): State {
  state.conditions = state.conditions.map(c => (c.id === doubt.id ? { ...c, guard: true } : c));
  return state;
}

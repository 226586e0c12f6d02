/** Carries out commands on the abstract machine: lists, conditions, loops, functions, subshells. */
import { say } from '../../text/message';
import { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type {
  AndOr,
  CaseCommand,
  Command,
  CountingFor,
  ForCommand,
  FunctionDefinition,
  IfCommand,
  List,
  LoopCommand,
  Pipeline,
  Redirection,
  ShellProblem,
  ShellScript,
  SimpleCommand,
} from '../../syntax/shell/nodes';
import { lineEnd } from '../../syntax/shell/cursor';
import { parseShell } from '../../syntax/shell/parse-shell';
import type { Place, Status } from './calls';
import { evaluateCondition } from './conditions';
import { Expander } from './expand';
import { matches, readPattern } from './glob';
import { withRedirections } from './redirect';
import { Abandoned, shorten, Sink, Spent } from './runtime';
import { runSimple } from './simple';
import { join, mostConditions } from './state';
import type { Doubt, Input, ShellFunction, State } from './state';
import { functionNames } from './symbols';
import { known, label, sameValue } from './value';
import type { Value } from './value';

/** More ways out of the script than these are taken together. */
const mostEnds = 8;

/** Deeper calls of functions and scripts are not followed. */
const deepestCall = 60;

export class Interpreter extends Expander {
  /** The status of the last `$(…)`: that of a command which is nothing but assignments. */
  captured: { status: Status; doubt: Doubt | undefined } | undefined;
  /** States that gave up the line they were on, and go on with the next. */
  private abandonedLines: State[] = [];

  /** Runs a script's commands, those of a line at a time, up to what the shell cannot read. */
  runUnits(script: ShellScript): void {
    for (const unit of script.units) {
      if (!this.live) return;
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
      this.complain(place, `\`${text}'`, problem.message, problem.reportedAt, true);
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

  list(list: List): void {
    for (const item of list.items) {
      if (!this.live) return;
      if (item.background) {
        this.subshell(item.command.span, () => {
          this.execute(item.command);
        });
        this.decided(0);
      } else this.execute(item.command);
    }
  }

  execute(command: Command): void {
    this.step();
    switch (command.kind) {
      case 'simple':
        return this.simple(command);
      case 'and-or':
        return this.andOr(command);
      case 'pipeline':
        return this.pipeline(command);
      case 'function':
        return this.define(command);
      default:
        withRedirections(this, command.redirections, () => {
          this.compound(command);
        });
    }
  }

  private compound(command: Exclude<Command, SimpleCommand | AndOr | Pipeline | FunctionDefinition>): void {
    switch (command.kind) {
      case 'if':
        return this.branch(command, 0);
      case 'while':
      case 'until':
        return this.loop(command);
      case 'for':
      case 'select':
        return this.forEach(command);
      case 'for-arithmetic':
        return this.count(command);
      case 'case':
        return this.choose(command);
      case 'group':
        return this.list(command.body);
      case 'subshell':
        this.subshell(command.span, () => {
          this.list(command.body);
        });
        return this.failed();
      case 'arithmetic': {
        const expression = this.expandParts(command.expression.parts, true);
        const value = this.arithmeticValue(expression, command.expression.span);
        if (value === undefined) this.doubtful(command.span, this.keyOf(expression));
        else this.decided(value === 0n ? 1 : 0);
        return this.failed();
      }
      case 'condition':
        evaluateCondition(this, command);
        this.failed();
    }
  }

  private simple(command: SimpleCommand): void {
    runSimple(this, command);
    this.failed();
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

  private andOr(command: AndOr): void {
    this.watch(() => {
      this.execute(command.first);
    });
    this.chain(command, 0);
  }

  private chain(command: AndOr, at: number): void {
    const next = command.rest[at];
    if (!next || !this.live) return;
    const last = at === command.rest.length - 1;
    const run = () => {
      if (last) this.execute(next.command);
      else
        this.watch(() => {
          this.execute(next.command);
        });
      this.chain(command, at + 1);
    };
    const skip = () => {
      this.chain(command, at + 1);
    };
    if (next.operator === '&&') this.decide(command.span, run, skip);
    else this.decide(command.span, skip, run);
  }

  private pipeline(command: Pipeline): void {
    const [only] = command.commands;
    const run = () => {
      if (!only) this.decided(0);
      else if (command.commands.length === 1) this.execute(only);
      else this.connect(command);
    };
    if (!command.negated) {
      run();
      this.failed();
      return;
    }
    this.watch(run);
    if (!this.live) return;
    const { status, doubt } = this.s;
    if (status === 'unknown') {
      if (doubt) this.s.doubt = { ...doubt, holds: !doubt.holds };
    } else this.decided(status === 0 ? 1 : 0);
  }

  private connect(command: Pipeline): void {
    let input: Input | undefined;
    let failed: Status = 0;
    const last = command.commands.length - 1;
    command.commands.forEach((part, i) => {
      const given = input;
      const before = this.s.inputs.get(0);
      const sink = new Sink();
      const outer = this.out;
      this.subshell(part.span, () => {
        if (given) this.s.inputs.set(0, given);
        if (i < last) this.out = sink;
        if (i < last)
          this.watch(() => {
            this.execute(part);
          });
        else this.execute(part);
      });
      this.out = outer;
      if (given) restoreInput(this.s, before);
      input = { value: sink.value, offset: 0, origin: sink.origin ?? { ...this.place(part.span), verbatim: false } };
      if (this.s.status !== 0) failed = this.s.status;
    });
    if (this.s.options.pipefail && this.s.status === 0 && typeof failed === 'number') this.decided(failed);
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

  private define(command: FunctionDefinition): void {
    this.s.functions.set(command.name, { body: command.body, frame: this.frame });
    this.happened++;
    this.decided(0);
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

  private branch(command: IfCommand, at: number): void {
    const branch = command.branches[at];
    if (!branch) {
      if (command.otherwise) this.list(command.otherwise);
      else this.decided(0);
      return;
    }
    this.watch(() => {
      this.list(branch.condition);
    });
    if (!this.live) return;
    this.decide(
      branch.condition.span,
      () => {
        this.list(branch.body);
      },
      () => {
        this.branch(command, at + 1);
      },
    );
  }

  private choose(command: CaseCommand): void {
    const subject = this.expandValue(command.subject);
    this.decided(0);
    this.chooseFrom(command, subject, 0);
  }

  private chooseFrom(command: CaseCommand, subject: Value, at: number): void {
    const item = command.items[at];
    if (!item) return;
    const text = known(subject);
    let fits: boolean | undefined = false;
    for (const word of item.patterns) {
      const pattern = this.expandPattern(word);
      const one =
        pattern === '*'
          ? true
          : pattern === undefined || text === undefined
            ? undefined
            : matches(readPattern(pattern), text);
      fits = fits || one ? true : fits === undefined ? undefined : one;
      if (fits) break;
    }
    const take = () => {
      this.decided(0);
      this.list(item.body);
      if (!this.live) return;
      if (item.end === ';&') this.fallThrough(command, subject, at + 1);
      else if (item.end === ';;&') this.chooseFrom(command, subject, at + 1);
    };
    const pass = () => {
      this.decided(0);
      this.chooseFrom(command, subject, at + 1);
    };
    if (fits === true) return take();
    if (fits === false) return pass();
    const first = item.patterns[0]?.span ?? item.span;
    const patterns = this.sourceOf({
      start: first.start,
      end: item.patterns[item.patterns.length - 1]?.span.end ?? first.end,
    });
    const why = this.hangingOn(this.place(command.subject.span), this.sourceOf(command.subject.span), subject).why;
    const doubt = this.doubtAt(
      this.place(first),
      `case ${this.sourceOf(command.subject.span)} in ${patterns})`,
      why,
      `case ${this.keyOf(subject)} ${patterns}`,
    );
    this.undecided(doubt);
    this.decide(command.span, take, pass);
  }

  private fallThrough(command: CaseCommand, subject: Value, at: number): void {
    const item = command.items[at];
    if (!item) return;
    this.list(item.body);
    if (!this.live) return;
    if (item.end === ';&') this.fallThrough(command, subject, at + 1);
    else if (item.end === ';;&') this.chooseFrom(command, subject, at + 1);
  }

  private loop(command: LoopCommand): void {
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

  private count(command: CountingFor): void {
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

  private forEach(command: ForCommand): void {
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

  /** Redirections around something, as a simple command has them. */
  redirected(redirections: readonly Redirection[], run: () => void): void {
    withRedirections(this, redirections, run);
  }
}

/** Marks the condition by which a state is the only one left: all that follows hangs on it. */
function asGuard(state: State, doubt: Doubt): State {
  state.conditions = state.conditions.map(c => (c.id === doubt.id ? { ...c, guard: true } : c));
  return state;
}

/** After a part of a pipeline that read from the part before it. */
function restoreInput(state: State, input: Input | undefined): void {
  if (input) state.inputs.set(0, input);
  else state.inputs.delete(0);
}

/** Carries out commands, each by its kind. */
import type {
  AndOr,
  CaseCommand,
  Command,
  FunctionDefinition,
  IfCommand,
  List,
  Pipeline,
  Redirection,
  SimpleCommand,
  Unit,
} from '../../syntax/shell/nodes';
import type { Place, Status } from './calls';
import { evaluateCondition } from './conditions';
import { matches, readPattern } from './glob';
import { Loops } from './loops';
import { runPlainLines } from './plain-lines';
import { withRedirections } from './redirect';
import { Sink } from './runtime';
import { runSimple } from './simple';
import type { Frame, Input, State } from './state';
import { known } from './value';
import type { Value } from './value';

export class Interpreter extends Loops {
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

  repeat(units: readonly Unit[], from: number): number {
    return runPlainLines(this, units, from);
  }

  private last: { readonly frame: Frame; readonly command: Command } | undefined;

  /** The command that was begun last, in the file where it stands. */
  lastCommand(): Place {
    const { frame, command } = this.last ?? { frame: this.frame, command: undefined };
    const { source, fixed } = frame;
    return fixed ?? { source, span: command?.span ?? { start: 0, end: 0 } };
  }

  execute(command: Command): void {
    if (this.s.options.noexec) return;
    this.last = { frame: this.frame, command };
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

  private define(command: FunctionDefinition): void {
    this.s.functions.set(command.name, { body: command.body, frame: this.frame });
    this.happened++;
    this.decided(0);
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

  /** Redirections around something, as a simple command has them. */
  redirected(redirections: readonly Redirection[], run: () => void): void {
    withRedirections(this, redirections, run);
  }
}

/** After a part of a pipeline that read from the part before it. */
function restoreInput(state: State, input: Input | undefined): void {
  if (input) state.inputs.set(0, input);
  else state.inputs.delete(0);
}

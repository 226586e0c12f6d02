/** Goes through all nodes of a script, those inside words and here-documents included. */
import type { Assignment, Command, Condition, List, Part, Redirection, ShellScript, Word } from './nodes';

/** What is told of; each is called before what lies inside. */
export interface Visitor {
  command?(command: Command): void;
  assignment?(assignment: Assignment): void;
  word?(word: Word): void;
  part?(part: Part): void;
  /** Parts that are read as arithmetic: `$((…))`, `((…))`, subscripts. */
  arithmetic?(parts: readonly Part[]): void;
}

/** Visits a script's nodes in the order of the text. */
export function walkScript(script: Pick<ShellScript, 'units'>, visitor: Visitor): void {
  for (const unit of script.units) if (unit.list) walkList(unit.list, visitor);
}

/** Visits the nodes of some commands in the order of the text. */
export function walkList(list: List, visitor: Visitor): void {
  new Walker(visitor).list(list);
}

class Walker {
  constructor(private readonly visitor: Visitor) {}

  list(list: List): void {
    for (const item of list.items) this.command(item.command);
  }

  private command(command: Command): void {
    this.visitor.command?.(command);
    switch (command.kind) {
      case 'simple':
        command.assignments.forEach(a => {
          this.assignment(a);
        });
        this.words(command.words);
        break;
      case 'pipeline':
        command.commands.forEach(c => {
          this.command(c);
        });
        return;
      case 'and-or':
        this.command(command.first);
        command.rest.forEach(r => {
          this.command(r.command);
        });
        return;
      case 'if':
        for (const branch of command.branches) {
          this.list(branch.condition);
          this.list(branch.body);
        }
        if (command.otherwise) this.list(command.otherwise);
        break;
      case 'for':
      case 'select':
        this.words(command.words ?? []);
        this.list(command.body);
        break;
      case 'for-arithmetic':
        for (const word of [command.start, command.condition, command.step]) this.arithmetic(word.parts);
        this.list(command.body);
        break;
      case 'while':
      case 'until':
        this.list(command.condition);
        this.list(command.body);
        break;
      case 'case':
        this.word(command.subject);
        for (const item of command.items) {
          this.words(item.patterns);
          this.list(item.body);
        }
        break;
      case 'group':
      case 'subshell':
        this.list(command.body);
        break;
      case 'arithmetic':
        this.arithmetic(command.expression.parts);
        break;
      case 'condition':
        this.condition(command.test);
        break;
      case 'function':
        this.command(command.body);
    }
    command.redirections.forEach(r => {
      this.redirection(r);
    });
  }

  private condition(test: Condition): void {
    if (test.kind === 'not') this.condition(test.operand);
    else if (test.kind === 'unary') this.word(test.operand);
    else if (test.kind === 'binary') this.words([test.left, test.right]);
    else {
      this.condition(test.left);
      this.condition(test.right);
    }
  }

  private redirection(redirection: Redirection): void {
    this.word(redirection.target);
    if (redirection.document) this.parts(redirection.document.parts);
  }

  private assignment(assignment: Assignment): void {
    this.visitor.assignment?.(assignment);
    if (assignment.subscript) this.arithmetic(assignment.subscript.parts);
    if (assignment.value) this.word(assignment.value);
    for (const element of assignment.array ?? []) {
      if (element.subscript) this.arithmetic(element.subscript.parts);
      this.word(element.value);
    }
  }

  private words(words: readonly Word[]): void {
    words.forEach(w => {
      this.word(w);
    });
  }

  private word(word: Word): void {
    this.visitor.word?.(word);
    if (word.assignment) this.assignment(word.assignment);
    this.parts(word.parts);
  }

  private arithmetic(parts: readonly Part[]): void {
    this.visitor.arithmetic?.(parts);
    this.parts(parts);
  }

  private parts(parts: readonly Part[]): void {
    for (const part of parts) {
      this.visitor.part?.(part);
      if (part.kind === 'double') this.parts(part.parts);
      else if (part.kind === 'command' || part.kind === 'process') this.list(part.list);
      else if (part.kind === 'arithmetic') this.arithmetic(part.parts);
      else if (part.kind === 'parameter') {
        if (part.subscript) this.arithmetic(part.subscript.parts);
        if (part.operator === ':')
          part.args.forEach(a => {
            this.arithmetic(a.parts);
          });
        else this.words(part.args);
      }
    }
  }
}

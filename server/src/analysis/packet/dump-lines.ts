/** The lines of a dump: of a file, where an edit makes new ones of those it touches alone, or of what a script pipes. */
import type { Unknown } from '../../syntax/iptables/word';
import type { Chunks } from '../../text/chunks';
import { chunked, cutAtLines } from '../../text/chunks';
import type { Message } from '../../text/message';
import { ownText } from '../../text/recent';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { Origin } from './ruleset';

/** One line of a dump: of a file, or of what a script feeds to iptables-restore. */
export interface DumpSourceLine {
  readonly source: SourceText;
  readonly span: Span;
  readonly pieces: readonly (string | Unknown)[];
  /** Whether the source says exactly this at `span`, so that offsets in it are offsets there. */
  readonly verbatim: boolean;
}

/** A dump by its lines, without their newlines. */
export interface DumpText {
  readonly lines: readonly DumpSourceLine[];
  /** Whether the last line ends in a newline; iptables-legacy-restore wants one behind COMMIT. */
  readonly closed: boolean;
}

/** The lines of a file. */
export function dumpOf(source: SourceText): DumpText {
  const { starts, items }: Chunks<LineText> = linesOf(source);
  return {
    lines: items.map((line, i) => new LineOfFile(source, starts[i] ?? 0, line)),
    closed: source.text.endsWith('\n'),
  };
}

/** What a line of a file says, without its newline: the same object as long as nobody edits the line. */
export class LineText {
  readonly text: string;
  /** What one who loads the file has made of it; kept here, as looking ten thousand lines up takes its time. */
  note: object | undefined = undefined;

  constructor(line: string) {
    this.text = ownText(line.endsWith('\n') ? line.slice(0, -1) : line);
  }
}

const linesOf = chunked(
  cutAtLines(
    () => true,
    line => new LineText(line),
  ),
);

const certain: readonly Message[] = [];

/** A line where it stands in a file, and the origin of what it does. */
export class LineOfFile implements DumpSourceLine, Origin {
  private place: Span | undefined = undefined;

  constructor(
    readonly source: SourceText,
    private readonly start: number,
    readonly line: LineText,
  ) {}

  get span(): Span {
    return (this.place ??= span(this.start, this.start + this.line.text.length));
  }

  get pieces(): readonly string[] {
    return [this.line.text];
  }

  get verbatim(): boolean {
    return true;
  }

  get text(): string {
    return this.line.text.trimEnd();
  }

  get hangsOn(): readonly Message[] {
    return certain;
  }
}

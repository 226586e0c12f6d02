/** What reading a firewall script gives: the iptables calls it would make, in order, and what it hangs on. */
import type { Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type * as iptables from '../../syntax/iptables/word';

/** A place in one of the files read. */
export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

/** Something that only the running script would know; it has a name, and spoils only what depends on it. */
export interface Unknown extends Place, iptables.Unknown {
  readonly kind: 'unknown';
}

/** A value is text and unknowns next to each other; neighbouring texts are joined, so one known value is one string. */
export type Piece = string | Unknown;

/** One argument as the program gets it. */
export interface CallWord extends Place, iptables.Word {
  readonly span: Span;
  readonly pieces: readonly Piece[];
  /** The argument, where all of it is known. */
  readonly value?: string;
  /** The source says exactly `value` there (no quotes, no expansion): offsets in it are offsets in the source. */
  readonly verbatim: boolean;
}

/** A condition that the files do not decide, on which a call hangs. */
export interface Condition extends Place {
  /** As written: `[ -f /etc/fw.conf ]`, `start` (a case), `ping -c1 gw`. */
  readonly text: string;
  /** Whether the call is made when it holds or when it does not. */
  readonly holds: boolean;
  /** The other way leaves the script, function or loop: all that follows hangs on it. */
  readonly guard: boolean;
  readonly why: Message;
}

/** One line that iptables-restore reads. */
export interface DumpLine extends Place {
  readonly pieces: readonly Piece[];
  /** The line, where all of it is known; without its newline. */
  readonly value?: string;
  /** The source says exactly `value` at `span`. */
  readonly verbatim: boolean;
}

/** What iptables-restore (or ipset restore) gets on its standard input, or from the file named in its arguments. */
export interface DumpInput {
  readonly lines: readonly DumpLine[];
  /** Set where the input as a whole cannot be known: no lines then. */
  readonly unknown?: Unknown;
  /** Set where the file named in the arguments is certainly not there. */
  readonly missing?: boolean;
  /** Whether the last line ends in a newline. */
  readonly closed: boolean;
}

export type IptablesProgram = 'iptables' | 'ip6tables' | 'iptables-restore' | 'ip6tables-restore';

export interface IptablesCall extends Place {
  readonly program: IptablesProgram;
  /** Which of the two is called, where the name says so: `iptables-legacy`, `iptables-nft`. */
  readonly backend?: 'legacy' | 'nft' | undefined;
  /** The arguments behind the program's name. */
  readonly argv: readonly CallWord[];
  /** The whole command, from its first word (`sudo`, `$IPT`) on: its first physical line is the one to be reported. */
  readonly span: Span;
  /** All must hold for the call to be made. Empty: it is made for certain. */
  readonly conditional: readonly Condition[];
  /** In a loop whose number of rounds is unknown: made never, once or often. */
  readonly repeated: boolean;
  /** Where the functions and files were called that led here, outermost first. */
  readonly via: readonly Place[];
  readonly input?: DumpInput;
  /** Set where the call is a line of its own: what it has in common with all calls of the same text. */
  readonly shared?: SharedCall;
}

/** A call apart from where it stands: the same object as long as the line and what it makes of its variables are the same. */
export interface SharedCall {
  readonly program: IptablesProgram;
  readonly backend: IptablesCall['backend'];
  /** Places count from the line's start, in a text of that line alone. */
  readonly argv: readonly CallWord[];
  /** Where the call begins in its line. */
  readonly at: number;
  /** Program and arguments as one text to read. */
  readonly text: string;
  /** It changes nothing: its status tells something. */
  readonly asks: boolean;
  /** What one who carries it out has made of it. */
  note?: object | undefined;
}

/** A call of ipset. */
export interface IpsetCall extends Place {
  /** The arguments behind the program's name. */
  readonly argv: readonly CallWord[];
  /** All must hold for the call to be made. Empty: it is made for certain. */
  readonly conditional: readonly Condition[];
  /** In a loop whose number of rounds is unknown: made never, once or often. */
  readonly repeated: boolean;
  /** What `ipset restore` reads. */
  readonly input?: DumpInput;
}

/** A call's exit status as far as it is decided. */
export type Status = number | 'unknown';

/** A complaint of the shell itself. */
export interface ShellError extends Place {
  /** Physical line from 1 that the shell names. */
  readonly line: number;
  /** 127 command not found, 126 no such file or not to be run, 2 syntax, 1 other: told by `says`. */
  readonly rc: 1 | 2 | 126 | 127;
  /** The complaint without the script's name and line. */
  readonly says: string;
  /** It only quotes the line that the complaint before it is about, as bash does. */
  readonly quotesLine?: boolean;
  readonly message: Message;
  readonly conditional: readonly Condition[];
  /** Of a command that is not there: what it is, and the program of iptables that is certainly meant. */
  readonly misspelt?: Misspelt;
}

/** A misspelt name of iptables or one of its kin. */
export interface Misspelt {
  readonly name: string;
  readonly meant: string;
  /** Where the command's name stands; it may be an expansion. */
  readonly span: Span;
}

export interface ScriptReading {
  readonly calls: readonly IptablesCall[];
  readonly shellErrors: readonly ShellError[];
  /** What the reading hangs on, each once. */
  readonly unknown: readonly Unknown[];
  /** Files that the script sources or calls as scripts, found or not. */
  readonly includes: readonly Include[];
  /** Set where the steps were used up before the end was reached, to the command that was being run: calls may be missing. */
  readonly cut: Place | undefined;
  /** The script's own exit status. */
  readonly status: Status;
}

export interface Include extends Place {
  readonly path: string;
  readonly how: 'source' | 'call' | 'restore' | 'read';
  readonly found: boolean;
}

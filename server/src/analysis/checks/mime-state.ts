/** Takes a message apart into headers and body lines, as Postfix's MIME machine does for header and body checks. */
import { headerTokens } from './header-tokens';
import type { HeaderToken } from './header-tokens';

/** Which block a header stands in. */
export type HeaderBlock = 'primary' | 'multipart' | 'nested';

/** Who is told what. */
export interface MimeEvents {
  readonly header?: (header: string, block: HeaderBlock) => void;
  /** At the end of the first headers. */
  readonly headersEnd?: () => void;
  readonly body?: (line: string) => void;
}

/** header_size_limit: no more is added to a header that is as long. */
const headerLimit = 102_400;
/** mime_boundary_length_limit and mime_nesting_limit. */
const boundaryLimit = 2048;
const nestingLimit = 100;

type Kind = 'text' | 'message' | 'rfc822' | 'global' | 'multipart' | 'other';

interface Boundary {
  readonly text: string;
  /** What its parts are unless they say otherwise. */
  readonly parts: Kind;
}

const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t';

/** The length of a header's name at the start of a line, blanks before the colon not counted; 0 for no header. */
export function headerNameLength(line: string): number {
  const name = /^([!-9;-~]+)[ \t]*:/.exec(line);
  return name?.[1]?.length ?? 0;
}

/** Feeds lines (bytes, without newlines) and tells of headers and body lines. `mime` false: parts are body. */
export class MimeState {
  private state: HeaderBlock | 'body' = 'primary';
  private kind: Kind = 'text';
  private buffer = '';
  private readonly stack: Boundary[] = [];

  constructor(
    private readonly mime: boolean,
    private readonly events: MimeEvents,
  ) {}

  /** One line. */
  line(text: string): void {
    if (this.state !== 'body') {
      if (this.buffer !== '' && isBlank(text[0])) {
        if (this.buffer.length < headerLimit) this.buffer += `\n${cut(text)}`;
        return;
      }
      this.flush();
      const name = headerNameLength(text);
      if (name > 0) {
        let rest = name;
        while (isBlank(text[rest])) rest++;
        this.buffer = text.slice(0, name) + cut(text.slice(rest));
        return;
      }
      this.endOfHeaders(text);
    }
    this.boundary(text);
    this.events.body?.(text);
  }

  /** The end of the message. */
  end(): void {
    if (this.state === 'body') return;
    this.flush();
    if (this.state === 'primary') this.events.headersEnd?.();
    this.state = 'body';
  }

  private flush(): void {
    if (this.buffer === '' || this.state === 'body') return;
    if (this.mime && /^content-type[ \t]*:/i.test(this.buffer)) this.contentType(this.buffer);
    this.events.header?.(this.buffer, this.state);
    this.buffer = '';
  }

  private endOfHeaders(text: string): void {
    if (this.state === 'primary') this.events.headersEnd?.();
    if (text !== '') {
      if (this.state === 'primary') this.events.body?.('');
      this.state = 'body';
      return;
    }
    if (this.kind === 'rfc822' || this.kind === 'global') {
      this.state = 'nested';
      this.kind = 'text';
      return;
    }
    if (this.kind === 'multipart') this.kind = 'other';
    this.state = 'body';
  }

  private boundary(text: string): void {
    if (!text.startsWith('--') || text.length <= 2) return;
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const boundary = this.stack[i];
      if (!boundary || !text.startsWith(boundary.text, 2)) continue;
      this.stack.length = i + 1;
      if (text.startsWith('--', 2 + boundary.text.length)) {
        this.stack.pop();
        this.state = 'body';
        this.kind = 'other';
      } else {
        this.state = 'multipart';
        this.kind = boundary.parts;
      }
      return;
    }
  }

  private contentType(header: string): void {
    const first = headerTokens(header, header.indexOf(':') + 1);
    if (!first || first.tokens.length === 0) {
      this.kind = 'other';
      return;
    }
    const [type, slash, subtype] = first.tokens;
    const sub = slash?.text === '/' ? word(subtype) : '';
    switch (word(type)) {
      case 'text':
        this.kind = 'text';
        return;
      case 'message':
        this.kind = sub === 'rfc822' ? 'rfc822' : sub === 'global' ? 'global' : 'message';
        return;
      case 'multipart':
        this.kind = 'multipart';
        this.boundaries(header, first.next, sub === 'digest' ? 'rfc822' : 'text');
        return;
      default:
        // Postfix leaves the kind as it is here.
        return;
    }
  }

  private boundaries(header: string, from: number, parts: Kind): void {
    for (let at = from; ;) {
      const more = headerTokens(header, at);
      if (!more) return;
      at = more.next;
      const [name, equals, value] = more.tokens;
      if (word(name) !== 'boundary' || equals?.text !== '=' || !value) continue;
      if (this.stack.length > nestingLimit) continue;
      this.stack.push({ text: value.text.slice(0, boundaryLimit), parts });
    }
  }
}

/** What stands before a NUL: headers are kept as C strings. */
function cut(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

const word = (token: HeaderToken | undefined): string => (token?.kind === 'word' ? token.text.toLowerCase() : '');

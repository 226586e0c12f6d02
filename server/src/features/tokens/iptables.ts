/** Paints the words of an iptables command: the same for a script's and a dump's. */
import { mainSpelling, targetDocs } from '../../facts/iptables-docs';
import { extensions } from '../../syntax/iptables/extensions';
import type { Span } from '../../text/span';
import type { Families, Meaning, Paint, Role, TokenType } from './token';

/** A word as far as its text is known; `inner` is its place without quotes. */
export interface IptablesWord {
  readonly text: string | undefined;
  readonly span: Span;
}

/** Options that a chain follows. */
const chainOptions: Readonly<Record<string, Role>> = {
  '-A': 'use',
  '-I': 'use',
  '-D': 'use',
  '-R': 'use',
  '-C': 'use',
  '-L': 'use',
  '-S': 'use',
  '-F': 'use',
  '-Z': 'use',
  '-N': 'set',
  '-X': 'use',
  '-P': 'use',
  '-E': 'use',
  '-E to': 'set',
  '-g': 'use',
};

const portOptions = /^--(?:[ds]ports?|ports|(?:destination|source)-ports?|to-ports|on-port)$/;
const addressOptions = /^(?:-s|-d|--(?:src|dst)-range|--to-(?:source|destination)|--to|--gateway)$/;

/** Options of extensions that take no value. */
const flags: ReadonlySet<string> = new Set(
  extensions.flatMap(e => e.options.filter(o => o.type === 'none').map(o => `--${o.name}`)),
);

/** Paints the words behind the program's name; `open` is the table that holds where none of them says another. */
export function paintCommand(
  paint: Paint,
  words: readonly IptablesWord[],
  family: Families,
  open: string | undefined,
): void {
  const at = words.findIndex(w => w.text === '-t' || w.text === '--table');
  const table = at >= 0 ? words[at + 1]?.text : open;
  let extension: string | undefined;
  let option: string | undefined;
  for (const { text, span } of words) {
    const put = (type: TokenType, meaning?: Meaning): void => {
      paint(span.start, span.end, type, meaning);
    };
    if (text === undefined) {
      option = undefined;
      continue;
    }
    if (text === '!') {
      put('operator');
      continue;
    }
    if (/^-[^\d-]|^--[a-z]|^-[46]$/.test(text)) {
      const name = text.replace(/=.*$/s, '');
      put('keyword', { kind: 'option', name, ...(extension !== undefined && { extension }) });
      option = flags.has(name) || /^-[fvnx46w]$/.test(mainSpelling(name)) ? undefined : mainSpelling(name);
      continue;
    }
    if (option === undefined) continue;
    const role = chainOptions[option];
    if (role !== undefined) put('class', { kind: 'chain', name: text, table, family, role });
    else if (option === '-t') put('namespace', { kind: 'iptables-table', name: text });
    else if (option === '-m' || option === '-p') {
      extension = text;
      put('type', { kind: 'match', name: text });
    } else if (option === '-j') {
      extension = text;
      if (text in targetDocs) put('function', { kind: 'target', name: text });
      else put('class', { kind: 'chain', name: text, table, family, role: 'use' });
    } else if (portOptions.test(option)) put('number', { kind: 'port', text, by: 'iptables' });
    else if (addressOptions.test(option)) paintAddresses(paint, text, span, /^-[sd]$/.test(option));
    else if (/^[-\d]+$/.test(text)) put('number');
    else if (/state$/.test(option)) put('keyword', { kind: 'word', text, parameter: option });
    if (option === '-E') option = '-E to';
    else if (option !== '--tcp-flags' && option !== '--match-set') option = undefined;
  }
}

/** Paints addresses with commas between them; `networks`: they are read as those of `-s` are. */
function paintAddresses(paint: Paint, text: string, span: Span, networks: boolean): void {
  if (span.end - span.start !== text.length) return;
  let at = span.start;
  for (const part of text.split(',')) {
    const meaning: Meaning = /[A-Za-z]\w*\.[a-z]/i.test(part)
      ? { kind: 'domain', text: part }
      : { kind: 'network', text: part, ...(networks && { by: 'iptables' }) };
    paint(at, at + part.length, meaning.kind === 'network' ? 'number' : 'string', meaning);
    paint(at + part.length, Math.min(span.end, at + part.length + 1), 'operator');
    at += part.length + 1;
  }
}

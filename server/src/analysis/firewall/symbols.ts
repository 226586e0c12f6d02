/** Names in firewall scripts: variables, functions and iptables chains, where they are made and where they are used. */
import { derived } from '../../text/derived';
import type { Span } from '../../text/span';
import { touches } from '../../text/span';
import type { Part, ShellScript, SimpleCommand, Word } from '../../syntax/shell/nodes';
import { walkScript } from '../../syntax/shell/walk';
import { literal } from '../../syntax/shell/words';
import type { CallWord, IptablesCall, Place } from './calls';

export type SymbolKind = 'variable' | 'function';

/** A name of a script; spans cover the name alone, so that a rename replaces just them. */
export interface ScriptSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Assignments, `for`, `read`, `local` …; for a function its definitions. */
  readonly definitions: readonly Span[];
  readonly references: readonly Span[];
}

/** Commands whose plain words are names of variables that they set. */
const setters = new Set(['read', 'local', 'declare', 'typeset', 'export', 'readonly', 'mapfile', 'readarray']);
/** Options of those with a value that is no name. */
const valued = /^-[dnNptiu]$/;
const identifier = /^[A-Za-z_]\w*$/;

/** All variables and functions of a script, in the order in which they first appear. Remembered by the script. */
export const symbolsOf: (script: ShellScript) => readonly ScriptSymbol[] = derived(collect);

/** The names of the functions that a script defines anywhere. */
export const functionNames: (script: ShellScript) => ReadonlySet<string> = derived(script => {
  const names = new Set<string>();
  walkScript(
    { units: script.units.filter(unit => !unit.plain) },
    {
      command: command => {
        if (command.kind === 'function') names.add(command.name);
      },
    },
  );
  return names;
});

/** The variable or function whose name an offset touches. */
export function symbolAt(script: ShellScript, offset: number): { symbol: ScriptSymbol; span: Span } | undefined {
  for (const symbol of symbolsOf(script)) {
    for (const span of [...symbol.definitions, ...symbol.references])
      if (touches(span, offset)) return { symbol, span };
  }
  return undefined;
}

function collect(script: ShellScript): readonly ScriptSymbol[] {
  const found = new Map<string, { kind: SymbolKind; name: string; definitions: Span[]; references: Span[] }>();
  const noted = new Set<string>();
  const note = (kind: SymbolKind, name: string, span: Span, as: 'definitions' | 'references') => {
    if (kind === 'variable' && !identifier.test(name)) return;
    const key = `${kind} ${name}`;
    const symbol = found.get(key) ?? { kind, name, definitions: [], references: [] };
    const place = `${key} ${span.start}`;
    if (!noted.has(place)) symbol[as].push(span);
    noted.add(place);
    found.set(key, symbol);
  };
  const functions = functionNames(script);
  walkScript(script, {
    command: command => {
      if (command.kind === 'function') note('function', command.name, command.nameSpan, 'definitions');
      else if (command.kind === 'for' || command.kind === 'select')
        note('variable', command.name, command.nameSpan, 'definitions');
      else if (command.kind === 'simple') {
        const first = command.words[0];
        const name = first && literal(first);
        if (first && name !== undefined && functions.has(name)) note('function', name, first.span, 'references');
        if (name !== undefined) namesInArguments(command, name, note);
      }
    },
    assignment: assignment => {
      note('variable', assignment.name, assignment.nameSpan, 'definitions');
    },
    part: part => {
      if (part.kind === 'parameter')
        note('variable', part.name, part.nameSpan, /^:?=$/.test(part.operator ?? '') ? 'definitions' : 'references');
    },
    arithmetic: parts => {
      for (const part of parts) if (part.kind === 'text') namesInArithmetic(script, part, note);
    },
  });
  return [...found.values()];
}

type Note = (kind: SymbolKind, name: string, span: Span, as: 'definitions' | 'references') => void;

function namesInArguments(command: SimpleCommand, name: string, note: Note): void {
  const args = command.words.slice(1);
  const plain = (word: Word | undefined, as: 'definitions' | 'references') => {
    const text = word && literal(word);
    if (word && text !== undefined && word.parts.length === 1 && word.parts[0]?.kind === 'text')
      note('variable', text, word.span, as);
  };
  if (setters.has(name)) {
    args.forEach((word, i) => {
      if (!valued.test(literal(args[i - 1] ?? word) ?? '')) plain(word, 'definitions');
    });
  } else if (name === 'unset')
    args.forEach(word => {
      plain(word, 'references');
    });
  else if (name === 'getopts') plain(args[1], 'definitions');
  else if (name === 'printf' && literal(args[0] ?? { span: command.span, parts: [] }) === '-v')
    plain(args[1], 'definitions');
}

function namesInArithmetic(script: ShellScript, part: Extract<Part, { kind: 'text' }>, note: Note): void {
  if (script.source.slice(part.span) !== part.value) return;
  for (const found of part.value.matchAll(/(?<![\w#])([A-Za-z_]\w*)(\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)?/g)) {
    const start = part.span.start + found.index;
    const name = found[1] ?? '';
    note('variable', name, { start, end: start + name.length }, found[2] === undefined ? 'references' : 'definitions');
  }
}

/** A chain of one table in one family, with the words of the calls that name it. */
export interface ChainSymbol {
  readonly family: 4 | 6;
  readonly table: string;
  readonly name: string;
  /** `-N`, and `-E` to it. */
  readonly definitions: readonly Place[];
  /** Commands on it, jumps and gotos to it. */
  readonly references: readonly Place[];
}

const commandOption =
  /^(?:-[AIDRCFLSZXPN]|--(?:append|insert|delete|replace|check|flush|list|list-rules|zero|delete-chain|policy|new-chain|new))$/;
const jumpOption = /^(?:-[jg]|--(?:jump|goto))$/;
const notChains =
  /^(?:ACCEPT|DROP|REJECT|LOG|RETURN|QUEUE|DNAT|SNAT|MASQUERADE|REDIRECT|MARK|CONNMARK|NFLOG|NFQUEUE|TCPMSS|NOTRACK|CT|TPROXY|ULOG|DSCP|TOS|TTL|HL|SET|CLASSIFY|AUDIT|NETMAP|CHECKSUM|TRACE|TEE|SECMARK|HMARK)$/;

/**
 * The chains that iptables calls name, by what is written: words that are known and stand in a source as they are
 * (or with quotes around). Targets that are no chains are left out, built-in chains are in.
 */
export function chainsOf(calls: readonly IptablesCall[]): readonly ChainSymbol[] {
  const found = new Map<
    string,
    { family: 4 | 6; table: string; name: string; definitions: Place[]; references: Place[] }
  >();
  const noted = new Set<string>();
  for (const call of calls) {
    if (call.input) continue;
    const family = call.program.startsWith('ip6') ? 6 : 4;
    const { argv } = call;
    const at = argv.findIndex(w => w.value === '-t' || w.value === '--table');
    const table =
      (at >= 0
        ? argv[at + 1]?.value
        : argv.map(w => /^(?:-t|--table=)(\w+)$/.exec(w.value ?? '')?.[1]).find(t => t !== undefined)) ?? 'filter';
    const note = (word: CallWord | undefined, as: 'definitions' | 'references') => {
      const name = word?.value;
      if (!word || name === undefined || name === '' || name.startsWith('-') || notChains.test(name)) return;
      const key = `${family} ${table} ${name}`;
      const chain = found.get(key) ?? { family, table, name, definitions: [], references: [] };
      const place = namePlace(word, name);
      if (place) {
        const id = `${as} ${key} ${place.span.start} ${place.source.path}`;
        if (!noted.has(id)) chain[as].push(place);
        noted.add(id);
      }
      found.set(key, chain);
    };
    argv.forEach((word, i) => {
      const text = word.value ?? '';
      const next = argv[i + 1];
      if (/^(?:-N|--new(?:-chain)?)$/.test(text)) note(next, 'definitions');
      else if (/^(?:-E|--rename-chain)$/.test(text)) {
        note(next, 'references');
        note(argv[i + 2], 'definitions');
      } else if (commandOption.test(text) || jumpOption.test(text)) note(next, 'references');
    });
  }
  return [...found.values()];
}

/** Where a name stands in its word: as it is, or in quotes. */
function namePlace(word: CallWord, name: string): Place | undefined {
  const text = word.source.slice(word.span);
  const at = text === name ? 0 : text === `"${name}"` || text === `'${name}'` ? 1 : -1;
  if (at < 0) return undefined;
  const start = word.span.start + at;
  return { source: word.source, span: { start, end: start + name.length } };
}

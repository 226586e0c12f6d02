import { filesOf } from '../../model/kind-in-site';
import type { FileKind } from '../../model/file-kind';
import { parameters } from '../../facts/parameters';
import { valueShape } from '../../facts/value-kinds';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf, parseMasterCf } from '../../syntax/master-cf/parse';
import { logicalLines, type LogicalLine } from '../../syntax/logical-lines';
import { dialectOf, parseShell } from '../../syntax/shell/parse-shell';
import { say } from '../../text/message';
import { isSpace } from '../../text/space';
import type { SourceText } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { hasPasted, pastedIn, type Pasted, type PastedKind } from '../pasted';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule<PastedKind>({
  id: 'pasted-punctuation',
  title: {
    en: 'Dashes, quotes or blanks of a web page',
    'pt-BR': 'Travessões, aspas ou espaços de uma página da web',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf', 'checks', 'table', 'shell', 'iptables-save'],
  fixable: true,
  page: {
    why: `Pages and word processors turn \`--dport\` into \`–dport\`, straight quotes into curly ones, and the blanks of an
indentation into non-breaking spaces; some put invisible characters between letters. They look right and are other characters:
iptables refuses the line and goes on without the rule, Postfix takes a continued line for a new one ("invalid type field",
"missing '='"), and a pattern table has a rule without an action, so that every mail that matches gets a temporary error.
In comments, in reply texts and behind \`--comment\` they do no harm and are not reported.`,
    remedy: 'Apply the fix, which writes the plain characters throughout the file.',
    bad: {
      'master.cf': 'smtp inet n - y - - smtpd\n  –o smtpd_helo_required=yes\n',
      'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp –dport 25 -j DROP\n',
    },
    good: {
      'master.cf': 'smtp inet n - y - - smtpd\n  -o smtpd_helo_required=yes\n',
      'firewall.sh': '#!/bin/sh\n# –dport\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
    },
    see: [
      'Postfix 3.7.11: "unexpected command-line argument: –o", "invalid type field"',
      "iptables 1.8.9: Bad argument `–dport'",
    ],
  },
  messages: {
    dash: {
      en: '{code} is no hyphen, so no option starts here: the line is refused. Write {instead}.',
      'pt-BR': '{code} não é um hífen; nenhuma opção começa aqui: a linha é recusada. Escreva {instead}.',
    },
    quote: {
      en: '{code} is a typographic quote, which belongs to the word like a letter. Write {instead}, or nothing.',
      'pt-BR': '{code} são aspas tipográficas, que fazem parte da palavra como uma letra. Escreva {instead}, ou nada.',
    },
    space: {
      en: '{code} looks like a blank and is none: it does not part words and does not indent. Write a plain blank.',
      'pt-BR': '{code} parece um espaço e não é: não separa palavras nem recua a linha. Escreva um espaço comum.',
    },
    invisible: {
      en: '{code} cannot be seen, but it is part of the word. Take it away.',
      'pt-BR': '{code} é invisível, mas faz parte da palavra. Remova-o.',
    },
  },
  check(site, report) {
    for (const { kind, source } of filesOf(site)) {
      if (!hasPasted(source.text)) continue;
      const all = places(kind, source).flatMap(place => pastedIn(source, place));
      const byLine = new Map<number, Pasted[]>();
      for (const found of all) {
        const line = source.positionAt(found.span.start).line;
        const known = byLine.get(line);
        if (known) known.push(found);
        else byLine.set(line, [found]);
      }
      const whole = byLine.size > 1 ? [cleaning(source, all, true)] : [];
      for (const here of byLine.values()) {
        const found = here[0];
        if (!found) continue;
        const { kind: key, instead } = found;
        const args = { code: codeOf(source, found), ...(key === 'dash' || key === 'quote' ? { instead } : {}) };
        const fixes = [...(found === all[0] ? whole : []), cleaning(source, here, false)];
        report(source, found.span, key, args, { fixes });
      }
    }
  },
});

function codeOf(source: SourceText, found: Pasted): string {
  return `U+${(source.text.codePointAt(found.span.start) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function cleaning(source: SourceText, found: readonly Pasted[], whole: boolean): Fix {
  return {
    title: whole
      ? say('Write plain characters in the whole file', 'Escrever caracteres comuns no arquivo inteiro')
      : say('Write plain characters in this line', 'Escrever caracteres comuns nesta linha'),
    safe: true,
    edits: found.map(({ span: place, instead }) => ({ source, span: place, newText: instead })),
  };
}

/** The stretches of a file in which such a character changes what is read, in order. */
function places(kind: FileKind, source: SourceText): Span[] {
  switch (kind) {
    case 'main.cf':
      return mainPlaces(source);
    case 'master.cf':
      return masterPlaces(source);
    case 'checks':
      return logicalLines(source).flatMap(line =>
        line.kind === 'line' ? rulePlaces(source, line) : startOf(source, line.span),
      );
    case 'table':
      return logicalLines(source).flatMap(line =>
        line.kind === 'line' ? keyPlaces(source, line) : startOf(source, line.span),
      );
    case 'shell':
      return shellPlaces(source);
    case 'iptables-save':
      return dumpPlaces(source);
    default:
      return [];
  }
}

/** A byte order mark in front of a first comment makes it no comment. */
function startOf(source: SourceText, { start }: Span): Span[] {
  return start === 0 && source.text.startsWith('\ufeff') ? [span(0, 1)] : [];
}

function mainPlaces(source: SourceText): Span[] {
  const { lines, parameters } = parseMainCf(source);
  const byLine = new Map(parameters.map(p => [p.line, p]));
  return lines.flatMap(line => {
    if (line.kind !== 'line') return startOf(source, line.span);
    const parameter = byLine.get(line);
    const { pieces } = line.joined;
    if (!parameter) return pieces;
    const head = { start: line.span.start, end: parameter.valueSpan.start };
    if (isText(parameter.name)) return [head];
    return [head, ...pieces.map(p => span(Math.max(p.start, head.end), p.end)).filter(p => p.start < p.end)].flatMap(
      p => withoutTexts(source, p),
    );
  });
}

/** Values that people read: blanks and quotes of any kind are theirs. */
function isText(name: string): boolean {
  const plain = name.replace(/^[^A-Za-z]+/, '');
  if (parameters.has(plain)) return valueShape(plain).kind === 'text';
  return /text|message|reason|_msg$|banner|footer|reply/.test(plain);
}

/** Takes what stands inside `inline:{…}` and behind `error:` out: replies to clients stand there. */
function withoutTexts(source: SourceText, place: Span): Span[] {
  const text = source.slice(place);
  const at = /\b(?:inline|static):\s*\{|\b(?:error|discard|retry):/.exec(text);
  return at ? [span(place.start, place.start + at.index)] : [place];
}

function masterPlaces(source: SourceText): Span[] {
  const { lines, services } = parseMasterCf(source);
  const texts = new Map(services.map(s => [s.line, optionsOf(s).filter(o => isText(o.name))]));
  return lines.flatMap(line => {
    if (line.kind !== 'line') return startOf(source, line.span);
    const skipped = texts.get(line) ?? [];
    return line.joined.pieces.flatMap(piece => {
      let out: Span[] = [piece];
      for (const { valueSpan } of skipped) {
        out = out.flatMap(p => [
          span(p.start, Math.min(p.end, valueSpan.start)),
          span(Math.max(p.start, valueSpan.end), p.end),
        ]);
      }
      return out.filter(p => p.start < p.end).flatMap(p => withoutTexts(source, p));
    });
  });
}

/** A rule of a pattern table: what stands before the pattern, between pattern and action, and the action's word. */
function rulePlaces(source: SourceText, { joined }: LogicalLine): Span[] {
  const { text } = joined;
  let at = 0;
  while (at < text.length && (isSpace(text[at]) || hasPasted(text.charAt(at)))) at++;
  const out = [span(0, at)];
  if (/^(?:if|endif)\b/i.test(text.slice(at))) at += 2;
  while (text[at] === '!' || isSpace(text[at])) at++;
  const delimiter = text[at];
  if (delimiter !== undefined && /^[^\w\s]$/.test(delimiter)) {
    let close = at + 1;
    while (close < text.length && text[close] !== delimiter) close += text[close] === '\\' ? 2 : 1;
    const rest = text.slice(close + 1);
    const word = /^[^ \t\r\n]*[ \t\r\n]*[^ \t\r\n]*/.exec(rest)?.[0].length ?? 0;
    out.push(span(close + 1, close + 1 + word));
  }
  return out.filter(p => p.start < p.end && p.end <= text.length).map(p => joined.sourceSpan(p.start, p.end));
}

/** A line of another table: its key, and what parts it from its value. */
function keyPlaces(source: SourceText, { joined }: LogicalLine): Span[] {
  const key = /^[ \t]*[^ \t\r]*/.exec(joined.text)?.[0].length ?? 0;
  return key > 0 ? [joined.sourceSpan(0, key)] : [];
}

/** Unquoted stretches of a script's words, but not what `echo` and its like print, nor the text of `--comment`. */
function shellPlaces(source: SourceText): Span[] {
  const out: Span[] = [];
  let printing = false;
  let first = true;
  let before = '';
  for (const { kind, span: place } of parseShell(source, dialectOf(source)).tokens) {
    if (kind === 'newline' || kind === 'operator') {
      first = true;
      continue;
    }
    if (kind !== 'word') continue;
    const text = source.slice(place);
    if (first) printing = /^(?:echo|printf|logger|log\w*|msg\w*|die|warn)$/.test(text);
    first = first && /^\w+=/.test(text);
    const isComment = /(?:--|[\u2010-\u2015]+)comment$/.test(before);
    before = text;
    if (!printing && !isComment && hasPasted(text)) out.push(...unquoted(text, place.start));
  }
  return out;
}

function unquoted(text: string, offset: number): Span[] {
  const out: Span[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (c === '"' || c === "'") {
      out.push(span(offset + start, offset + i));
      for (i++; i < text.length && text[i] !== c; i++) if (c === '"' && text[i] === '\\') i++;
      start = i + 1;
    }
  }
  out.push(span(offset + start, offset + text.length));
  return out.filter(p => p.start < p.end);
}

function dumpPlaces(source: SourceText): Span[] {
  return source.starts.flatMap((start, i): Span[] => {
    const end = source.starts[i + 1] ?? source.text.length;
    const text = source.text.slice(start, end);
    if (/^\s*#/.test(text) || !hasPasted(text)) return [];
    const comment = /--(?:comment|log-prefix)\s+("(?:[^"\\]|\\.)*"|\S+)/.exec(text);
    if (!comment) return [span(start, end)];
    return [span(start, start + comment.index), span(start + comment.index + comment[0].length, end)];
  });
}

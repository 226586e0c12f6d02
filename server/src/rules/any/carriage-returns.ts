import { filesOf } from '../../model/kind-in-site';
import type { FileKind } from '../../model/file-kind';
import { valueShape } from '../../facts/value-kinds';
import { logicalLines } from '../../syntax/logical-lines';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'carriage-returns',
  title: { en: 'Line ends of Windows', 'pt-BR': 'Fins de linha do Windows' },
  severity: 'warning',
  files: ['main.cf', 'master.cf', 'checks', 'table', 'shell', 'iptables-save'],
  fixable: true,
  page: {
    why: `A file saved on Windows ends its lines with CR LF. A shell takes the CR for part of the last word: the script's
interpreter is not found, \`-j DROP\` becomes a target that does not exist, and the rule is not there. iptables-restore refuses
the dump. Postfix trims the ends of lines, so there it does no harm as long as nothing stands behind the CR; one inside a value or
a pattern stays.`,
    remedy: 'Save the file with Unix line ends (LF), or apply the fix.',
    bad: { 'firewall.sh': '#!/bin/sh\r\niptables -A INPUT -j DROP\r\n' },
    good: { 'firewall.sh': '#!/bin/sh\niptables -A INPUT -j DROP\n' },
    see: ['postconf(5), "General format"', 'measured with dash, iptables 1.8.9 and Postfix 3.7.11'],
  },
  messages: {
    script: {
      en: '{count} {lines} with CR LF: the shell takes the CR for a part of the last word, so commands and rules fail. Use LF.',
      'pt-BR':
        '{count} {lines} com CR LF: o shell toma o CR como parte da última palavra, e comandos e regras falham. Use LF.',
    },
    dump: {
      en: '{count} {lines} with CR LF, which iptables-restore does not take. Use LF.',
      'pt-BR': '{count} {lines} com CR LF, que o iptables-restore não aceita. Use LF.',
    },
    trimmed: {
      en: '{count} {lines} with CR LF. Postfix trims the CR, other tools may not: better use LF.',
      'pt-BR': '{count} {lines} com CR LF. O Postfix apara o CR, outras ferramentas talvez não: prefira LF.',
    },
    inside: {
      en: 'Here a CR is part of what is read. Take it away.',
      'pt-BR': 'Aqui um CR faz parte do que é lido. Remova-o.',
    },
  },
  check(site, report) {
    for (const { kind, source } of filesOf(site)) {
      if (!source.text.includes('\r')) continue;
      const { text } = source;
      const inside = withinValues(kind, source);
      for (const place of inside.slice(0, 50)) {
        const title = say('Remove the CR', 'Remover o CR');
        report(
          source,
          place,
          'inside',
          {},
          { fixes: [{ title, safe: true, edits: [{ source, span: place, newText: '' }] }] },
        );
      }
      const first = text.indexOf('\r\n');
      if (first < 0) continue;
      const count = text.split('\r\n').length - 1;
      const key = kind === 'shell' ? 'script' : kind === 'iptables-save' ? 'dump' : 'trimmed';
      const severity = key === 'trimmed' ? 'hint' : 'warning';
      const lines = count === 1 ? say('line ends', 'linha termina') : say('lines end', 'linhas terminam');
      report(source, span(first, first + 1), key, { count, lines }, { severity, fixes: [convert(source)] });
    }
  },
});

function convert(source: SourceText): Fix {
  const newText = source.text.replace(/\r+\n/g, '\n');
  return {
    title: say('Write Unix line ends', 'Escrever fins de linha Unix'),
    safe: true,
    edits: [{ source, span: span(0, source.text.length), newText }],
  };
}

/** Where a CR ends up inside a value or pattern: in the middle of a line, or at a seam of a text that is no list. */
function withinValues(kind: FileKind, source: SourceText): Span[] {
  if (kind === 'shell' || kind === 'iptables-save') return [];
  const { text } = source;
  const out: Span[] = [];
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
    const behind = /^\r*(?:\n|$)/.test(text.slice(at, at + 4));
    if (!behind && !/^[ \t]*#/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))) out.push(span(at, at + 1));
  }
  return [...out, ...seams(kind, source)];
}

function seams(kind: FileKind, source: SourceText): Span[] {
  if (kind !== 'main.cf' && kind !== 'checks') return [];
  const texts =
    kind === 'main.cf'
      ? parseMainCf(source)
          .parameters.filter(p => ['text', 'command'].includes(valueShape(p.name).kind))
          .map(p => p.line)
      : logicalLines(source).flatMap(l => (l.kind === 'line' && splitsPattern(l.joined.text) ? [l] : []));
  return texts
    .flatMap(line => line.joined.pieces.slice(0, -1))
    .flatMap(p => (source.text[p.end - 1] === '\r' ? [span(p.end - 1, p.end)] : []));
}

/** Whether a rule's pattern itself is continued on the next line. */
function splitsPattern(text: string): boolean {
  const delimiter = text.charAt(0);
  const seam = text.indexOf('\r');
  if (seam < 0 || seam === text.length - 1 || /[\w\s]/.test(delimiter)) return false;
  return !text.slice(1, seam).replace(/\\./g, '').includes(delimiter);
}

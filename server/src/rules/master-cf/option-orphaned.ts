import { parseMasterCf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import { defineRule, type FileEdit } from '../rule';

/** A service line with a `#` in front: name, type, five columns, a program. */
const commentedService =
  /^#\s*\S+\s+(?:inet|unix|fifo|pass|unix-dgram)\s+[yn-]\s+[yn-]\s+[yn-]\s+[\d?-]+\s+[\d-]+\s+[a-z][\w./-]*(?:\s|$)/;

export const rule = defineRule({
  id: 'option-orphaned',
  title: {
    en: 'Options left under a service that is commented out',
    'pt-BR': 'Opções deixadas sob um serviço comentado',
  },
  severity: 'error',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Comments do not end an entry. When a service's first line is commented out and its \`-o\` lines are not, they belong
to the service above: port 25 suddenly has the restrictions that were meant for another port.`,
    remedy: 'Comment the `-o` lines out as well, or take the `#` away from the service.',
    bad: `smtp inet n - y - - smtpd
#submission inet n - y - - smtpd
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
`,
    good: `smtp inet n - y - - smtpd
#submission inet n - y - - smtpd
#  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
`,
    see: ['master(5)', 'Measured: 3.7.11 then refuses every stranger on port 25'],
  },
  messages: {
    orphaned: {
      en: 'These options now belong to "{above}", because the service they were written for is commented out in line {line}.',
      'pt-BR':
        'Estas opções agora são de "{above}", pois o serviço para o qual foram escritas está comentado na linha {line}.',
    },
  },
  check(site, report) {
    if (!site.master) return;
    const source = site.master;
    for (const service of parseMasterCf(source).services) {
      const { line } = service;
      const head = line.comments.filter(c => commentedService.test(source.slice(c)));
      for (const [i, comment] of head.entries()) {
        const until = head[i + 1]?.start ?? line.span.end;
        const pieces = line.joined.pieces.filter(
          p => p.start > comment.end && p.start < until && source.slice(p).trimStart().startsWith('-o'),
        );
        const first = pieces[0];
        const last = pieces[pieces.length - 1];
        if (!first || !last) continue;
        const edits: FileEdit[] = pieces.map(p => ({ source, span: { start: p.start, end: p.start }, newText: '#' }));
        report(
          source,
          { start: first.start + source.slice(first).search(/\S/), end: last.end },
          'orphaned',
          { above: `${service.name.text} ${service.type.text}`, line: source.positionAt(comment.start).line + 1 },
          { fixes: [{ title: say('Comment them out as well', 'Comentá-las também'), safe: true, edits }] },
        );
      }
    }
  },
});

import { serviceKey, servicesOf } from '../../model/services';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { removeLine } from '../edits';
import { defineRule, type FileEdit } from '../rule';

interface Setter {
  readonly name: string;
  readonly value: string;
  readonly nameSpan: Span;
  readonly removal: FileEdit[];
}

export const rule = defineRule({
  id: 'duplicate-parameter',
  title: { en: 'A parameter is set twice', 'pt-BR': 'Um parâmetro é definido duas vezes' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `Of two lines that set the same parameter, Postfix takes the last and forgets the first whole: lists are not joined.
Whoever edits the first line later sees no effect, and a restriction that stood only there is gone.`,
    remedy: 'Keep one line. Where both were meant, write both values into it.',
    bad: `smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
`,
    good: `smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`,
    see: ['postconf(5)', 'postconf 3.7.11: "overriding earlier entry"'],
  },
  messages: {
    other: {
      en: '{name} is set again here; the value of line {line} is lost whole ({value}). Keep one line.',
      'pt-BR':
        '{name} é definido de novo aqui; o valor da linha {line} se perde por inteiro ({value}). Mantenha uma linha só.',
    },
    same: {
      en: '{name} is set again here, to the same value as in line {line}. Keep one line.',
      'pt-BR': '{name} é definido de novo aqui, com o mesmo valor da linha {line}. Mantenha uma linha só.',
    },
  },
  check(site, report) {
    const inFile = (source: SourceText, setters: readonly Setter[]): void => {
      const seen = new Map<string, Setter>();
      for (const setter of setters) {
        const earlier = seen.get(setter.name);
        seen.set(setter.name, setter);
        if (!earlier) continue;
        const same = words(earlier.value) === words(setter.value);
        const line = source.positionAt(earlier.nameSpan.start).line + 1;
        report(
          source,
          setter.nameSpan,
          same ? 'same' : 'other',
          { name: setter.name, line, ...(same ? {} : { value: short(earlier.value) }) },
          {
            severity: same ? 'information' : 'warning',
            related: [
              {
                source,
                span: earlier.nameSpan,
                message: say('the earlier value, without effect', 'o valor anterior, sem efeito'),
              },
            ],
            fixes: [
              {
                title: say('Remove the earlier one, which has no effect', 'Remover o anterior, que não tem efeito'),
                safe: true,
                edits: earlier.removal,
              },
            ],
          },
        );
      }
    };
    const { main, master } = site;
    if (main) {
      inFile(
        main,
        parseMainCf(main).parameters.map(({ name, value, nameSpan, line }) => ({
          name,
          value,
          nameSpan,
          removal: removeLine(main, line),
        })),
      );
    }
    if (!master) return;
    const done = new Set<string>();
    for (const service of servicesOf(site)) {
      if (done.has(serviceKey(service))) continue;
      done.add(serviceKey(service));
      inFile(
        master,
        optionsOf(service)
          .filter(o => !o.problem)
          .map(o => ({ ...o, removal: [{ source: master, span: withLine(master, o.span), newText: '' }] })),
      );
    }
  },
});

const words = (value: string): string => value.split(/[\s,]+/).join(' ');

function short(value: string): string {
  const text = value.replace(/\s+/g, ' ');
  return text === '' ? '""' : text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The option, and its physical line where it stands there alone, else the blanks before it. */
function withLine({ text }: SourceText, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && /[ \t]/.test(text.charAt(from - 1))) from--;
  let to = end;
  while (/[ \t\r]/.test(text.charAt(to))) to++;
  const alone = (from === 0 || text[from - 1] === '\n') && (to === text.length || text[to] === '\n');
  return alone ? { start: from, end: Math.min(to + 1, text.length) } : { start: from, end };
}

import { masterOf } from '../../model/services';
import { say } from '../../text/message';
import { parseMasterCf } from '../../syntax/master-cf/parse';
import type { Argument, OptionArgument, Service } from '../../syntax/master-cf/parse';
import type { SourceText } from '../../text/source-text';
import { programOf } from '../../model/services';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'option-spaces',
  title: { en: 'An -o option with blanks and no braces', 'pt-BR': 'Uma opção -o com espaços e sem chaves' },
  severity: 'error',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Arguments end at white space. \`-o name = value\` and \`-o name=a, b\` reach the program in pieces: it stops with
"missing '=' after attribute name" or "unexpected command-line argument", at every connection.`,
    remedy: 'Write `-o name=a,b` without blanks, or `-o { name = a, b }` (Postfix 3.0 and later).',
    bad: 'smtp inet n - y - - smtpd\n  -o smtpd_client_restrictions = reject\n',
    good: 'smtp inet n - y - - smtpd\n  -o { smtpd_client_restrictions = permit_mynetworks, reject }\n',
    see: ['master(5), command field', 'Measured: smtpd 3.7.11 dies at the first connection'],
  },
  messages: {
    equals: {
      en: 'The program gets "{name}" without a value and dies at every connection. Take the blanks out, or use braces.',
      'pt-BR': 'O programa recebe "{name}" sem valor e morre a cada conexão. Tire os espaços ou use chaves.',
    },
    stray: {
      en: '"{text}" stands alone after a blank, so the program dies: "unexpected command-line argument". Join it or use braces.',
      'pt-BR':
        '"{text}" ficou sozinho depois de um espaço e o programa morre: "unexpected command-line argument". Junte-o ou use chaves.',
    },
    argument: {
      en: '-o has nothing behind it: the program dies ("option requires an argument").',
      'pt-BR': 'Não há nada depois do -o: o programa morre ("option requires an argument").',
    },
    brace: {
      en: 'Postfix cannot read these braces: {said}. The services file is refused.',
      'pt-BR': 'O Postfix não consegue ler estas chaves: {said}. O arquivo de serviços é recusado.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    const { source } = tree;
    for (const problem of parseMasterCf(source).problems) {
      if (problem.kind === 'brace') report(source, problem.span, 'brace', { said: problem.text });
    }
    for (const service of tree.services) {
      if (takesWords(service)) continue;
      const { arguments: all } = service;
      for (let i = 0; i < all.length; i++) {
        const argument = all[i];
        if (!argument) break;
        const strays = straysFrom(all, i + 1);
        if (argument.kind !== 'option') {
          if (!isFlag(argument.text) && !afterValueFlag(all, i))
            report(source, argument.span, 'stray', { text: argument.text });
          continue;
        }
        const fixes = [joined(source, argument, strays)].filter(f => f !== undefined);
        if (argument.problem) {
          const key = argument.name === '' && strays.length === 0 ? 'argument' : 'equals';
          report(source, argument.span, key, { name: argument.name }, { fixes });
        } else if (strays[0]) {
          report(source, strays[0].span, 'stray', { text: strays[0].text }, { fixes });
        }
        i += strays.length;
      }
    }
  },
});

/** pipe(8) and spawn(8) take words of their own; what is no daemon of Postfix may take any. */
function takesWords(service: Service): boolean {
  return ['pipe', 'spawn'].includes(programOf(service)) || service.command.text.includes('/');
}

/** `-v` and the like; `flags=…` is what smtp(8), lmtp(8) and local delivery agents take as a word (Postfix 3.5 and later). */
function isFlag(text: string): boolean {
  return /^(?:-[A-Za-z]|flags=)/.test(text);
}

function afterValueFlag(all: readonly Argument[], index: number): boolean {
  const before = all[index - 1];
  return before?.kind === 'plain' && /^-[imnst]$/.test(before.text);
}

/** The plain words behind an option that are no flags: what its value lost. */
function straysFrom(all: readonly Argument[], from: number): { text: string; span: { start: number; end: number } }[] {
  const out = [];
  for (let i = from; i < all.length; i++) {
    const argument = all[i];
    // A dash that is none (an en dash) starts a pasted option: another rule's matter.
    if (argument?.kind !== 'plain' || isFlag(argument.text) || /^[\u2010-\u2015\u2212]/.test(argument.text)) break;
    out.push({ text: argument.text, span: argument.span });
  }
  return out;
}

/** Puts option and strays into one pair of braces, as they stand on one line; none where a comment lies between. */
function joined(
  source: SourceText,
  option: OptionArgument,
  strays: readonly { text: string; span: { start: number; end: number } }[],
): Fix | undefined {
  const last = strays[strays.length - 1];
  const end = last?.span.end ?? option.span.end;
  const whole = source.text.slice(option.nameSpan.start, end);
  if (whole.includes('\n') || !/^[A-Za-z0-9_]+\s*=/.test(whole)) return undefined;
  const equals = whole.indexOf('=');
  const name = whole.slice(0, equals).trim();
  const value = whole.slice(equals + 1).trim();
  const text = /\s/.test(value) ? `-o { ${name} = ${value} }` : `-o ${name}=${value}`;
  const title = say('Write {text}', 'Escrever {text}', { text: text.length > 60 ? `${text.slice(0, 57)}…` : text });
  return { title, safe: true, edits: [{ source, span: { start: option.span.start, end }, newText: text }] };
}

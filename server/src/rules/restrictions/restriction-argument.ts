import { restrictions } from '../../facts/restrictions';
import { holesIn } from '../../model/holes';
import { classNames, restrictionLists, type RestrictionEntry } from '../../model/restriction-lists';
import { parseTableName } from '../../model/tables';
import { say } from '../../text/message';
import type { Settings } from '../../model/settings';
import { replaceWord } from '../list-edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'restriction-argument',
  title: { en: 'A restriction without the argument it needs', 'pt-BR': 'Uma restrição sem o argumento de que precisa' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  fixable: true,
  page: {
    why: `check_…_access needs a table with its type, check_policy_service a server, reject_rbl_client a zone. Without it smtpd
answers 451 to whoever comes to it, or (block lists) takes the next restriction for the zone and skips both.`,
    remedy: 'Give the argument: `check_sender_access hash:/etc/postfix/sender_access`.',
    bad: 'smtpd_sender_restrictions = check_sender_access /etc/postfix/sender_access\n',
    good: 'smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/sender_access, permit_mynetworks\n',
    see: ['postconf(5), smtpd_recipient_restrictions', 'Measured: 451 4.3.5 (3.7.11)'],
  },
  messages: {
    missing: {
      en: '{name} has no argument: smtpd answers 451 to every client that comes to it. Give it {what}.',
      'pt-BR': '{name} está sem argumento: o smtpd responde 451 a todo cliente que chega a ele. Dê-lhe {what}.',
    },
    swallowed: {
      en: '{name} has no argument, so it takes "{word}" for it: that restriction is not there any more. Give it {what}.',
      'pt-BR': '{name} está sem argumento e toma "{word}" como tal: essa restrição deixa de existir. Dê-lhe {what}.',
    },
    typeless: {
      en: '"{word}" has no table type, so smtpd answers 451 here. Write hash:{word}, or the type it has.',
      'pt-BR':
        '"{word}" está sem o tipo da tabela e o smtpd responde 451 aqui. Escreva hash:{word}, ou o tipo que ela tem.',
    },
    service: {
      en: '"{word}" is no server that smtpd can ask, so it stops at every connection. Write inet:{word}, or unix:path.',
      'pt-BR':
        '"{word}" não é um servidor que o smtpd possa consultar; ele para a cada conexão. Escreva inet:{word}, ou unix:caminho.',
    },
    number: {
      en: 'sleep takes a number of seconds, not "{word}": smtpd answers 451 here.',
      'pt-BR': 'sleep recebe um número de segundos, não "{word}": o smtpd responde 451 aqui.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const list of restrictionLists(site)) {
      for (const entry of list.entries) {
        const { known, word, argument } = entry;
        if (!known || known.argument === 'none' || known.argument === 'restriction' || !word.place) continue;
        const place = argument?.place ?? word.place;
        const key = `${place.source.path}:${place.span.start}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const found = fault(entry, list.settings);
        if (!found) continue;
        const severity = known.argument === 'domain' ? 'warning' : 'error';
        const args = { name: known.name, word: argument?.text ?? '', what: examples[known.argument] };
        const at = found === 'missing' ? word.place : place;
        report(at.source, at.span, found, args, { severity, fixes: found === 'typeless' ? typed(entry) : [] });
      }
    }
  },
});

const examples = {
  table: 'type:table',
  domain: 'dnsbl.example.net',
  service: 'unix:… / inet:host:port',
  number: '1',
};

function fault(
  entry: RestrictionEntry,
  settings: Settings,
): 'missing' | 'swallowed' | 'typeless' | 'service' | 'number' | undefined {
  const { known, argument } = entry;
  if (!argument) return 'missing';
  const { text } = argument;
  if (holesIn(text).length > 0) return undefined;
  if (restrictions.has(text.toLowerCase()) || classNames(settings).has(text)) return 'swallowed';
  if (known?.argument === 'number') return /^\d+$/.test(text) ? undefined : 'number';
  if (known?.argument === 'service') return /^(?:inet:|unix:|\{)/i.test(text) ? undefined : 'service';
  if (known?.argument !== 'table') return undefined;
  // In braces stand the table and its attributes (search_order, Postfix 3.5 and later).
  if (text.startsWith('{') || parseTableName(text)) return undefined;
  return 'typeless';
}

function typed(entry: RestrictionEntry): Fix[] {
  const text = entry.argument?.text ?? '';
  const edit = entry.argument && text.startsWith('/') ? replaceWord(entry.argument, `hash:${text}`) : undefined;
  return edit
    ? [{ title: say('Write hash:{text}', 'Escrever hash:{text}', { text }), safe: false, edits: [edit] }]
    : [];
}

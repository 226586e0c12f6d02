import { parameters, type Parameter } from '../../facts/parameters';
import { boundsOf, defaultUnit, keywordsOf, mustNotBeEmpty, seconds } from '../../facts/values';
import { holesIn } from '../../model/holes';
import { isOverlay } from '../../model/overlay';
import {
  mainParameters,
  namePlace,
  siteSettings,
  valuePlace,
  type Place,
  type Setting,
  type Settings,
} from '../../model/settings';
import { programOf, serviceSettings, servicesOf } from '../../model/services';
import { optionsOf } from '../../syntax/master-cf/parse';
import { parseLevel } from '../../syntax/macro/expand';
import { splitList } from '../../syntax/list';
import { say } from '../../text/message';
import { nearestFew } from '../../text/nearest';
import { trim } from '../../text/space';
import type { Site } from '../../model/site';
import { replaceFix } from '../edits';
import { defineRule, type Fix, type Report, type Severity } from '../rule';

type Key =
  | 'bool'
  | 'number'
  | 'time'
  | 'low'
  | 'high'
  | 'keyword'
  | 'logged'
  | 'empty'
  | 'level'
  | 'hostname'
  | 'protocol'
  | 'serverLevel'
  | 'origin'
  | 'itself';

/** What is wrong with a value: the message, what fills it, where in the value, and words that were perhaps meant. */
interface Fault {
  readonly key: Key;
  readonly args?: Readonly<Record<string, string | number>>;
  readonly start?: number;
  readonly end?: number;
  readonly instead?: readonly string[];
  readonly severity?: Severity;
}

export const rule = defineRule<Key>({
  id: 'invalid-value',
  title: { en: 'A value that Postfix cannot read', 'pt-BR': 'Um valor que o Postfix não consegue ler' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  perSetting: true,
  page: {
    why: `A yes/no, number, time or keyword parameter with any other value makes the program that reads it stop with a fatal
error when it starts. For parameters that all programs read, that is the whole mail system; for others the service dies again
and again, and its clients get no answer. \`postconf\` and \`postfix check\` do not notice most of these. A number takes no unit
(\`10M\`), a time takes one letter out of s, m, h, d and w and no fraction, and a \`#\` behind a value is part of it.`,
    remedy: 'Write a value of the kind that the parameter takes; the message says which.',
    bad: `message_size_limit = 10M
smtpd_delay_reject = maybe
smtpd_timeout = 1.5m
inet_protocols = ipv5
`,
    good: `message_size_limit = 10485760
smtpd_delay_reject = yes
smtpd_timeout = 90s
inet_protocols = ipv4, ipv6
`,
    see: [
      'postconf(5)',
      'Postfix 3.7.11: "bad boolean configuration", "bad numerical configuration", "bad time value or unit", "invalid … parameter value"',
    ],
  },
  messages: {
    bool: {
      en: '{name} takes yes or no, not {value}: the programs that read it stop (fatal: bad boolean configuration).',
      'pt-BR':
        '{name} aceita yes ou no, não {value}: os programas que o leem param (fatal: bad boolean configuration).',
    },
    number: {
      en: '{name} takes a whole number without a unit, not {value}: the programs that read it stop (fatal: bad numerical configuration).',
      'pt-BR':
        '{name} aceita um número inteiro sem unidade, não {value}: os programas que o leem param (fatal: bad numerical configuration).',
    },
    time: {
      en: '{name} takes a time such as 30s, 5m, 4h, 1d or 2w (without a letter: {unit}), not {value}: the programs that read it stop (fatal: bad time value or unit).',
      'pt-BR':
        '{name} aceita um tempo como 30s, 5m, 4h, 1d ou 2w (sem letra: {unit}), não {value}: os programas que o leem param (fatal: bad time value or unit).',
    },
    low: {
      en: '{name} must be at least {min}, not {value}: the programs that read it stop.',
      'pt-BR': '{name} deve ser no mínimo {min}, não {value}: os programas que o leem param.',
    },
    high: {
      en: '{name} must be at most {max}, not {value}: the programs that read it stop.',
      'pt-BR': '{name} deve ser no máximo {max}, não {value}: os programas que o leem param.',
    },
    keyword: {
      en: '{name} does not take {value}, but only: {words}. The programs that read it stop with a fatal error.',
      'pt-BR': '{name} não aceita {value}, apenas: {words}. Os programas que o leem param com um erro fatal.',
    },
    logged: {
      en: '{name} does not know {value}, but only: {words}. A warning goes to the log, and the setting does not do what it says.',
      'pt-BR':
        '{name} não conhece {value}, apenas: {words}. Um aviso vai para o log, e a configuração não faz o que diz.',
    },
    empty: {
      en: '{name} must not be empty: the programs that read it stop (fatal: bad string length 0 < 1). For the default, take the line away.',
      'pt-BR':
        '{name} não pode ficar vazio: os programas que o leem param (fatal: bad string length 0 < 1). Para o valor padrão, remova a linha.',
    },
    level: {
      en: '{value} is no compatibility level: every program stops (fatal: malformed compatibility level syntax). Write a number such as 3.6.',
      'pt-BR':
        '{value} não é um nível de compatibilidade: todo programa para (fatal: malformed compatibility level syntax). Escreva um número como 3.6.',
    },
    hostname: {
      en: '{value} is no host name: every program stops (fatal: parameter {name}: bad parameter value). Write a name such as mail.example.com.',
      'pt-BR':
        '{value} não é um nome de host: todo programa para (fatal: parameter {name}: bad parameter value). Escreva um nome como mail.example.com.',
    },
    protocol: {
      en: '{name} names {value}, which is no TLS protocol: the whole list is refused and TLS is not used. Write for example {words}.',
      'pt-BR':
        '{name} cita {value}, que não é um protocolo TLS: a lista inteira é recusada e o TLS não é usado. Escreva por exemplo {words}.',
    },
    origin: {
      en: 'myorigin takes one domain, not {value}: every program stops (fatal: must not contain multiple values).',
      'pt-BR':
        'myorigin aceita um único domínio, não {value}: todo programa para (fatal: must not contain multiple values).',
    },
    itself: {
      en: 'relayhost is this very host ({value}): every program stops (fatal: must not be identical). Name the next server.',
      'pt-BR':
        'relayhost é este mesmo host ({value}): todo programa para (fatal: must not be identical). Indique o próximo servidor.',
    },
    serverLevel: {
      en: '{name} takes none, may or encrypt; {value} is a level of the client side and means encrypt here.',
      'pt-BR': '{name} aceita none, may ou encrypt; {value} é um nível do lado cliente e aqui significa encrypt.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const running = new Set(servicesOf(site).map(programOf));
    for (const name of mainParameters(site).keys()) look(settings, name, running, report);
    for (const service of servicesOf(site)) {
      const own = serviceSettings(site, service);
      const program = new Set([programOf(service)]);
      for (const option of optionsOf(service)) if (!option.problem) look(own, option.name, program, report);
    }
  },
});

/** Programs that a mail system may do without; the others run always, or are commands. */
const optional: ReadonlySet<string> = new Set([
  ...['dnsblog', 'local', 'oqmgr', 'postlogd', 'postscreen', 'qmqpd', 'smtp', 'smtpd', 'spawn', 'tlsproxy', 'verify'],
  'virtual',
]);

/** Whether some running program reads a parameter; where that is not known, it counts as read. */
function isRead({ readBy }: Parameter, running: ReadonlySet<string>): boolean {
  return !readBy || readBy.some(r => !optional.has(r) || running.has(r) || (r === 'smtp' && running.has('lmtp')));
}

/** What an installer fills in later, in capitals as programmers name constants. */
const placeholder = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

function look(settings: Settings, name: string, running: ReadonlySet<string>, report: Report<Key>): void {
  const parameter = parameters.get(name);
  if (!parameter) return;
  const setting = settings.get(name);
  if (!setting.isSet || setting.unknown || setting.problems.length > 0 || placeholder.test(setting.value)) return;
  const fault = faultOf(parameter, setting, settings.site);
  if (!fault) return;
  const whole = valuePlace(setting);
  const word = fault.start === undefined ? undefined : setting.placeOf(fault.start, fault.end ?? fault.start);
  // A word that comes out of another parameter is shown where this one asks for it.
  const place =
    word && whole && inside(word, whole)
      ? word
      : whole && whole.span.end > whole.span.start
        ? whole
        : namePlace(setting);
  if (!place) return;
  const value = fault.start === undefined ? setting.value : setting.value.slice(fault.start, fault.end);
  report(
    place.source,
    place.span,
    fault.key,
    { name, value: shown(value), ...fault.args },
    {
      severity: isRead(parameter, running) ? (fault.severity ?? 'error') : 'warning',
      fixes: fixes(place, value, fault),
    },
  );
}

function inside(word: Place, whole: Place): boolean {
  return word.source === whole.source && whole.span.start <= word.span.start && word.span.end <= whole.span.end;
}

const shown = (value: string): string => (value === '' ? '""' : value.length > 60 ? `${value.slice(0, 60)}…` : value);

function fixes(place: Place, value: string, fault: Fault): Fix[] {
  if (place.source.slice(place.span) !== value) return [];
  return (fault.instead ?? []).map(text => {
    const title = say('Write {text}', 'Escrever {text}', { text });
    return replaceFix(title, place.source, place.span, text, false);
  });
}

function faultOf(parameter: Parameter, { value }: Setting, site: Site): Fault | undefined {
  const { name, type } = parameter;
  if (name === 'compatibility_level') return parseLevel(value) ? undefined : { key: 'level', instead: levelIn(value) };
  switch (type) {
    case 'bool':
    case 'nbool':
      return /^(?:yes|no)$/i.test(value) ? undefined : { key: 'bool', instead: yesOrNo(value) };
    case 'int':
    case 'nint':
    case 'long':
      return numberFault(name, value);
    case 'time':
      return timeFault(name, value);
    default:
      return textFault(name, value, site);
  }
}

/** sscanf("%d%c") and the like: digits with an optional sign, nothing behind. */
function numberFault(name: string, value: string): Fault | undefined {
  if (!/^[-+]?[0-9]+$/.test(value)) return { key: 'number', instead: withoutUnit(value) };
  return outside(name, Number(value));
}

function timeFault(name: string, value: string): Fault | undefined {
  const length = seconds(name, value);
  if (length === undefined) return { key: 'time', args: { unit: defaultUnit(name) }, instead: asTime(value) };
  return outside(name, length);
}

function outside(name: string, number: number): Fault | undefined {
  const { min, max } = boundsOf(name);
  if (min !== undefined && number < min) return { key: 'low', args: { min } };
  if (max !== undefined && number > max) return { key: 'high', args: { max } };
  return undefined;
}

function textFault(name: string, value: string, site: Site): Fault | undefined {
  const keywords = keywordsOf(name);
  if (value === '' && (mustNotBeEmpty(name) || keywords?.empty === false)) {
    return leftOpen(site, name) ? undefined : { key: 'empty' };
  }
  if (name === 'myhostname' || name === 'mydomain') return hostnameFault(value);
  if (name === 'myorigin') return /[\s,]/.test(value) ? { key: 'origin' } : undefined;
  if (name === 'relayhost') {
    const host = siteSettings(site).text('myhostname').toLowerCase();
    return value !== '' && value.toLowerCase() === host ? { key: 'itself' } : undefined;
  }
  if (/_tls_(?:mandatory_)?protocols$/.test(name)) return protocolFault(value, site);
  if (!keywords || value === '') return undefined;
  const words = keywords.list ? splitList(value) : [{ text: value, start: 0, end: value.length }];
  const fold = (text: string): string => (keywords.caseless ? text.toLowerCase() : text);
  for (const { text, start, end } of words) {
    if (keywords.words.includes(fold(text))) continue;
    if (/_tls_security_level$/.test(name) && /^(?:fingerprint|verify|secure)$/i.test(text)) {
      return { key: 'serverLevel', instead: ['encrypt'], severity: 'warning' };
    }
    const instead = nearestFew(text, keywords.words);
    const args = { words: keywords.words.join(', ') };
    return keywords.fatal
      ? { key: 'keyword', args, start, end, instead }
      : { key: 'logged', args, start, end, instead, severity: 'warning' };
  }
  return undefined;
}

/**
 * Whether an installer is yet to fill a path or an owner in: in a template, in a piece of another main.cf, and in the file as
 * Postfix is shipped, which lists the paths of its commands and two of the names that must not be empty without a value.
 */
function leftOpen(site: Site, name: string): boolean {
  if (!/_(?:directory|group|owner|path)$/.test(name)) return false;
  if (isOverlay(site) || (site.main && holesIn(site.main.text).length > 0)) return true;
  const settings = siteSettings(site);
  const commands = ['sendmail_path', 'mailq_path'].map(path => settings.get(path));
  const asShipped = commands.every(path => path.isSet && path.value === '');
  return asShipped && /^(?:setgid_group|shlib_directory)$/.test(name);
}

/** valid_hostname(3): labels of letters, digits, hyphens and underscores, not all numeric. */
function hostnameFault(value: string): Fault | undefined {
  const labels = value.split('.');
  const wellFormed = labels.every(l => l.length <= 63 && /^(?:[\w-]|[^\0-\x7f])+$/.test(l) && !/^-|-$/.test(l));
  return wellFormed && /[^0-9.]/.test(value) ? undefined : { key: 'hostname' };
}

const protocols = ['sslv2', 'sslv3', 'tlsv1', 'tlsv1.1', 'tlsv1.2', 'tlsv1.3'];

/** tls_proto_mask_lims(3): names apart by blanks, commas or colons, `!` before those left out, `>=` and `<=` since 3.6. */
function protocolFault(value: string, site: Site): Fault | undefined {
  for (const match of value.matchAll(/[^ \t\r\n,:]+/g)) {
    const name = match[0].replace(/^(?:[<>]=|!)/, '').toLowerCase();
    if (protocols.includes(name) || /^(?:0x)?[0-9a-f]{2,4}$/.test(name) || name === '') continue;
    const modern =
      Number(site.options.postfixVersion.split('.')[1] ?? 0) >= 6 || !site.options.postfixVersion.startsWith('3.');
    const words = modern ? '>=TLSv1.2' : '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1';
    return {
      key: 'protocol',
      args: { words },
      start: match.index,
      end: match.index + match[0].length,
      severity: 'warning',
    };
  }
  return undefined;
}

function levelIn(value: string): string[] {
  const found = /[0-9]+(?:\.[0-9]+){0,2}/.exec(value)?.[0];
  return found === undefined ? [] : [found];
}

function yesOrNo(value: string): string[] {
  if (/^(?:y|true|on|1|sim|ja|enabled?)$/i.test(value)) return ['yes'];
  return /^(?:n|false|off|0|n[aã]o|nein|disabled?|none)$/i.test(value) ? ['no'] : nearestFew(value, ['yes', 'no']);
}

/** `10M` → 10485760; `10240000 # ten` → 10240000. */
function withoutUnit(value: string): string[] {
  const size = /^([0-9]+)[ \t]*([kmg])i?b?$/i.exec(value);
  if (size) {
    const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(size[2] ?? '').toLowerCase()] ?? 1;
    return [String(Number(size[1]) * factor)];
  }
  const number = /^([-+]?[0-9]+)[ \t]+#/.exec(value);
  return number?.[1] === undefined ? [] : [number[1]];
}

/** `1.5m` → 90s, `5 min` → 5m, `10S` → 10s. */
function asTime(value: string): string[] {
  const match = /^([0-9]+(?:\.[0-9]+)?)[ \t]*([smhdw])[a-z]*\.?(?:[ \t]+#.*)?$/i.exec(trim(value));
  if (!match) return [];
  const unit = (match[2] ?? 's').toLowerCase();
  const number = match[1] ?? '0';
  if (!number.includes('.')) return [`${number}${unit}`];
  const total = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[unit] ?? 1);
  return [`${Math.round(total)}s`];
}

import { defaultOf } from '../../facts/parameters';
import { seconds } from '../../facts/values';
import { namePlace, siteSettings, type Settings } from '../../model/settings';
import { defineRule } from '../rule';

type Key = 'above' | 'never' | 'rarely';

export const rule = defineRule<Key>({
  id: 'queue-lifetimes-clash',
  title: { en: 'Queue times that contradict each other', 'pt-BR': 'Tempos de fila que se contradizem' },
  severity: 'warning',
  files: ['main.cf'],
  page: {
    why: `Mail stays in the queue for maximal_queue_lifetime, returned mail for bounce_queue_lifetime, which Postfix cuts down to
the former. A deferred message is tried again after minimal_backoff_time at the earliest and maximal_backoff_time at the latest,
when the queue is looked through every queue_run_delay. Where these are the wrong way round, one of them has no effect; a warning
to the sender that is due after the mail was returned is never sent.`,
    remedy:
      'Order them: queue_run_delay ≤ minimal_backoff_time ≤ maximal_backoff_time < maximal_queue_lifetime ≥ bounce_queue_lifetime, delay_warning_time.',
    bad: `maximal_queue_lifetime = 1d
bounce_queue_lifetime = 5d
`,
    good: `maximal_queue_lifetime = 1d
bounce_queue_lifetime = 1d
`,
    see: ['postconf(5) bounce_queue_lifetime, minimal_backoff_time, delay_warning_time', 'qmgr(8)'],
  },
  messages: {
    above: {
      en: '{low} ({lowValue}) is above {high} ({highValue}), which then counts for both. Lower it.',
      'pt-BR': '{low} ({lowValue}) é maior que {high} ({highValue}), que então vale para os dois. Diminua-o.',
    },
    never: {
      en: '{low} ({lowValue}) is not below {high} ({highValue}): mail is returned before the warning is due, so no warning is ever sent.',
      'pt-BR':
        '{low} ({lowValue}) não é menor que {high} ({highValue}): a mensagem volta antes do aviso, que nunca é enviado.',
    },
    rarely: {
      en: '{low} ({lowValue}) is above {high} ({highValue}): deferred mail is looked at less often than it is to be tried. Lower it.',
      'pt-BR':
        '{low} ({lowValue}) é maior que {high} ({highValue}): a fila é olhada com menos frequência do que as tentativas previstas. Diminua-o.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    for (const [low, high, key, equal] of pairs) {
      const a = lengthOf(settings, low);
      const b = lengthOf(settings, high);
      if (a === undefined || b === undefined || a === 0 || (equal ? a < b : a <= b)) continue;
      const place = namePlace(settings.get(low)) ?? namePlace(settings.get(high));
      if (!place) continue;
      const args = { low, lowValue: settings.text(low), high, highValue: settings.text(high) };
      report(place.source, place.span, key, args);
    }
  },
});

/** What must not be longer than what; `true`: not as long either. */
const pairs: readonly (readonly [string, string, Key, boolean])[] = [
  ['bounce_queue_lifetime', 'maximal_queue_lifetime', 'above', false],
  ['minimal_backoff_time', 'maximal_backoff_time', 'above', false],
  ['delay_warning_time', 'maximal_queue_lifetime', 'never', true],
  ['queue_run_delay', 'minimal_backoff_time', 'rarely', false],
];

/** A time in seconds; undefined where it is none, or not known, or neither of a pair is set. */
function lengthOf(settings: Settings, name: string): number | undefined {
  const setting = settings.get(name);
  if (setting.unknown || setting.problems.length > 0) return undefined;
  return seconds(name, setting.value || (defaultOf(name, settings.version) ?? ''));
}

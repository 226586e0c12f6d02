import { defaultOf } from '../../facts/parameters';
import { seconds } from '../../facts/values';
import { namePlace, siteSettings, type Settings } from '../../model/settings';
import { defineRule } from '../rule';

type Key = 'above' | 'never' | 'rarely' | 'aboveUnset' | 'rarelyUnset';

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
    aboveUnset: {
      en: '{low} is not set, and its default ({lowValue}) is above {high} ({highValue}), which then counts for both. Set it too.',
      'pt-BR':
        '{low} não está definido, e seu padrão ({lowValue}) é maior que {high} ({highValue}), que então vale para os dois. Defina-o também.',
    },
    rarelyUnset: {
      en: '{low} is not set, and its default ({lowValue}) is above {high} ({highValue}): deferred mail is looked at less often than it is to be tried. Set it too.',
      'pt-BR':
        '{low} não está definido, e seu padrão ({lowValue}) é maior que {high} ({highValue}): a fila é olhada com menos frequência do que as tentativas previstas. Defina-o também.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    for (const { low, high, key, unset, equal } of pairs) {
      const a = lengthOf(settings, low);
      const b = lengthOf(settings, high);
      if (a === undefined || b === undefined || a === 0 || b === 0 || (equal ? a < b : a <= b)) continue;
      const place = namePlace(settings.get(low)) ?? namePlace(settings.get(high));
      if (!place) continue;
      const args = { low, lowValue: settings.text(low), high, highValue: settings.text(high) };
      // A default that gives way harms nothing; the two only do not say what they seem to.
      if (unset && !settings.get(low).isSet) {
        report(place.source, place.span, unset, args, { severity: 'information' });
      } else report(place.source, place.span, key, args);
    }
  },
});

/** A time that must not be longer than another; `equal`: not as long either. `unset` is said where the first is a default. */
interface Pair {
  readonly low: string;
  readonly high: string;
  readonly key: Key;
  readonly unset?: Key;
  readonly equal?: true;
}

const pairs: readonly Pair[] = [
  { low: 'bounce_queue_lifetime', high: 'maximal_queue_lifetime', key: 'above', unset: 'aboveUnset' },
  { low: 'minimal_backoff_time', high: 'maximal_backoff_time', key: 'above', unset: 'aboveUnset' },
  { low: 'delay_warning_time', high: 'maximal_queue_lifetime', key: 'never', equal: true },
  { low: 'queue_run_delay', high: 'minimal_backoff_time', key: 'rarely', unset: 'rarelyUnset' },
];

/** A time in seconds; undefined where it is none, or not known. */
function lengthOf(settings: Settings, name: string): number | undefined {
  const setting = settings.get(name);
  if (setting.unknown || setting.problems.length > 0) return undefined;
  return seconds(name, setting.value || (defaultOf(name, settings.version) ?? ''));
}

import { classNames, readRestrictions } from '../../model/restriction-lists';
import { namePlace, siteSettings } from '../../model/settings';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'class-loop',
  title: { en: 'Restriction classes that call each other', 'pt-BR': 'Classes de restrição que chamam umas às outras' },
  severity: 'error',
  files: ['main.cf'],
  page: {
    why: `smtpd goes through a class as through a list. Classes that lead back to themselves take it round and round until it
crashes, and the client is left without an answer.`,
    remedy: 'Take the class out of its own definition.',
    bad: `smtpd_restriction_classes = one, two
one = reject_unknown_sender_domain, two
two = one
`,
    good: `smtpd_restriction_classes = one, two
one = reject_unknown_sender_domain, two
two = permit_mynetworks
`,
    see: ['RESTRICTION_CLASS_README'],
  },
  messages: {
    loop: {
      en: '{path}: this class leads back to itself, and smtpd crashes at the first client that comes to it. Break the circle.',
      'pt-BR':
        '{path}: esta classe volta a si mesma, e o smtpd cai no primeiro cliente que chega a ela. Quebre o círculo.',
    },
  },
  check(site, report) {
    const settings = siteSettings(site);
    const classes = classNames(settings);
    const next = new Map([...classes].map(c => [c, readRestrictions(settings, c).filter(e => e.kind === 'class')]));
    const done = new Set<string>();
    const walk = (name: string, path: readonly string[]): void => {
      const at = path.indexOf(name);
      if (at >= 0) {
        const place = namePlace(settings.get(name));
        if (place && !done.has(`!${name}`))
          report(place.source, place.span, 'loop', { path: [...path.slice(at), name].join(' → ') });
        for (const c of path.slice(at)) done.add(`!${c}`);
        return;
      }
      if (done.has(name)) return;
      done.add(name);
      for (const entry of next.get(name) ?? []) walk(entry.word.text, [...path, name]);
    };
    for (const name of classes) walk(name, []);
  },
});

import { parameters } from '../../facts/parameters';
import { mainParameters, siteSettings, type Settings } from '../../model/settings';
import { macrosOf, valueSpan } from '../../syntax/main-cf/parse';
import { references } from '../../syntax/macro/parse';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'macro-loop',
  title: { en: 'Parameters that expand into one another', 'pt-BR': 'Parâmetros que se expandem um no outro' },
  severity: 'error',
  files: ['main.cf'],
  page: {
    why: `A parameter whose value leads back to itself has no value: the program that reads it says "unreasonable macro call
nesting" and stops. It happens where somebody means to add to a list (\`relay_domains = $relay_domains, …\`): there is no
earlier value to add to.`,
    remedy: 'Write the whole value, or put the common part into a parameter of your own.',
    bad: 'relay_domains = $relay_domains, example.org\n',
    good: 'our_relays = example.net\nrelay_domains = $our_relays, example.org\n',
    see: ['postconf(5), "General format"', 'postconf -x 3.7.11: "unreasonable macro call nesting"'],
  },
  messages: {
    loop: {
      en: '{name} leads back to itself ({path}): it has no value, and the programs that read it stop (fatal: macro processing error).',
      'pt-BR':
        '{name} leva de volta a si mesmo ({path}): não tem valor, e os programas que o leem param (fatal: macro processing error).',
    },
    nesting: {
      en: '{name} leads through more than 100 names within one another, or through more than can be worked out: it has no value, and the programs that read it stop (unreasonable macro call nesting).',
      'pt-BR':
        '{name} passa por mais de 100 nomes um dentro do outro, ou por mais do que se consegue expandir: não tem valor, e os programas que o leem param (unreasonable macro call nesting).',
    },
  },
  check(site, report) {
    const { main } = site;
    if (!main) return;
    const settings = siteSettings(site);
    for (const [name, parameter] of mainParameters(site)) {
      const { problems, used } = settings.get(name);
      if (parameters.has(name) && problems.some(p => p.kind === 'nesting'))
        report(main, parameter.nameSpan, 'nesting', { name });
      if (!used.has(name) || !problems.some(p => p.kind === 'loop')) continue;
      const path = wayBack(settings, name);
      const first = references(macrosOf(parameter).parts).find(r => r.name === (path[1] ?? name));
      const place = first ? valueSpan(parameter, first.start, first.end) : parameter.valueSpan;
      const args = { name, path: path.join(' → ') };
      // A ring of one's own names that nothing else leads to is never expanded.
      report(main, place, 'loop', args, { severity: path.some(n => parameters.has(n)) ? 'error' : 'warning' });
    }
  },
});

/** The names on the shortest way from a parameter back to itself, its own name at both ends. */
function wayBack(settings: Settings, name: string): string[] {
  const from = new Map<string, string>();
  const queue = [name];
  for (let at = queue.shift(); at !== undefined && from.size < 10_000; at = queue.shift()) {
    const line = mainParameters(settings.site).get(at);
    for (const { name: next } of line ? references(macrosOf(line).parts) : []) {
      if (next === name) {
        const path = [name];
        for (let back: string | undefined = at; back !== undefined && back !== name; back = from.get(back))
          path.unshift(back);
        return [name, ...path];
      }
      if (next === '' || from.has(next)) continue;
      from.set(next, at);
      queue.push(next);
    }
  }
  return [name];
}

import { parameters, transportParameter } from '../../facts/parameters';
import { holesIn, isShellVariable } from '../../model/holes';
import { mainParameters, siteSettings, type Place, type Settings } from '../../model/settings';
import { masterOf, serviceSettings, servicesOf } from '../../model/services';
import { macrosOf, valueSpan } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { parseMacros, type Macro, type Reference } from '../../syntax/macro/parse';
import { say } from '../../text/message';
import { seconds } from '../../facts/values';
import { nearSettings } from '../../model/parameter-names';
import { replaceFix } from '../edits';
import { defineRule, type Report } from '../rule';

type Key = 'list' | 'breaks';

export const rule = defineRule<Key>({
  id: 'undefined-macro',
  title: { en: 'A $name that nothing defines', 'pt-BR': 'Um $nome que nada define' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `\`$name\` stands for the value of another parameter. Where nothing sets that parameter and Postfix has no default for
it, it becomes nothing, in silence: a list of restrictions is then empty, a domain is missing. In a yes/no, number or time
parameter nothing is no value, and the program that reads it stops. The commented-out submission service of the stock
master.cf uses such names (\`$mua_client_restrictions\`): they have to be set in main.cf before the lines are put to use.`,
    remedy: 'Set the parameter, mend its name, or write `${name?…}` where nothing is meant to be possible.',
    bad: {
      'main.cf': 'our_relays = example.org\nrelay_domains = $our_relay\n',
      'master.cf':
        'submission inet n - y - - smtpd\n  -o smtpd_client_restrictions=$mua_client_restrictions\n  -o smtpd_sasl_auth_enable=$mua_sasl\n',
    },
    good: {
      'main.cf':
        'our_relays = example.org\nrelay_domains = $our_relays\nmua_client_restrictions = permit_sasl_authenticated, reject\n',
      'master.cf':
        'submission inet n - y - - smtpd\n  -o smtpd_client_restrictions=$mua_client_restrictions\n  -o smtpd_sasl_auth_enable=yes\n',
    },
    see: ['postconf(5), "General format"', 'postconf 3.7.11: "undefined parameter"'],
  },
  messages: {
    list: {
      en: 'Nothing defines {macro}, so it becomes nothing in {name}. Set it in main.cf, or mend its name.',
      'pt-BR': 'Nada define {macro}, e em {name} ele vira vazio. Defina-o no main.cf ou corrija o nome.',
    },
    breaks: {
      en: 'Nothing defines {macro}, and {name} without it is no value it can take ("{value}"): the program that reads it stops. Set it in main.cf, or mend its name.',
      'pt-BR':
        'Nada define {macro}, e sem ele {name} não tem um valor aceitável ("{value}"): o programa que o lê para. Defina-o no main.cf ou corrija o nome.',
    },
  },
  check(site, report) {
    const { main } = site;
    // What a lone master.cf uses is set in a main.cf that is not here.
    if (!main) return;
    const settings = siteSettings(site);
    for (const [name, parameter] of mainParameters(site)) {
      look(settings, name, macrosOf(parameter).parts, report, (start, end) => ({
        source: main,
        span: valueSpan(parameter, start, end),
      }));
    }
    const { source } = masterOf(site).tree;
    for (const service of servicesOf(site)) {
      for (const option of optionsOf(service)) {
        if (option.problem || !option.value.includes('$')) continue;
        look(serviceSettings(site, service), option.name, parseMacros(option.value).parts, report, (start, end) => ({
          source,
          span: service.line.joined.sourceSpan(option.valueStart + start, option.valueStart + end),
        }));
      }
    }
  },
});

function look(
  settings: Settings,
  name: string,
  parts: readonly Macro[],
  report: Report<Key>,
  placeOf: (start: number, end: number) => Place,
): void {
  const parameter = parameters.get(name);
  // These hold names of their own, which the program fills in for each mail or client.
  if (parameter?.type === 'raw') return;
  for (const reference of plainReferences(parts)) {
    const macro = reference.name;
    if (settings.defines(macro) || transportParameter(macro) || isShellVariable(macro)) continue;
    const setting = settings.get(name);
    const { source, span } = placeOf(reference.start, reference.end);
    if (holesIn(source.slice(span)).length > 0) continue;
    const nameAt = reference.nameStart - reference.start;
    const nameSpan = { start: span.start + nameAt, end: span.start + nameAt + macro.length };
    const fixes = nearSettings(settings.site, macro).map(text =>
      replaceFix(say('Write ${text}', 'Escrever ${text}', { text }), source, nameSpan, text, false),
    );
    const broken = parameter !== undefined && !setting.unknown && !readable(name, parameter.type, setting.value);
    const args = { macro: `$${macro}`, name };
    if (broken) report(source, span, 'breaks', { ...args, value: setting.value }, { severity: 'error', fixes });
    else {
      // In the list of what proxymap may open, the name of a map that nobody has opens nothing.
      const severity = name === 'proxy_read_maps' || name === 'proxy_write_maps' ? 'information' : 'warning';
      report(source, span, 'list', args, { fixes, severity });
    }
  }
}

/** References that stand for a value, in branches too, but not those that only ask whether there is one. */
function plainReferences(parts: readonly Macro[]): Reference[] {
  return parts.flatMap((part): Reference[] => {
    if (part.kind === 'literal') return [];
    const within = [...(part.comparison?.left ?? []), ...(part.comparison?.right ?? [])];
    const nested = plainReferences([...within, ...(part.then ?? []), ...(part.otherwise ?? [])]);
    return part.comparison || part.then || part.otherwise ? nested : [part];
  });
}

function readable(name: string, type: string | undefined, value: string): boolean {
  if (type === 'bool' || type === 'nbool') return /^(?:yes|no)$/i.test(value);
  if (type === 'int' || type === 'nint' || type === 'long') return /^[-+]?[0-9]+$/.test(value);
  return type !== 'time' || seconds(name, value) !== undefined;
}

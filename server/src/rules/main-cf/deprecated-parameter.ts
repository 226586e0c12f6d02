import { obsolete, type Obsolete } from '../../facts/obsolete';
import { compareVersions, parameters } from '../../facts/parameters';
import { readsParameter } from '../../facts/readers';
import { usedNames } from '../../model/parameter-names';
import { setNames } from '../../model/settings';
import { programOf, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { parseMainCf, type ParameterLine } from '../../syntax/main-cf/parse';
import { optionsOf, type OptionArgument } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { removeLine } from '../edits';
import { removeOption } from '../service-edits';
import { defineRule, type Fix, type Severity } from '../rule';

export const rule = defineRule({
  id: 'deprecated-parameter',
  title: { en: 'An obsolete parameter', 'pt-BR': 'Um parâmetro obsoleto' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  perSetting: true,
  page: {
    why: `Postfix renames a parameter now and then and goes on reading the old name for years; in the end it drops it, and the
line then does nothing, without a word. From 3.9 on Postfix logs which names it will drop. A name that is gone is a warning
here, and so is one that the target version complains about; one that still works in silence is a hint.`,
    remedy: 'Write the new name, which the message gives. Nothing else changes.',
    bad: `smtpd_use_tls = yes
fallback_relay = relay.example.net
`,
    good: `smtpd_tls_security_level = may
smtp_fallback_relay = relay.example.net
`,
    see: ['DEPRECATION_README', 'postconf(5)', 'RELEASE_NOTES of the versions named'],
  },
  messages: {
    gone: {
      en: 'Postfix no longer reads {name} (since {version}): this line does nothing. Use {successor}.',
      'pt-BR': 'O Postfix não lê mais {name} (desde a {version}): esta linha não faz nada. Use {successor}.',
    },
    goneWhole: {
      en: 'Postfix no longer reads {name} (since {version}): this line does nothing. Take it away.',
      'pt-BR': 'O Postfix não lê mais {name} (desde a {version}): esta linha não faz nada. Remova-a.',
    },
    old: {
      en: '{name} is obsolete since Postfix {version} and will be dropped. Use {successor}.',
      'pt-BR': '{name} está obsoleto desde o Postfix {version} e será removido. Use {successor}.',
    },
    oldWhole: {
      en: '{name} is obsolete since Postfix {version} and will be dropped. Take it away: the default is better.',
      'pt-BR': '{name} está obsoleto desde o Postfix {version} e será removido. Remova-o: o padrão é melhor.',
    },
    useless: {
      en: '{name} is obsolete since Postfix {version} and will be dropped; {program} has no use for it. Take it away.',
      'pt-BR':
        '{name} está obsoleto desde o Postfix {version} e será removido; {program} não faz nada com ele. Remova-o.',
    },
    idle: {
      en: '{successor} is set as well, so {name}, which is obsolete, does nothing. Take it away.',
      'pt-BR': '{successor} também está definido; {name}, que é obsoleto, não faz nada. Remova-o.',
    },
  },
  check(site, report) {
    const target = site.options.postfixVersion;
    const { main, master } = site;
    const at = (version: string | undefined): boolean =>
      version !== undefined && compareVersions(target, version.split('.').slice(0, 2).join('.')) >= 0;
    const used = usedNames(site);
    for (const parameter of main ? parseMainCf(main).parameters : []) {
      const entry = obsolete.get(parameter.name);
      if (!main || !entry || !at(entry.since)) continue;
      // A name that is no longer Postfix's own may have become one's own.
      if (at(entry.gone) && used.has(entry.name)) continue;
      const { key, severity } = judge(site, entry, at);
      report(main, parameter.nameSpan, key, args(entry), { severity, fixes: mainFixes(site, entry, parameter) });
    }
    for (const service of master ? servicesOf(site) : []) {
      for (const option of optionsOf(service)) {
        const entry = obsolete.get(option.name);
        if (!master || !entry || option.problem || !at(entry.since)) continue;
        const options = optionsOf(service);
        const program = programOf(service);
        const { key, severity } = judge(site, entry, at, options);
        const useless = key === 'old' && entry.successor && readsParameter(program, entry.successor) === false;
        const isIdle = useless || options.some(o => o.name === entry.successor);
        const fixes = isIdle ? [removal(master, option, entry)] : optionFixes(site, entry, option);
        report(master, option.nameSpan, useless ? 'useless' : key, { ...args(entry), program }, { severity, fixes });
      }
    }
  },
});

function judge(
  site: Site,
  entry: Obsolete,
  at: (version: string | undefined) => boolean,
  options: readonly OptionArgument[] = [],
): { key: 'gone' | 'goneWhole' | 'old' | 'oldWhole' | 'idle'; severity: Severity } {
  const { successor } = entry;
  if (at(entry.gone)) return { key: successor ? 'gone' : 'goneWhole', severity: 'warning' };
  const severity = at(entry.warns) ? 'warning' : 'hint';
  if (!successor) return { key: 'oldWhole', severity };
  const set = options.length > 0 ? options.some(o => o.name === successor) : setNames(site).has(successor);
  return { key: set ? 'idle' : 'old', severity };
}

function args({ name, successor = '', since, gone }: Obsolete): Record<string, string> {
  return { name, successor, version: gone ?? since };
}

function mainFixes(site: Site, entry: Obsolete, parameter: ParameterLine): Fix[] {
  const { main } = site;
  if (!main) return [];
  const { successor } = entry;
  const removal: Fix = {
    title: say('Remove the line', 'Remover a linha'),
    safe: false,
    edits: removeLine(main, parameter.line),
  };
  const value = newValue(entry, parameter.value);
  if (successor === undefined) return [{ ...removal, safe: true }];
  if (setNames(site).has(successor)) return [{ ...removal, safe: entry.gone !== undefined || !!entry.values }];
  if (entry.values && value === undefined) return /^no$/i.test(parameter.value) ? [{ ...removal, safe: true }] : [];
  const title = say('Write {text}', 'Escrever {text}', {
    text: entry.values ? `${successor} = ${value ?? ''}` : successor,
  });
  const edits = [{ source: main, span: parameter.nameSpan, newText: successor }];
  if (value !== undefined && value !== parameter.value)
    edits.push({ source: main, span: parameter.valueSpan, newText: value });
  return [{ title, safe: entry.gone === undefined, edits }];
}

/** Takes an option away that does nothing; safe where Postfix reads its successor instead. */
function removal(master: SourceText, option: OptionArgument, entry: Obsolete): Fix {
  const title = say('Remove this option', 'Remover esta opção');
  return { title, safe: !!entry.values, edits: [removeOption(master, option)] };
}

function optionFixes({ master }: Site, entry: Obsolete, option: OptionArgument): Fix[] {
  const { successor } = entry;
  const value = newValue(entry, option.value);
  if (!master || successor === undefined || value === undefined) return [];
  const title = say('Write {text}', 'Escrever {text}', { text: `${successor}=${value}` });
  const edits = [{ source: master, span: option.nameSpan, newText: successor }];
  if (value !== option.value) edits.push({ source: master, span: option.valueSpan, newText: value });
  return [{ title, safe: false, edits }];
}

/** The successor's value for an old value; undefined where none corresponds. */
function newValue({ values, successor }: Obsolete, value: string): string | undefined {
  if (!values) return successor !== undefined && parameters.has(successor) ? value : undefined;
  return values[value.toLowerCase()];
}

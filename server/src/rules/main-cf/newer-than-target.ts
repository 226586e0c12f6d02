import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { checkActions, splitAction } from '../../facts/check-actions';
import { compareVersions, parameters } from '../../facts/parameters';
import { hasParameter, parameterSince, restrictionSince, tableTypeSince } from '../../facts/versions';
import { restrictionClasses, usedNames } from '../../model/parameter-names';
import { mainParameters, siteSettings, type Settings } from '../../model/settings';
import { masterOf, serviceSettings, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { tableUses } from '../../model/tables';
import { macrosOf, valueSpan } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { references } from '../../syntax/macro/parse';
import { defineRule, type Report } from '../rule';

type Key = 'parameter' | 'action' | 'table' | 'restriction' | 'protocols' | 'braces' | 'comparison';

export const rule = defineRule<Key>({
  id: 'newer-than-target',
  title: {
    en: 'Something newer than the Postfix aimed at',
    'pt-BR': 'Algo mais novo que o Postfix de destino',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf', 'checks'],
  perSetting: true,
  page: {
    why: `A parameter that the installed Postfix does not have yet does nothing, and \`postconf\` calls it "unused". A table type
or a restriction that it does not know answers every client with a temporary error, and a way of writing that it does not
know stops the program. An action of header checks that it does not know is logged, and the mail passes. The target version is set with \`--postfix-version\`, in the project file or in the editor's settings; it
is the newest known where nobody says.`,
    remedy: 'Update Postfix, correct the target version, or do without.',
    bad: `compatibility_level = 3.6
smtpd_tls_protocols = >=TLSv1.2
postscreen_tls_chain_files = /etc/ssl/mail.pem
`,
    good: `compatibility_level = 3.6
smtpd_tls_protocols = >=TLSv1.2
`,
    see: ['postconf(5)', 'header_checks(5)', 'DATABASE_README', 'RELEASE_NOTES'],
  },
  messages: {
    parameter: {
      en: '{name} came with Postfix {since}; the target is {target}, which does not read it.',
      'pt-BR': '{name} surgiu no Postfix {since}; o destino é {target}, que não o lê.',
    },
    action: {
      en: '{name} came with Postfix {since}; {target} does not know it, logs a warning and lets the mail pass.',
      'pt-BR': '{name} surgiu no Postfix {since}; {target} não a conhece, registra um aviso e deixa a mensagem passar.',
    },
    table: {
      en: 'Tables of type {name} came with Postfix {since}; with {target} every lookup fails with a temporary error.',
      'pt-BR':
        'Tabelas do tipo {name} surgiram no Postfix {since}; com {target} toda consulta falha com erro temporário.',
    },
    restriction: {
      en: '{name} came with Postfix {since}; {target} does not know it and answers 451 to every client that gets so far.',
      'pt-BR':
        '{name} surgiu no Postfix {since}; {target} não a conhece e responde 451 a todo cliente que chega até ela.',
    },
    protocols: {
      en: '"{name}" can be written since Postfix {since}; {target} refuses the list and then uses no TLS. Write !SSLv2, !SSLv3 and so on.',
      'pt-BR':
        '"{name}" pode ser escrito desde o Postfix {since}; {target} recusa a lista e então não usa TLS. Escreva !SSLv2, !SSLv3 etc.',
    },
    braces: {
      en: '-o with braces can be written since Postfix {since}; {target} stops at it. Write {name}=… without blanks.',
      'pt-BR':
        '-o com chaves pode ser escrito desde o Postfix {since}; {target} para nele. Escreva {name}=… sem espaços.',
    },
    comparison: {
      en: 'Conditions with braces can be written since Postfix {since}; {target} stops at them.',
      'pt-BR': 'Condições com chaves podem ser escritas desde o Postfix {since}; {target} para nelas.',
    },
  },
  check(site, report) {
    const target = site.options.postfixVersion;
    const { main, master } = site;
    const older = (since: string): boolean => compareVersions(target, since) < 0;
    const used = usedNames(site);
    const classes = restrictionClasses(site);
    const young = (name: string): string | undefined =>
      parameters.has(name) && !hasParameter(name, target) && !used.has(name) && !classes.has(name)
        ? parameterSince(name)
        : undefined;
    for (const [name, parameter] of main ? mainParameters(site) : []) {
      if (!main) break;
      const since = young(name);
      if (since !== undefined) report(main, parameter.nameSpan, 'parameter', { name, since, target });
      if (!older('3.0')) continue;
      const condition = references(macrosOf(parameter).parts).find(r => r.comparison);
      if (condition) {
        report(main, valueSpan(parameter, condition.start, condition.end), 'comparison', { since: '3.0', target });
      }
    }
    for (const service of master ? servicesOf(site) : []) {
      for (const { name, nameSpan, span, braced, problem } of optionsOf(service)) {
        if (!master || problem) continue;
        const since = young(name);
        if (since !== undefined) report(master, nameSpan, 'parameter', { name, since, target });
        if (braced && older('3.0')) report(master, span, 'braces', { name, since: '3.0', target });
      }
    }
    for (const { table, place } of tableUses(site)) {
      const since = tableTypeSince.get(table.type);
      if (place && since !== undefined && older(since)) {
        report(place.source, place.span, 'table', { name: table.type, since, target });
      }
    }
    actions(site, report, older);
    if (!older('3.6')) return;
    values(siteSettings(site), main ? mainParameters(site).keys() : [], report, older);
    for (const service of masterOf(site).assumed ? [] : servicesOf(site)) {
      values(
        serviceSettings(site, service),
        optionsOf(service)
          .filter(o => !o.problem)
          .map(o => o.name),
        report,
        older,
      );
    }
  },
});

/** Actions of header and body checks. */
function actions(site: Site, report: Report<Key>, older: (since: string) => boolean): void {
  if (![...checkActions.values()].some(a => a.since !== undefined && older(a.since))) return;
  for (const { classes, source, table } of siteChecks(site)) {
    for (const { entry, found } of classes.length > 0 ? laterActions(table.file) : []) {
      const { name, since, place } = found;
      if (!older(since)) continue;
      report(source, entry.line.place(place), 'action', { name, since, target: site.options.postfixVersion });
    }
  }
}

/** The actions that not every version has. */
const laterActions = eachLine(({ says }) => {
  if (says.kind !== 'rule') return undefined;
  const { word } = splitAction(says.actionText);
  const { name, since } = checkActions.get(word.toUpperCase()) ?? {};
  const { start } = says.action;
  return name === undefined || since === undefined
    ? undefined
    : { name, since, place: { start, end: start + word.length } };
});

const restrictionLists = /^smtpd_(?:client|helo|sender|relay|recipient|data|end_of_data|etrn)_restrictions$/;

/** Words of values that a version must know: restrictions, and limits of protocol lists. */
function values(
  settings: Settings,
  names: Iterable<string>,
  report: Report<Key>,
  older: (since: string) => boolean,
): void {
  const target = settings.version;
  for (const name of names) {
    if (restrictionLists.test(name)) {
      for (const { text, place } of settings.words(name)) {
        const since = restrictionSince.get(text);
        if (since !== undefined && place && older(since))
          report(place.source, place.span, 'restriction', { name: text, since, target });
      }
    } else if (/_tls_(?:mandatory_)?protocols$/.test(name)) {
      const limit = settings.words(name).find(w => /^[<>]=/.test(w.text));
      if (limit?.place)
        report(limit.place.source, limit.place.span, 'protocols', { name: limit.text, since: '3.6', target });
    }
  }
}

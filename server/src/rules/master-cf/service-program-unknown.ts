import { daemons } from '../../facts/programs';
import { compareVersions } from '../../facts/parameters';
import { holesIn } from '../../model/holes';
import { masterOf } from '../../model/services';
import { nearest } from '../../text/nearest';
import { say } from '../../text/message';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'service-program-unknown',
  title: {
    en: 'A service runs a program that Postfix does not ship',
    'pt-BR': 'Um serviço roda um programa que o Postfix não traz',
  },
  severity: 'warning',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `master(8) looks for the program in daemon_directory. If it is not there, the service dies at its first use
("No such file or directory") and the others wait for it.`,
    remedy: 'Mend the name. A program of your own in daemon_directory may be named: silence the rule there.',
    bad: 'smtp inet n - y - - smptd\n',
    good: 'smtp inet n - y - - smtpd\n',
    see: ['master(5), command field'],
  },
  messages: {
    unknown: {
      en: 'Postfix ships no program "{name}": unless you put one into daemon_directory, this service never starts.{hint}',
      'pt-BR':
        'O Postfix não traz o programa "{name}": a menos que você o tenha posto em daemon_directory, este serviço nunca inicia.{hint}',
    },
    newer: {
      en: '{name} comes with Postfix {since}; the target here is {version}, where this service never starts.',
      'pt-BR': '{name} veio com o Postfix {since}; o alvo aqui é o {version}, onde este serviço nunca inicia.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const { command } of tree.services) {
      const name = command.text;
      if (name.includes('/') || holesIn(name).length > 0 || name.includes('$')) continue;
      const { source } = tree;
      if (!daemons.has(name)) {
        const near = nearest(name, daemons.keys());
        const title = say('Write {near}', 'Escrever {near}', { near: near ?? '' });
        const fixes = near ? [{ title, safe: true, edits: [{ source, span: command.span, newText: near }] }] : [];
        report(source, command.span, 'unknown', { name, hint: near ? ` → ${near}?` : '' }, { fixes });
        continue;
      }
      const since = daemons.get(name);
      const version = site.options.postfixVersion;
      if (since && compareVersions(version, since) < 0) report(source, command.span, 'newer', { name, since, version });
    }
  },
});

import { daemons } from '../../facts/programs';
import { parameters } from '../../facts/parameters';
import { readsParameter } from '../../facts/readers';
import { masterOf, programOf, serviceSettings } from '../../model/services';
import { optionsOf, type OptionArgument, type Service } from '../../syntax/master-cf/parse';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { removeOption } from '../service-edits';
import { defineRule } from '../rule';

/** What trivial-rewrite decides for everybody: an `-o` of another service does not reach it. */
const decidedElsewhere: Readonly<Record<string, string>> = {
  mydestination: 'trivial-rewrite',
  relay_domains: 'trivial-rewrite',
  virtual_alias_domains: 'trivial-rewrite',
  virtual_mailbox_domains: 'trivial-rewrite',
};

export const rule = defineRule({
  id: 'option-unread',
  title: { en: 'An option that the program never reads', 'pt-BR': 'Uma opção que o programa nunca lê' },
  severity: 'warning',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `\`-o\` changes a parameter for one process alone. header_checks is read by cleanup, not by smtpd; whether a domain is
local is decided by trivial-rewrite, whatever smtpd was told. The line looks as if it did something and does not.`,
    remedy: 'Give the option to the service that reads it, or take it out.',
    bad: 'smtp inet n - y - - smtpd\n  -o header_checks=pcre:/etc/postfix/header_checks\n',
    good: 'cleanup unix n - y - 0 cleanup\n  -o header_checks=pcre:/etc/postfix/header_checks\n',
    see: [
      'postconf(5)',
      'Measured: -o relay_domains and -o mydestination of smtpd change no answer to RCPT TO (3.7.11)',
    ],
  },
  messages: {
    unread: {
      en: '{program} never reads {name}, so this option does nothing; {readers} does.',
      'pt-BR': '{program} nunca lê {name}; esta opção não faz nada; quem o lê é {readers}.',
    },
    elsewhere: {
      en: '{decider} decides by {name}, and it does not see this option: set it in main.cf.',
      'pt-BR': 'Quem decide por {name} é o {decider}, que não vê esta opção: defina-o no main.cf.',
    },
  },
  check(site, report) {
    const { tree, assumed } = masterOf(site);
    if (assumed) return;
    for (const service of tree.services) {
      const program = programOf(service);
      if (!daemons.has(program) || program === 'pipe' || program === 'spawn') continue;
      for (const option of optionsOf(service)) {
        if (option.problem) continue;
        const fixes = [
          {
            title: say('Remove this option', 'Remover esta opção'),
            safe: false,
            edits: [removeOption(tree.source, option)],
          },
        ];
        const args = { program, name: option.name };
        const decider = program === 'smtpd' ? decidedElsewhere[option.name] : undefined;
        if (decider) report(tree.source, option.span, 'elsewhere', { ...args, decider }, { fixes });
        else if (isUnread(site, service, program, option)) {
          const readers = (parameters.get(option.name)?.readBy ?? []).join(', ');
          report(tree.source, option.span, 'unread', { ...args, readers }, { fixes });
        }
      }
    }
  },
});

function isUnread(site: Site, service: Service, program: string, option: OptionArgument): boolean {
  if (readsParameter(program, option.name) !== false) return false;
  // It may still reach the program by way of another parameter that uses it.
  const settings = serviceSettings(site, service);
  return !optionsOf(service).some(o => o !== option && settings.get(o.name).used.has(option.name));
}

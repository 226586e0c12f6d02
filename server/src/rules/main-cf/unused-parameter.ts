import { misreading, nameKind } from '../../model/parameter-names';
import { mainParameters } from '../../model/settings';
import { holesIn, isShellVariable } from '../../model/holes';
import { say } from '../../text/message';
import { removeLine } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'unused-parameter',
  title: { en: "A parameter of one's own that nothing uses", 'pt-BR': 'Um parâmetro próprio que nada usa' },
  severity: 'hint',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `A name that Postfix does not know may be set in main.cf to be used as \`$name\` elsewhere in main.cf or in
master.cf, or to be a restriction class. This one is used nowhere: it may be left over, or the place that should use it names
another.`,
    remedy: 'Use it where it was meant to be used, or take the line away.',
    bad: {
      'main.cf': 'our_networks = 192.0.2.0/24\nmynetworks = 127.0.0.0/8\n',
      'master.cf': 'smtp inet n - y - - smtpd\n',
    },
    good: {
      'main.cf': 'our_networks = 192.0.2.0/24\nmynetworks = 127.0.0.0/8 $our_networks\n',
      'master.cf': 'smtp inet n - y - - smtpd\n',
    },
    see: ['postconf(5), "General format"', 'postconf 3.7.11: "unused parameter"'],
  },
  messages: {
    unused: {
      en: 'Nothing in main.cf or master.cf uses {macro}.',
      'pt-BR': 'Nada no main.cf nem no master.cf usa {macro}.',
    },
  },
  check(site, report) {
    const { main, master } = site;
    if (!main || !master) return;
    for (const [name, { nameSpan, line }] of mainParameters(site)) {
      if (nameKind(site, name) !== 'unread' || misreading(site, name)) continue;
      if (holesIn(name).length > 0 || isShellVariable(name)) continue;
      const title = say('Remove the line', 'Remover a linha');
      report(
        main,
        nameSpan,
        'unused',
        { macro: `$${name}` },
        { fixes: [{ title, safe: false, edits: removeLine(main, line) }] },
      );
    }
  },
});

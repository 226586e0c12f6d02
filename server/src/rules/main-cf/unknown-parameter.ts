import { misreading, type Misreading } from '../../model/parameter-names';
import { servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { replaceFix } from '../edits';
import { defineRule, type Fix, type Report } from '../rule';

type Key = Misreading['kind'];

export const rule = defineRule<Key>({
  id: 'unknown-parameter',
  title: { en: 'A parameter that Postfix does not have', 'pt-BR': 'Um parâmetro que o Postfix não tem' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  perSetting: true,
  page: {
    why: `Postfix takes any name: what it does not know could be a parameter of one's own, to be used as \`$name\`. A misspelt
name is therefore no error, it just does nothing, and the protection that the line was meant to give is not there. \`postconf\`
calls it "unused parameter", when somebody runs it. A parameter of a transport (\`NAME_destination_recipient_limit\`) is read
only while master.cf has a service of that name.`,
    remedy: 'Write the name as postconf(5) has it, or take the line away.',
    bad: `smtpd_relay_restriction = permit_mynetworks, reject_unauth_destination
`,
    good: `smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`,
    see: ['postconf(5)', 'postconf 3.7.11: "unused parameter"'],
  },
  messages: {
    near: {
      en: 'Postfix has no parameter {name}, so this line does nothing. Did you mean {near}?',
      'pt-BR': 'O Postfix não tem o parâmetro {name}; esta linha não faz nada. Você quis dizer {near}?',
    },
    none: {
      en: 'Postfix has no parameter {name}, and nothing uses {macro}: this line does nothing.',
      'pt-BR': 'O Postfix não tem o parâmetro {name}, e nada usa {macro}: esta linha não faz nada.',
    },
    restriction: {
      en: '{name} is no parameter; it reads like the restriction {near}, which belongs into a list such as smtpd_recipient_restrictions. Here it does nothing.',
      'pt-BR':
        '{name} não é um parâmetro; parece a restrição {near}, que vai dentro de uma lista como smtpd_recipient_restrictions. Aqui não faz nada.',
    },
    transport: {
      en: 'master.cf has no service {transport}, so nothing reads {name}.',
      'pt-BR': 'O master.cf não tem o serviço {transport}; nada lê {name}.',
    },
    vda: {
      en: 'Only a Postfix with the VDA quota patch knows {name}; the original ignores it. Quotas are better kept by the mailbox server.',
      'pt-BR':
        'Só um Postfix com o patch de quotas VDA conhece {name}; o original o ignora. Quotas ficam melhor no servidor de caixas postais.',
    },
    invention: {
      en: 'No Postfix ever had a parameter {name}, though many pages copy it: this does nothing. Perhaps {near} was meant.',
      'pt-BR':
        'Nenhum Postfix teve o parâmetro {name}, embora muitas páginas o copiem: não faz nada. Talvez a intenção fosse {near}.',
    },
  },
  check(site, report) {
    const { main, master } = site;
    if (main) {
      for (const { name, nameSpan } of parseMainCf(main).parameters) look(site, main, name, nameSpan, report);
    }
    if (!master) return;
    for (const service of servicesOf(site)) {
      for (const option of optionsOf(service)) {
        if (!option.problem) look(site, master, option.name, option.nameSpan, report);
      }
    }
  },
});

function look(site: Site, source: SourceText, name: string, place: Span, report: Report<Key>): void {
  const found = misreading(site, name);
  if (!found) return;
  const { kind, names } = found;
  const near = names.join(', ');
  if (kind === 'none') report(source, place, kind, { name, macro: `$${name}` });
  else if (kind === 'vda') report(source, place, kind, { name });
  else if (kind === 'transport') report(source, place, kind, { name, transport: near });
  else report(source, place, kind, { name, near }, { fixes: kind === 'near' ? fixes(source, place, names) : [] });
}

function fixes(source: SourceText, place: Span, near: readonly string[]): Fix[] {
  return near.map(text => replaceFix(say('Write {text}', 'Escrever {text}', { text }), source, place, text, false));
}

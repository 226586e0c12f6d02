import { endpointOf, portNumber } from '../../model/services';
import { nearest } from '../../text/nearest';
import { parseMasterCf, serviceTypes, type Field, type Service } from '../../syntax/master-cf/parse';
import { holesIn } from '../../model/holes';
import { say } from '../../text/message';
import { hasPasted } from '../pasted';
import { defineRule } from '../rule';

const yesNo = /^[yn-]$/;
/** atoi(3) reads the figures in front and master(8) is content with them; a sign or no figure at all is refused. */
const wakeup = /^(?:-|\d.*)$/;
/** The ports that mail services go by. The program's name is taken for the port's as well. */
const mailPorts = ['smtp', 'submission', 'submissions', 'smtps', 'lmtp', 'qmqp'];
const limit = /^(?:-|\d.*)$/;

export const rule = defineRule({
  id: 'service-field',
  title: { en: 'A field of a service cannot be read', 'pt-BR': 'Um campo de um serviço não pode ser lido' },
  severity: 'error',
  files: ['master.cf'],
  fixable: true,
  page: {
    why: `Every entry has eight fields: name, type, private, unprivileged, chroot, wakeup, process limit, command. With one
too few, or one that master(8) cannot read, Postfix does not start at all, or keeps running on the old file after a
reload until the day it is restarted.`,
    remedy: 'Write `-` for a default. An inet service has `n` in the private column.',
    bad: 'smtp inet - - y - - smtpd\n',
    good: 'smtp inet n - y - - smtpd\n',
    see: [
      'master(5)',
      'Measured: master 3.7.11 stops with "inet service cannot be private", "bad transport type", "bad value"',
    ],
  },
  messages: {
    count: {
      en: 'This entry has {found} of eight fields, so Postfix does not start: write "-" for what you leave at its default.',
      'pt-BR':
        'Esta entrada tem {found} de oito campos e o Postfix não inicia: escreva "-" no que fica com o valor padrão.',
    },
    type: {
      en: 'There is no service type "{value}": master stops with "bad transport type". Use inet, unix, fifo, pass or unix-dgram.',
      'pt-BR':
        'Não existe o tipo de serviço "{value}": o master para com "bad transport type". Use inet, unix, fifo, pass ou unix-dgram.',
    },
    private: {
      en: 'A service on the network cannot be private: master stops. Write "n" in this column.',
      'pt-BR': 'Um serviço de rede não pode ser privado: o master para. Escreva "n" nesta coluna.',
    },
    yesNo: {
      en: '"{value}" is neither y, n nor -, so master stops with: field "{field}": bad value.',
      'pt-BR': '"{value}" não é y, n nem -; o master para com: field "{field}": bad value.',
    },
    number: {
      en: '"{value}" is no number and not -, so master stops with: field "{field}": bad value.',
      'pt-BR': '"{value}" não é um número nem -; o master para com: field "{field}": bad value.',
    },
    port: {
      en: 'A port is at most 65535; {value} is cut to another one, and nobody reaches this service where they look for it.',
      'pt-BR': 'Uma porta vai até 65535; {value} é cortado para outra, e ninguém alcança este serviço onde o procura.',
    },
    misspelt: {
      en: 'No port is called "{value}": Postfix does not start ("Servname not supported"). Did you mean {near}?',
      'pt-BR': 'Nenhuma porta se chama "{value}": o Postfix não inicia ("Servname not supported"). Quis dizer {near}?',
    },
    unlisted: {
      en: 'Postfix starts only where /etc/services knows the name "{value}"; the port as a number works everywhere.',
      'pt-BR': 'O Postfix só inicia onde o /etc/services conhece o nome "{value}"; o número da porta funciona sempre.',
    },
  },
  check(site, report) {
    if (!site.master) return;
    const source = site.master;
    const tree = parseMasterCf(source);
    for (const problem of tree.problems) {
      // Blanks of a web page are pasted-punctuation's matter.
      if (problem.kind !== 'field-count' || hasPasted(source.slice(problem.line.span))) continue;
      const text = problem.line.joined.text.trim();
      // `service/type/name=value` lines are read by other tools, and a template's own lines are no entries.
      if (/^\S+\/\S+=|^-o\b/.test(text) || holesIn(text).length > 0 || /^[{}%<]/.test(text)) {
        if (!/^-o\b/.test(text)) continue;
      }
      report(source, problem.span, 'count', { found: text.split(/\s+/).length });
    }
    for (const service of tree.services) {
      const bad = (
        field: Field,
        key: 'type' | 'private' | 'yesNo' | 'number' | 'port',
        name = '',
        to?: string,
      ): void => {
        if (holesIn(field.text).length > 0) return;
        const title = say('Write "{to}"', 'Escrever "{to}"', { to: to ?? '' });
        const fixes =
          to === undefined ? [] : [{ title, safe: true, edits: [{ source, span: field.span, newText: to }] }];
        report(source, field.span, key, { value: field.text, field: name }, { fixes });
      };
      const near = (words: readonly string[], field: Field): string | undefined =>
        nearest(field.text.toLowerCase(), words);
      if (!(serviceTypes as readonly string[]).includes(service.type.text)) {
        bad(service.type, 'type', '', near(serviceTypes, service.type));
      }
      const lower = (field: Field): string | undefined =>
        yesNo.test(field.text.toLowerCase()) ? field.text.toLowerCase() : undefined;
      for (const [field, name] of [
        [service.private, 'private'],
        [service.unprivileged, 'unprivileged'],
        [service.chroot, 'chroot'],
      ] as const) {
        if (!yesNo.test(field.text)) bad(field, 'yesNo', name, lower(field));
      }
      if (service.type.text === 'inet' && /^[y-]$/.test(service.private.text)) bad(service.private, 'private', '', 'n');
      if (!wakeup.test(service.wakeup.text)) bad(service.wakeup, 'number', 'wakeup_time');
      if (!limit.test(service.maxProcesses.text)) bad(service.maxProcesses, 'number', 'max_proc');
      if (service.type.text === 'inet') checkPort(service);
    }

    function checkPort(service: Service): void {
      const { port } = endpointOf(service);
      if (holesIn(service.name.text).length > 0 || service.name.text.includes('$')) return;
      if (/^\d+$/.test(port)) {
        if (Number(port) > 65535) report(source, service.name.span, 'port', { value: port });
        return;
      }
      if (portNumber(port) !== undefined) return;
      const close = nearest(port, [...mailPorts, 'smtpd'])?.replace(/^smtpd$/, 'smtp');
      if (close) report(source, service.name.span, 'misspelt', { value: port, near: close });
      else report(source, service.name.span, 'unlisted', { value: port }, { severity: 'warning' });
    }
  },
});

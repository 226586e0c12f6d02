import { internalService, programOf, serviceSettings } from '../../model/services';
import { namePlace, siteSettings, type Setting, type Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'size-limits-clash',
  title: {
    en: 'A mailbox may be smaller than a message',
    'pt-BR': 'Uma caixa postal pode ser menor que uma mensagem',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `local(8) and virtual(8) compare their mailbox limit with message_size_limit when they start, and stop with a fatal error
when it is smaller, or when messages have no limit and mailboxes have one: no mail is delivered then, all stays in the queue.
Both limits are 51,200,000 bytes unless set, so a higher message_size_limit alone is enough.`,
    remedy: 'Raise the mailbox limit above message_size_limit, or set it to 0 (no limit).',
    bad: `mydestination = localhost, example.com
message_size_limit = 60000000
`,
    good: `mydestination = localhost, example.com
message_size_limit = 60000000
mailbox_size_limit = 0
`,
    see: [
      'postconf(5) mailbox_size_limit, virtual_mailbox_limit',
      'Postfix 3.7.11: "mailbox_size_limit is smaller than message_size_limit"',
    ],
  },
  messages: {
    smaller: {
      en: '{limit} is {size}, less than message_size_limit ({message}): {program} stops at its start and delivers nothing. Raise it, or set it to 0.',
      'pt-BR':
        '{limit} é {size}, menor que message_size_limit ({message}): o {program} para ao iniciar e não entrega nada. Aumente-o ou defina 0.',
    },
    unlimited: {
      en: 'message_size_limit is 0 (none) and {limit} is {size}: {program} stops at its start and delivers nothing. Set both to 0, or neither.',
      'pt-BR':
        'message_size_limit é 0 (nenhum) e {limit} é {size}: o {program} para ao iniciar e não entrega nada. Defina 0 nos dois ou em nenhum.',
    },
  },
  check(site, report) {
    const main = siteSettings(site);
    const agents = [
      { program: 'local', limit: 'mailbox_size_limit', used: usesLocal(main) },
      { program: 'virtual', limit: 'virtual_mailbox_limit', used: usesVirtual(main) },
    ];
    for (const { program, limit, used } of agents) {
      const settings = used && agentSettings(site, program);
      if (!settings) continue;
      const own = settings.get(limit);
      const message = settings.get('message_size_limit');
      const size = settings.number(limit);
      const most = settings.number('message_size_limit');
      if (own.unknown || message.unknown || size === undefined || most === undefined || size <= 0) continue;
      if (most > 0 && size >= most) continue;
      const place = placeOf(own, message);
      if (!place) continue;
      const title = say('No limit for mailboxes', 'Sem limite para as caixas postais');
      const fixes = own.origin.kind === 'option' ? [] : [{ title, safe: false, edits: setParameter(site, limit, '0') }];
      const args = { limit, size, program, ...(most > 0 ? { message: most } : {}) };
      report(place.source, place.span, most > 0 ? 'smaller' : 'unlimited', args, { fixes });
    }
  },
});

/** Where the clash was made: at the limit that is set, the mailbox's first. */
function placeOf(own: Setting, message: Setting): ReturnType<typeof namePlace> {
  return namePlace(own.isSet ? own : message);
}

/** The settings of the service that runs a delivery agent under its usual name; undefined where none does. */
function agentSettings(site: Site, program: string): Settings | undefined {
  const service = internalService(site, program);
  return service && programOf(service) === program ? serviceSettings(site, service) : undefined;
}

/** Some domain is local, and local mail goes to local(8). */
function usesLocal(main: Settings): boolean {
  const destinations = main.get('mydestination');
  const transport = main.get('local_transport');
  if (transport.isSet && transport.unknown) return false;
  return (!destinations.isSet || destinations.value !== '') && /^local(?::|$)/.test(transport.raw);
}

function usesVirtual(main: Settings): boolean {
  const domains = main.get('virtual_mailbox_domains');
  const transport = main.get('virtual_transport');
  return domains.isSet && domains.value !== '' && !transport.unknown && /^virtual(?::|$)/.test(transport.value);
}

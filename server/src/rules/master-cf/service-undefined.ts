import { readTable } from '../../analysis/lookup/table-file';
import { holesIn } from '../../model/holes';
import { keyFileOf, tableRoles } from '../../model/table-roles';
import { masterOf, servicesOf } from '../../model/services';
import { setNames, siteSettings, valuePlace, type Settings } from '../../model/settings';
import { serviceSettings } from '../../model/services';
import { optionsOf } from '../../syntax/master-cf/parse';
import { nearest } from '../../text/nearest';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Site } from '../../model/site';
import type { Span } from '../../text/span';
import { serviceText, cleanupIn } from '../../facts/recommended';
import { append } from '../service-edits';
import { defineRule, type Fix } from '../rule';

/** Parameters whose whole value is the name of a service. */
const serviceNames: ReadonlySet<string> = new Set([
  'bounce_service_name',
  'cleanup_service_name',
  'defer_service_name',
  'error_service_name',
  'flush_service_name',
  'pickup_service_name',
  'queue_service_name',
  'rewrite_service_name',
  'showq_service_name',
  'trace_service_name',
  'address_verify_service_name',
  'dnsblog_service_name',
  'tlsproxy_service_name',
]);

/** Parameters whose value is `transport` or `transport:nexthop`; an empty one means none. */
const transports: ReadonlySet<string> = new Set([
  'address_verify_default_transport',
  'address_verify_local_transport',
  'address_verify_relay_transport',
  'address_verify_virtual_transport',
  'content_filter',
  'default_transport',
  'fallback_transport',
  'local_transport',
  'mailbox_transport',
  'relay_transport',
  'virtual_transport',
]);

export const rule = defineRule({
  id: 'service-undefined',
  title: {
    en: 'A service is named that master.cf does not have',
    'pt-BR': 'É citado um serviço que o master.cf não tem',
  },
  severity: 'error',
  files: ['main.cf', 'master.cf', 'table'],
  fixable: true,
  page: {
    why: `Postfix programs reach each other by the names in master.cf. A name that is not there is a socket that is not there:
smtpd answers 451 to every message when its cleanup service is missing, and mail for an unknown transport stays in the queue.`,
    remedy: 'Mend the name, or add the service.',
    bad: {
      'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup25
cleanup unix n - y - 0 cleanup
`,
    },
    good: {
      'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup-in
cleanup unix n - y - 0 cleanup
cleanup-in unix n - y - 0 cleanup
`,
    },
    see: ['master(5)', 'postconf(5), content_filter, default_transport', 'transport(5)'],
  },
  messages: {
    cleanup: {
      en: 'master.cf has no service "{name}", so smtpd answers 451 to every message it takes here.{hint}',
      'pt-BR': 'O master.cf não tem o serviço "{name}"; o smtpd responde 451 a toda mensagem que chega aqui.{hint}',
    },
    transport: {
      en: 'master.cf has no service "{name}", so mail that {parameter} sends there stays in the queue.{hint}',
      'pt-BR': 'O master.cf não tem o serviço "{name}"; a mensagem que {parameter} manda para lá fica na fila.{hint}',
    },
    service: {
      en: 'master.cf has no service "{name}", which {parameter} names: whoever asks it waits in vain.{hint}',
      'pt-BR': 'O master.cf não tem o serviço "{name}", citado por {parameter}: quem o consulta espera em vão.{hint}',
    },
  },
  check(site, report) {
    if (!site.master || masterOf(site).assumed) return;
    const names = new Set(
      servicesOf(site)
        .filter(s => s.type.text !== 'inet')
        .map(s => s.name.text),
    );
    const one = (settings: Settings, parameter: string): void => {
      const setting = settings.get(parameter);
      if (!setting.isSet || setting.unknown || setting.problems.length > 0 || setting.value === '') return;
      const isName = serviceNames.has(parameter);
      const name = isName ? setting.value : (setting.value.split(':')[0] ?? '');
      const place = setting.placeOf(0, name.length) ?? valuePlace(setting);
      if (name === '' || names.has(name) || !place || /[\s/${}<]/.test(name)) return;
      const key = parameter === 'cleanup_service_name' ? 'cleanup' : isName ? 'service' : 'transport';
      const near = nearest(name, names);
      const args = { name, parameter, hint: near ? ` → ${near}?` : '' };
      report(place.source, place.span, key, args, {
        fixes: fixesFor(site, place.source, place.span, parameter, name, near),
      });
    };
    for (const name of setNames(site)) {
      if (serviceNames.has(name) || transports.has(name)) one(siteSettings(site), name);
    }
    for (const { source, name, place, parameter } of tableTransports(site)) {
      if (names.has(name)) continue;
      const near = nearest(name, names);
      const hint = near ? ` → ${near}?` : '';
      const fixes = fixesFor(site, source, place, parameter, name, near);
      report(source, place, 'transport', { name, parameter, hint }, { fixes });
    }
    for (const service of masterOf(site).tree.services) {
      for (const option of optionsOf(service)) {
        if (!option.problem && (serviceNames.has(option.name) || transports.has(option.name))) {
          one(serviceSettings(site, service), option.name);
        }
      }
    }
  },
});

interface TableTransport {
  readonly source: SourceText;
  readonly name: string;
  readonly place: Span;
  readonly parameter: string;
}

/** The transports that the lines of transport tables name; DUNNO and an empty name stand for none. */
function tableTransports(site: Site): TableTransport[] {
  const seen = new Set<SourceText>();
  const out: TableTransport[] = [];
  for (const { table, parameter } of tableRoles(site)) {
    const source = parameter.endsWith('transport_maps') ? keyFileOf(site, table) : undefined;
    if (!source || seen.has(source)) continue;
    seen.add(source);
    for (const { value, valueSpan } of readTable(source).entries) {
      const name = /^[^:\s]*/.exec(value)?.[0] ?? '';
      if (name === '' || name === 'DUNNO' || /[/${}<]/.test(name) || holesIn(value).length > 0) continue;
      const place = { start: valueSpan.start, end: valueSpan.start + name.length };
      out.push({ source, name, place, parameter });
    }
  }
  return out;
}

function fixesFor(
  site: Site,
  source: SourceText,
  span: Span,
  parameter: string,
  name: string,
  near: string | undefined,
): Fix[] {
  const fixes: Fix[] = [];
  const oneSlip = near !== undefined && Math.abs(near.length - name.length) <= 1;
  if (oneSlip && source.slice(span) === name) {
    const title = say('Write {near}', 'Escrever {near}', { near });
    fixes.push({ title, safe: true, edits: [{ source, span, newText: near }] });
  }
  if (parameter === 'cleanup_service_name' && site.master && !oneSlip) {
    const title = say('Add the service {name}', 'Acrescentar o serviço {name}', { name });
    const text = serviceText({ ...cleanupIn, name, options: [] }, { chroot: chrootOf(site) });
    fixes.push({ title, safe: true, edits: [append(site.master, text)] });
  }
  return fixes;
}

/** The chroot column that the site's own cleanup has. */
function chrootOf(site: Site): string {
  return servicesOf(site).find(s => s.name.text === 'cleanup')?.chroot.text ?? 'y';
}

/** What keeps master(8) from starting, and what ends an smtpd(8) process before it greets anybody. */
import { parameters, type ParameterType } from '../../facts/parameters';
import { tcpServices } from '../../facts/tcp-services';
import { endpointOf, masterOf } from '../../model/services';
import { holesIn } from '../../model/holes';
import { setNames, siteSettings, type Settings } from '../../model/settings';
import type { LogicalLine } from '../../syntax/logical-lines';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf, type Argument } from '../../syntax/master-cf/parse';
import { bracePayload, splitList } from '../../syntax/list';
import { derived } from '../../text/derived';
import { validHostname } from '../lookup/ip';
import type { Machine } from './machine';
import { restrictionParameters, type RestrictionWord, type SmtpServer } from './server';

/** Strings that may not be empty, beside those of the type table (mail_params.c, smtpd.c: minimum length 1). */
const nonEmpty = {
  global: new Set(
    'mail_name syslog_name mail_owner setgid_group myorigin myhostname mydomain mynetworks_style daemon_directory data_directory command_directory meta_directory queue_directory shlib_directory process_id_directory double_bounce_sender default_privs default_database_type hash_queue_names verp_delimiter_filter'.split(
      ' ',
    ),
  ),
  smtpd: new Set(
    'smtpd_banner bounce_notice_recipient error_notice_recipient smtpd_sasl_path smtpd_sasl_service smtpd_sasl_type smtpd_tls_ciphers smtpd_tls_mandatory_ciphers milter_protocol milter_default_action reject_tempfail_action unknown_helo_hostname_tempfail_action unknown_address_tempfail_action unverified_recipient_tempfail_action unverified_sender_tempfail_action smtpd_policy_service_default_action'.split(
      ' ',
    ),
  ),
};

/** Numbers with bounds: [least, most]; the rest may be any from 0 up. */
const bounds: Readonly<Record<string, readonly [number, number]>> = {
  smtpd_recipient_limit: [1, Infinity],
  smtpd_recipient_overshoot_limit: [1, Infinity],
  smtpd_history_flush_threshold: [1, Infinity],
  smtpd_soft_error_limit: [1, Infinity],
  smtpd_hard_error_limit: [1, Infinity],
  smtpd_junk_command_limit: [1, Infinity],
  address_verify_poll_count: [1, Infinity],
  unverified_sender_reject_code: [200, 599],
  unverified_recipient_reject_code: [200, 599],
  unverified_sender_defer_code: [200, 499],
  unverified_recipient_defer_code: [200, 499],
  smtpd_policy_service_try_limit: [1, Infinity],
  smtpd_min_data_rate: [1, Infinity],
  default_process_limit: [1, Infinity],
  max_use: [1, Infinity],
  line_length_limit: [512, Infinity],
  hash_queue_depth: [1, Infinity],
  fork_attempts: [1, Infinity],
  deliver_lock_attempts: [1, Infinity],
  debug_peer_level: [1, Infinity],
  berkeley_db_create_buffer_size: [1, Infinity],
  berkeley_db_read_buffer_size: [1, Infinity],
  header_size_limit: [1, Infinity],
  header_address_token_limit: [1, Infinity],
  mime_nesting_limit: [1, Infinity],
  mime_boundary_length_limit: [1, Infinity],
  delay_logging_resolution_limit: [0, 6],
  smtpd_forbid_bare_newline_reject_code: [500, 599],
};

/** What a process says of a value that it can't read, or undefined where it can (mail_conf_int(3) and its kin). */
export function badValue(name: string, type: ParameterType | undefined, value: string): string | undefined {
  if (type === 'bool' || type === 'nbool') {
    return /^(?:yes|no)$/i.test(value) ? undefined : `bad boolean configuration: ${name} = ${value}`;
  }
  if (type === 'int' || type === 'nint' || type === 'long') {
    if (!/^\s*[-+]?\d+$/.test(value) || Math.abs(Number(value)) > 2 ** 31)
      return `bad numerical configuration: ${name} = ${value}`;
    const [least, most] = bounds[name] ?? [type === 'long' ? 0 : 0, Infinity];
    if (Number(value) < least) return `invalid ${name} parameter value ${value} < ${least}`;
    if (Number(value) > most) return `invalid ${name} parameter value ${value} > ${most}`;
    return undefined;
  }
  if (type === 'time')
    return /^\d+[smhdw]?$/i.test(value) ? undefined : `parameter ${name}: bad time value or unit: ${value}`;
  return undefined;
}

/** Checks the values that a site or service sets, of the parameters that one kind of program reads. */
function badSetting(
  settings: Settings,
  names: Iterable<string>,
  reads: (readBy: readonly string[]) => boolean,
  empty: ReadonlySet<string>,
): string | undefined {
  for (const name of names) {
    const parameter = parameters.get(name);
    if (!parameter || !reads(parameter.readBy ?? [])) continue;
    const setting = settings.get(name);
    if (setting.unknown) continue;
    const broken = setting.problems.find(p => p.kind !== 'undefined');
    if (broken) return `macro processing error: ${name}`;
    const bad = badValue(name, parameter.type, setting.value);
    if (bad) return bad;
    if (empty.has(name) && setting.value === '') return `bad string length 0 < 1: ${name} =`;
  }
  return undefined;
}

/** Why master(8) does not start on a site; undefined where it does. */
export const masterDies: (site: Machine['site']) => string | undefined = derived(site => {
  const line = site.unfinished ? undefined : brokenLine(site);
  if (line !== undefined) return line;
  const settings = siteSettings(site);
  const bad = badSetting(settings, setNames(site), readBy => readBy.includes('global'), nonEmpty.global);
  if (bad) return bad;
  const level = settings.text('compatibility_level');
  if (!/^\d+(?:\.\d+){0,2}$/.test(level) && settings.get('compatibility_level').isSet)
    return `malformed compatibility level syntax: "${level}"`;
  for (const word of settings.words('inet_protocols')) {
    if (!/^(?:all|ipv4|ipv6)$/i.test(word.text))
      return `unknown inet_protocols value "${word.text}" in "${settings.text('inet_protocols')}"`;
  }
  for (const name of ['myhostname', 'mydomain']) {
    const setting = settings.get(name);
    if (setting.unknown === undefined && setting.isSet && !validHostname(setting.value)) {
      return `parameter ${name}: bad parameter value: ${setting.value}`;
    }
  }
  const relayhost = settings.text('relayhost');
  if (relayhost !== '' && relayhost.toLowerCase() === settings.text('myhostname').toLowerCase()) {
    return `myhostname and relayhost parameter settings must not be identical: ${relayhost}`;
  }
  const origin = settings.text('myorigin');
  if (/[, \t\r\n]/.test(origin) && settings.get('myorigin').unknown === undefined)
    return `myorigin parameter setting must not contain multiple values: ${origin}`;
  if (!settings.get('mynetworks').isSet) {
    const style = settings.text('mynetworks_style');
    if (!/^(?:class|subnet|host)$/i.test(style)) return `unknown mynetworks mask style value "${style}" in "${style}"`;
  }
  return undefined;
});

/** The site once its unfinished lines are out of the way; the site itself where it has none. */
export const asFinished: (site: Machine['site']) => Machine['site'] = derived(site =>
  brokenLine(site) === undefined ? site : { ...site, unfinished: true },
);

/** What stops every program at a line of main.cf, or master(8) at one of master.cf. Lines with a template's holes stop nothing. */
function brokenLine(site: Machine['site']): string | undefined {
  const { tree } = masterOf(site);
  const problems = [...(site.main ? parseMainCf(site.main).problems : []), ...tree.problems];
  const stops = problems.find(p => p.kind !== 'leading-white-space' && !isTemplate(p.line));
  if (stops) return stops.text;
  for (const service of tree.services) {
    if (isTemplate(service.line)) continue;
    const type = service.type.text;
    if (!/^(?:inet|unix|fifo|pass|unix-dgram)$/.test(type)) return `invalid type field: ${type}`;
    for (const flag of [service.private, service.unprivileged, service.chroot]) {
      if (!/^[yn-]$/.test(flag.text)) return `bad value: "${flag.text}"`;
    }
    for (const count of [service.wakeup, service.maxProcesses]) {
      if (!/^(?:-$|\d)/.test(count.text)) return `bad value: "${count.text}"`;
    }
    if (type !== 'inet') continue;
    if (service.private.text !== 'n') return 'inet service cannot be private';
    const { port } = endpointOf(service);
    const known = /^\d+$/.test(port) ? Number(port) <= 65535 : tcpServices.has(port.toLowerCase());
    if (!known) return `0.0.0.0:${port}: Servname not supported for ai_socktype`;
  }
  return undefined;
}

const isTemplate = (line: LogicalLine): boolean => holesIn(line.joined.text).length > 0;

const guards = new Set([
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'defer_if_permit',
  'check_relay_domains',
]);

/** The restriction of a list that counts as the relay guard at start-up (has_required); `loop` for classes without end. */
export function guardOf(
  server: SmtpServer,
  words: readonly RestrictionWord[],
  depth = 0,
): RestrictionWord | 'loop' | undefined {
  if (depth > 1000) return 'loop';
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) break;
    const name = word.text.toLowerCase();
    if (name === 'warn_if_reject' && at + 1 < words.length) {
      at++;
      continue;
    }
    if (name === 'permit') return undefined;
    if (guards.has(name)) return word;
    const inside = server.classes().get(word.text);
    const found = inside && guardOf(server, inside, depth + 1);
    if (found) return found;
  }
  return undefined;
}

const mapParameters = [
  'local_recipient_maps',
  'sender_canonical_maps',
  'recipient_canonical_maps',
  'canonical_maps',
  'virtual_alias_maps',
  'virtual_mailbox_maps',
  'relay_recipient_maps',
  'rbl_reply_maps',
  'smtpd_sender_login_maps',
  'relay_clientcerts',
] as const;

const died = new WeakMap<SmtpServer, { readonly says: string | undefined }>();

/** Why the processes of an smtpd service die before they serve anybody; undefined where they don't. */
export function smtpdDies(server: SmtpServer): string | undefined {
  const known = died.get(server);
  if (known) return known.says;
  const says = findDeath(server);
  died.set(server, { says });
  return says;
}

function findDeath(server: SmtpServer): string | undefined {
  const { settings, service } = server;
  const options = optionsOf(service);
  const wrong = options.find(o => o.problem);
  if (wrong?.problem) return wrong.problem;
  const stray = strayArgument(service.arguments);
  const names = [...setNames(server.machine.site), ...settings.ownNames];
  const bad = badSetting(
    settings,
    names,
    by => by.includes('smtpd') || by.includes('global'),
    new Set([...nonEmpty.smtpd, ...nonEmpty.global]),
  );
  if (bad) return bad;
  for (const parameter of mapParameters) server.mapsOf(parameter);
  for (const parameter of ['mynetworks', 'relay_domains', 'permit_mx_backup_networks', 'mydestination'] as const)
    server.patternsOf(parameter);
  for (const parameter of restrictionParameters) openTables(server, server.list(parameter));
  for (const { text } of settings.words('smtpd_restriction_classes')) {
    if (settings.text(text) === '') return `restriction class \`${text}' needs a definition`;
    openTables(server, server.list(text));
  }
  const [first] = server.lastWords;
  if (first !== undefined) return first;
  const guard =
    guardOf(server, server.list('smtpd_recipient_restrictions')) ??
    guardOf(server, server.list('smtpd_relay_restrictions'));
  if (guard === 'loop') return 'restriction classes that call each other without end';
  if (!guard) {
    return 'in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains';
  }
  for (const name of ['unknown_helo_hostname', 'unknown_address', 'unverified_recipient', 'unverified_sender']) {
    const value = settings.text(`${name}_tempfail_action`);
    if (value !== 'defer' && value !== 'defer_if_permit')
      return `bad configuration: ${name}_tempfail_action = ${value}`;
  }
  if (server.yes('smtpd_sasl_auth_enable') && !/^(?:cyrus|dovecot)$/.test(settings.text('smtpd_sasl_type'))) {
    return `SASL per-process initialization failed: unsupported SASL server implementation: ${settings.text('smtpd_sasl_type')}`;
  }
  const level = settings.text('smtpd_tls_security_level');
  if (
    !server.yes('smtpd_tls_wrappermode') &&
    level !== '' &&
    !/^(?:none|may|encrypt|fingerprint|verify|secure|dane|dane-only|half-dane)$/i.test(level)
  ) {
    return `Invalid TLS level "${level}"`;
  }
  if (/^(?:dane|dane-only|half-dane)$/i.test(level)) return `Invalid TLS level "${level}"`;
  if (stray !== undefined) return `unexpected command-line argument: ${stray}`;
  return undefined;
}

/** The first argument that is neither an option nor an option's value. */
function strayArgument(given: readonly Argument[]): string | undefined {
  for (let i = 0; i < given.length; i++) {
    const argument = given[i];
    if (argument?.kind !== 'plain') continue;
    if (/^-[imnst]$/.test(argument.text)) i++;
    else if (!/^-[A-Za-z]/.test(argument.text)) return argument.text;
  }
  return undefined;
}

/** Opens the tables that a list names, as smtpd does when it reads the list, and looks at its policy services. */
function openTables(server: SmtpServer, words: readonly RestrictionWord[]): void {
  words.forEach((word, i) => {
    if (words[i - 1]?.text.toLowerCase() === 'check_policy_service') {
      const says = badPolicyService(word.text);
      if (says) server.lastWords.push(says);
    } else if (word.text.startsWith('{') || word.text.includes(':')) server.accessTable(word.text);
  });
}

/** What smtpd says of the name of a policy service that it can't take (auto_clnt(3)). */
function badPolicyService(word: string): string | undefined {
  let name = word;
  if (word.startsWith('{')) {
    const inner = bracePayload({ text: word, start: 0, end: word.length });
    if (inner?.problem) return `policy service syntax error: ${inner.problem}`;
    name = splitList(inner?.text ?? '')[0]?.text ?? '';
    if (name === '') return `empty policy service: "${word}"`;
  }
  const match = /^([^:]*):(.*)$/.exec(name);
  if (!match) return undefined;
  return /^(?:inet|local|unix|stream)$/.test(match[1] ?? '')
    ? undefined
    : `invalid transport name: ${match[1] ?? ''} in service: ${name}`;
}

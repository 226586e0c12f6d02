import { cleanupOf, checkParameters } from '../../analysis/mail-flow/cleanup';
import { listenersOf, offersLogin, type Listener } from '../../analysis/mail-flow/listeners';
import { cleanupIn } from '../../facts/recommended';
import { internalService, serviceSettings } from '../../model/services';
import { mainParameters } from '../../model/settings';
import type { Site } from '../../model/site';
import type { ParameterLine } from '../../syntax/main-cf/parse';
import { optionsOf, type Service } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import { removeLine } from '../edits';
import { addOptions, append, insertAfter, setOption } from '../service-edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'content-checks-everywhere',
  title: {
    en: "Header and body checks in main.cf also hit users' mail",
    'pt-BR': 'As verificações de cabeçalho e corpo do main.cf também atingem os usuários',
  },
  severity: 'information',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `What main.cf sets holds for every cleanup service: for mail from strangers on port 25, for mail that logged-in users hand
in on 587 or 465, and for what local programs send. Checks are mostly meant for strangers. A rule against forged senders then
refuses the own users, and each message of theirs costs the time of all patterns.`,
    remedy: `Give port 25 a cleanup service of its own, set the checks there, and take them out of main.cf. Empty
nested_header_checks and mime_header_checks, which default to header_checks: or mail that carries a message as an attachment is
judged by the headers of the attachment.`,
    bad: {
      'main.cf': 'myhostname = mail.example.com\nheader_checks = pcre:/etc/postfix/header_checks\n',
      'master.cf': `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
cleanup unix n - y - 0 cleanup
`,
    },
    good: {
      'main.cf': 'myhostname = mail.example.com\n',
      'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup-in
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
cleanup unix n - y - 0 cleanup
cleanup-in unix n - y - 0 cleanup
  -o header_checks=pcre:/etc/postfix/header_checks
  -o nested_header_checks=
  -o mime_header_checks=
`,
    },
    see: ['postconf(5) header_checks, nested_header_checks, cleanup_service_name', 'cleanup(8)'],
  },
  messages: {
    users: {
      en: '{name} in main.cf also holds for the mail that users hand in on "{service}". Set it in a cleanup service of port 25 alone.',
      'pt-BR':
        '{name} no main.cf vale também para as mensagens que os usuários enviam por "{service}". Defina-o em um serviço cleanup só da porta 25.',
    },
  },
  check(site, report) {
    const { main } = site;
    if (!main) return;
    const set = mainParameters(site);
    const checks = checkParameters.flatMap(name => {
      const line = set.get(name);
      return line && line.value !== '' ? [line] : [];
    });
    const first = checks
      .filter(c => c.name === 'header_checks' || c.name === 'body_checks')
      .sort((a, b) => a.nameSpan.start - b.nameSpan.start)[0];
    if (!first) return;
    const listeners = listenersOf(site).filter(l => !l.loopback);
    const users = listeners.find(l => isForUsers(l) && passes(site, l, first.name));
    if (!users) return;
    const mx = listeners.find(l => l.role === 'mx');
    report(
      main,
      first.nameSpan,
      'users',
      { name: first.name, service: users.service.name.text },
      { fixes: move(site, mx, checks) },
    );
  },
});

function isForUsers(listener: Listener): boolean {
  return listener.role === 'submission' || listener.role === 'submissions' || offersLogin(listener) !== false;
}

/** Whether the checks of main.cf reach what a listener takes. */
function passes(site: Site, { smtpd, settings }: Listener, parameter: string): boolean {
  if (/\bno_header_body_checks\b/.test(settings.text('receive_override_options'))) return false;
  const cleanup = cleanupOf(site, smtpd);
  return !cleanup || serviceSettings(site, cleanup).get(parameter).origin.kind === 'main';
}

/** Moves the checks into the cleanup service of port 25: a new one, or the one it has. */
function move(site: Site, mx: Listener | undefined, checks: readonly ParameterLine[]): Fix[] {
  const { main, master } = site;
  if (!main || !master || !mx) return [];
  const current = cleanupOf(site, mx.smtpd);
  const removal = checks.flatMap(c => removeLine(main, c.line));
  const title = say(
    'Move the checks to a cleanup service of port 25',
    'Mover as verificações para um cleanup da porta 25',
  );
  if (current && current.name.text !== 'cleanup') {
    const has = new Set(optionsOf(current).map(o => o.name));
    const missing = optionsFor(site, checks).filter(([name]) => !has.has(name));
    return [{ title, safe: true, edits: [...removal, addOptions(master, current, missing)] }];
  }
  if (internalService(site, cleanupIn.name)) return [];
  const model = current ?? internalService(site, 'pickup');
  const text = `${headOf(model)}${optionsFor(site, checks).map(optionLine).join('')}`;
  const edits = [
    ...removal,
    setOption(master, mx.smtpd, 'cleanup_service_name', cleanupIn.name),
    current ? insertAfter(master, current.line, text) : append(master, text),
  ];
  return [{ title, safe: true, edits }];
}

function headOf(model: Service | undefined): string {
  const columns = ['n', '-', model?.chroot.text ?? '-', '-', '0'];
  return `${cleanupIn.name.padEnd(10)} unix  ${columns.map(c => c.padEnd(7)).join(' ')} cleanup\n`;
}

/** The checks as they stood in main.cf; nested and MIME headers are not checked unless somebody said so. */
function optionsFor(site: Site, checks: readonly ParameterLine[]): (readonly [string, string])[] {
  const set = mainParameters(site);
  const given = checks
    .filter(c => c.name === 'header_checks' || c.name === 'body_checks')
    .map(c => [c.name, c.value] as const);
  const header = set.has('header_checks');
  const derived = (['nested_header_checks', 'mime_header_checks'] as const).flatMap(name => {
    const own = set.get(name)?.value;
    return header || own !== undefined ? [[name, own ?? ''] as const] : [];
  });
  return [...given, ...derived];
}

function optionLine([name, value]: readonly [string, string]): string {
  return /[\s]/.test(value) ? `  -o { ${name} = ${value.replace(/\s+/g, ' ')} }\n` : `  -o ${name}=${value}\n`;
}

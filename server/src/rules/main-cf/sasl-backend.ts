import { compareLevels } from '../../syntax/macro/expand';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { namePlace, valuePlace, type Place, type Settings } from '../../model/settings';
import { say } from '../../text/message';
import { nearestFew } from '../../text/nearest';
import { replaceFix } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'sasl-backend',
  title: { en: 'The login server cannot be reached', 'pt-BR': 'O servidor de autenticação não pode ser alcançado' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `Postfix checks no password itself: smtpd_sasl_type names who does, \`cyrus\` or \`dovecot\`. Another type stops smtpd at its
start, on port 25 as well. The socket of Dovecot is looked for by a process that may live in a chroot (the fifth column of
master.cf): there \`/var/spool/postfix/private/auth\` does not exist, but \`private/auth\`, relative to the queue directory, does,
inside the chroot and outside.`,
    remedy: 'Write `smtpd_sasl_type = dovecot` and `smtpd_sasl_path = private/auth`.',
    bad: `smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_sasl_type = dove
`,
    good: `smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
`,
    see: [
      'SASL_README',
      'postconf(5) smtpd_sasl_type, smtpd_sasl_path',
      'Postfix 3.7.11: "unsupported SASL server implementation", "SASL per-process initialization failed"',
    ],
  },
  messages: {
    type: {
      en: 'Postfix knows no SASL type {value}: smtpd stops at its start (fatal: SASL per-process initialization failed). Write cyrus or dovecot.',
      'pt-BR':
        'O Postfix não conhece o tipo SASL {value}: o smtpd para ao iniciar (fatal: SASL per-process initialization failed). Escreva cyrus ou dovecot.',
    },
    chroot: {
      en: '"{service}" runs in a chroot, where {path} is {inside}: the login server is not found there. Write {relative}, which works in both.',
      'pt-BR':
        '"{service}" roda em chroot, onde {path} é {inside}: o servidor de autenticação não é encontrado lá. Escreva {relative}, que funciona nos dois casos.',
    },
    root: {
      en: '"{service}" does not run in a chroot, so {path} is looked for at the root of the file system, not in {queue}. Write {relative}.',
      'pt-BR':
        '"{service}" não roda em chroot; {path} é procurado na raiz do sistema de arquivos, não em {queue}. Escreva {relative}.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    const once = (place: Place, key: string): boolean => {
      const id = `${place.source.path}:${place.span.start}:${key}`;
      return !seen.has(id) && !!seen.add(id);
    };
    for (const { smtpd, settings, role, loopback } of listenersOf(site)) {
      if (settings.bool('smtpd_sasl_auth_enable') !== true) continue;
      const type = settings.get('smtpd_sasl_type');
      const typePlace = valuePlace(type);
      if (
        typePlace &&
        !type.unknown &&
        type.problems.length === 0 &&
        type.value !== '' &&
        !['cyrus', 'dovecot'].includes(type.value)
      ) {
        const { source, span } = typePlace;
        const fixes =
          source.slice(span) === type.value
            ? nearestFew(type.value, ['cyrus', 'dovecot'])
                .concat(type.value.startsWith('dove') ? ['dovecot'] : [])
                .slice(0, 1)
                .map(text => replaceFix(say('Write {text}', 'Escrever {text}', { text }), source, span, text, false))
            : [];
        if (once(typePlace, 'type')) report(source, span, 'type', { value: type.value }, { fixes });
      }
      // Where a filter hands mail back nobody logs in.
      if (role === 'other' && loopback) continue;
      const path = settings.get('smtpd_sasl_path');
      const place = valuePlace(path) ?? namePlace(path);
      if (type.value !== 'dovecot' || !place || path.unknown || path.value.startsWith('inet:')) continue;
      const socket = path.value.replace(/^unix:/, '');
      const queue = settings.text('queue_directory');
      const chrooted = isChrooted(smtpd.chroot.text, settings);
      if (chrooted === undefined || !socket.startsWith('/')) continue;
      const service = smtpd.name.text;
      const inQueue = socket.startsWith(`${queue}/`);
      const relative = inQueue ? socket.slice(queue.length + 1) : socket.slice(1);
      const fix = replaceFix(
        say('Write {text}', 'Escrever {text}', { text: relative }),
        place.source,
        place.span,
        relative,
        false,
      );
      const fixes = place.source.slice(place.span) === path.value ? [fix] : [];
      // In a chroot a path is taken below the queue directory; /private/auth is right there, and only there.
      if (chrooted && !/^\/(?:private|public)\//.test(socket) && once(place, 'chroot')) {
        const args = { service, path: socket, inside: queue + socket, relative: inQueue ? relative : 'private/auth' };
        report(place.source, place.span, 'chroot', args, { severity: 'warning', fixes: inQueue ? fixes : [] });
      } else if (!chrooted && /^\/private\//.test(socket) && once(place, 'root')) {
        report(
          place.source,
          place.span,
          'root',
          { service, path: socket, queue, relative },
          { severity: 'warning', fixes },
        );
      }
    }
  },
});

/** Whether a service runs in a chroot: its column, where `-` means yes before compatibility level 1; undefined where not known. */
function isChrooted(column: string, settings: Settings): boolean | undefined {
  if (column === 'y') return true;
  if (column === 'n') return false;
  const level = settings.get('compatibility_level');
  if (level.unknown) return undefined;
  const order = compareLevels(level.value, '1');
  return order === undefined ? undefined : order < 0;
}

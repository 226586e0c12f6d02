import { compareVersions } from '../../facts/parameters';
import { hasParameter } from '../../facts/versions';
import { listenersOf, type Listener } from '../../analysis/mail-flow/listeners';
import { namePlace } from '../../model/settings';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import { span } from '../../text/span';
import { setParameter } from '../edits';
import { defineRule, type Fix } from '../rule';

export const rule = defineRule({
  id: 'smtp-smuggling',
  title: {
    en: 'Bare newlines are accepted: SMTP smuggling',
    'pt-BR': 'Aceita quebras de linha nuas: contrabando SMTP',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `SMTP ends a message with CR LF . CR LF. A server that also takes LF . LF, or one that is written half so, can be made to
see a second message, with a sender of the attacker's choice, inside a message of a big provider, and SPF and DMARC pass for it
(CVE-2023-51764). Postfix 3.9 and later, by default, do not; releases from 3.5.23, 3.6.13, 3.7.9 and 3.8.4 on can be told not to;
older ones can only refuse what comes too early.`,
    remedy:
      'Set `smtpd_forbid_bare_newline = normalize` (3.5.24, 3.6.14, 3.7.10, 3.8.5 and later), or `yes`; else reject_unauth_pipelining in smtpd_data_restrictions and no CHUNKING.',
    bad: `myhostname = mail.example.com
smtpd_forbid_bare_newline = no
`,
    good: `myhostname = mail.example.com
smtpd_forbid_bare_newline = normalize
`,
    see: ['CVE-2023-51764', 'postconf(5) smtpd_forbid_bare_newline', 'https://www.postfix.org/smtp-smuggling.html'],
  },
  messages: {
    off: {
      en: 'smtpd_forbid_bare_newline is off, so "{service}" takes a lone newline for a line end: others can smuggle in messages with forged senders. Write {value}.',
      'pt-BR':
        'smtpd_forbid_bare_newline está desligado; "{service}" aceita uma quebra de linha nua: outros podem contrabandear mensagens com remetente forjado. Escreva {value}.',
    },
    byDefault: {
      en: 'Postfix {version} takes a lone newline for a line end unless told otherwise: others can smuggle in messages with forged senders. Set smtpd_forbid_bare_newline = {value}.',
      'pt-BR':
        'O Postfix {version} aceita uma quebra de linha nua se nada disser o contrário: outros podem contrabandear mensagens com remetente forjado. Defina smtpd_forbid_bare_newline = {value}.',
    },
    old: {
      en: 'Postfix {version} cannot refuse lone newlines, so others can smuggle in messages with forged senders. Update it, or set smtpd_data_restrictions = reject_unauth_pipelining and smtpd_discard_ehlo_keywords = chunking.',
      'pt-BR':
        'O Postfix {version} não sabe recusar quebras de linha nuas; outros podem contrabandear mensagens com remetente forjado. Atualize-o, ou defina smtpd_data_restrictions = reject_unauth_pipelining e smtpd_discard_ehlo_keywords = chunking.',
    },
  },
  check(site, report) {
    const version = site.options.postfixVersion;
    const can = hasParameter('smtpd_forbid_bare_newline', version);
    const value = canNormalize(version) ? 'normalize' : 'yes';
    let said = false;
    const seen = new Set<string>();
    for (const listener of listenersOf(site)) {
      const { settings, service, role, loopback } = listener;
      if (loopback || (role !== 'mx' && role !== 'other')) continue;
      const setting = settings.get('smtpd_forbid_bare_newline');
      if (setting.unknown || shielded(listener)) continue;
      if (can && setting.isSet && setting.value.toLowerCase() !== 'no') continue;
      const place = can && setting.isSet ? namePlace(setting) : undefined;
      if (place) {
        if (seen.has(`${place.span.start}`)) continue;
        seen.add(`${place.span.start}`);
        const edits = setting.origin.kind === 'main' ? setParameter(site, setting.name, value) : [];
        report(
          place.source,
          place.span,
          'off',
          { service: service.name.text, value },
          { fixes: fixesOf(edits, value) },
        );
      } else if (!said && site.main && compareVersions(version, '3.9') < 0) {
        said = true;
        const at = firstSetting(site);
        const edits = can ? setParameter(site, 'smtpd_forbid_bare_newline', value) : [];
        if (at)
          report(
            site.main,
            at,
            can ? 'byDefault' : 'old',
            { version, ...(can ? { value } : {}) },
            { fixes: fixesOf(edits, value) },
          );
      }
    }
  },
});

function fixesOf(edits: Fix['edits'], value: string): Fix[] {
  const title = say('Set smtpd_forbid_bare_newline = {value}', 'Definir smtpd_forbid_bare_newline = {value}', {
    value,
  });
  return edits.length > 0 ? [{ title, safe: true, edits }] : [];
}

/** `normalize` came with 3.9 and the patch levels 3.5.24, 3.6.14, 3.7.10 and 3.8.5; a version of two numbers is its newest. */
function canNormalize(version: string): boolean {
  return hasParameter('smtpd_forbid_bare_newline_reject_code', version) && compareVersions(version, '3.5') >= 0;
}

/** The older remedies: what comes too early is refused, and BDAT, which knows no such check, is not offered. */
function shielded({ settings }: Listener): boolean {
  const unauth = settings.get('smtpd_forbid_unauth_pipelining');
  const early =
    unauth.value.toLowerCase() === 'yes' ||
    settings.words('smtpd_data_restrictions').some(w => w.text.toLowerCase() === 'reject_unauth_pipelining');
  const chunking = settings.words('smtpd_discard_ehlo_keywords').some(w => w.text.toLowerCase() === 'chunking');
  return early && (chunking || compareVersions(settings.version, '3.4') < 0);
}

/** Where a finding about what is not set is shown: at the first setting. */
function firstSetting({ main }: Site): { start: number; end: number } | undefined {
  return main && (parseMainCf(main).parameters[0]?.nameSpan ?? span(0, 0));
}

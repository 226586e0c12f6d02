import { defaultOf, parameters } from '../../facts/parameters';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { masterDies } from '../../analysis/smtp/start-up';
import { isOverlay } from '../../model/overlay';
import { masterOf } from '../../model/services';
import { mainParameters, namePlace, siteSettings, type Settings } from '../../model/settings';
import { newestPostfix, type Site } from '../../model/site';
import { compareLevels, parseLevel } from '../../syntax/macro/expand';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import { setParameter } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'compatibility-level',
  title: {
    en: 'Old defaults are in force because of compatibility_level',
    'pt-BR': 'Padrões antigos valem por causa de compatibility_level',
  },
  severity: 'warning',
  files: ['main.cf'],
  since: '3.0',
  fixable: true,
  page: {
    why: `Without compatibility_level, or with an old one, Postfix keeps defaults of before 2014 for the sake of files that were
written then: no smtpd_relay_restrictions, mynetworks that trust the whole subnet, relaying for subdomains, chroot for services
that do not say. Each such use is logged. The message names those that make a difference for this very site.`,
    remedy: 'Set the parameters that are named to what you want, then set `compatibility_level = 3.6` (or newer).',
    bad: `myhostname = mail.example.com
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
`,
    good: `compatibility_level = 3.6
myhostname = mail.example.com
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
`,
    see: ['COMPATIBILITY_README', 'postconf(5) compatibility_level'],
  },
  messages: {
    missing: {
      en: 'No compatibility_level, so old defaults are in force here: {changes}. Set these as you want them, then compatibility_level = {newest}.',
      'pt-BR':
        'Sem compatibility_level valem padrões antigos aqui: {changes}. Defina-os como quiser e depois compatibility_level = {newest}.',
    },
    old: {
      en: 'compatibility_level {level} keeps old defaults in force here: {changes}. Set these as you want them, then compatibility_level = {newest}.',
      'pt-BR':
        'compatibility_level {level} mantém padrões antigos aqui: {changes}. Defina-os como quiser e depois compatibility_level = {newest}.',
    },
    future: {
      en: 'Postfix {version} does not know compatibility_level {level} and takes it as its newest: defaults may change under it later. Write {newest}.',
      'pt-BR':
        'O Postfix {version} não conhece compatibility_level {level} e o toma como o seu mais novo: padrões podem mudar depois. Escreva {newest}.',
    },
  },
  check(site, report) {
    const { main } = site;
    if (!main) return;
    const settings = siteSettings(site);
    const level = settings.get('compatibility_level');
    if (level.unknown || level.problems.length > 0 || !parseLevel(level.value)) return;
    const place = namePlace(level) ?? {
      source: main,
      span: parseMainCf(main).parameters[0]?.nameSpan ?? { start: 0, end: 0 },
    };
    const newest = settings.atLeast('3.6') ? '3.6' : '2';
    if (level.isSet && (compareLevels(level.value, settings.version.split('.').slice(0, 2).join('.')) ?? 0) > 0) {
      // Behind the newest version known here there may be one that knows the level.
      const severity = site.options.postfixVersion === newestPostfix ? 'information' : 'warning';
      report(
        place.source,
        place.span,
        'future',
        { version: settings.version, level: level.value, newest },
        { severity },
      );
      return;
    }
    const changes = changesOf(site, level.value);
    if (changes.length === 0) return;
    const args = {
      changes: changes.map(({ text }) => text).join('; '),
      newest,
      ...(level.isSet ? { level: level.value } : {}),
    };
    const title = say('Set compatibility_level = {newest}', 'Definir compatibility_level = {newest}', { newest });
    const edits = setParameter(site, 'compatibility_level', newest);
    report(place.source, place.span, level.isSet ? 'old' : 'missing', args, {
      fixes: [{ title, safe: false, edits }],
      severity: inForce(site) && changes.some(({ name }) => grave(settings, name)) ? 'warning' : 'information',
    });
  },
});

/** Parameters whose default hangs on the level, with the level from which on the new one counts. */
const levelled = [...parameters.keys()].flatMap(name => {
  const match = /^\$\{\{\$compatibility_level\} <level \{([0-9.]+)\} \? \{([^{}]*)\} : \{([^{}]*)\}\}$/.exec(
    parameters.get(name)?.default ?? '',
  );
  return match ? [{ name, from: match[1] ?? '0', old: match[2] ?? '' }] : [];
});

/** Whether a Postfix runs with these files as they stand: not a piece of a configuration, nor a template yet to be filled in. */
function inForce(site: Site): boolean {
  return !isOverlay(site) && masterDies(site) === undefined;
}

/**
 * Whether an old default opens something: who is trusted, where services run, the digest that certificates are known by, or
 * a relay guard that is nowhere. The others only keep mail as it has been since the file was written.
 */
function grave(settings: Settings, name: string): boolean {
  if (name === 'smtpd_relay_restrictions') return !settings.get('smtpd_recipient_restrictions').isSet;
  return /^(?:mynetworks_style|chroot|\w+_fingerprint_digest)$/.test(name);
}

/** What the level changes: a parameter, or the field `chroot`, and what it comes to in the words of main.cf. */
interface Change {
  readonly name: string;
  readonly text: string;
}

/** What the level changes on this site. */
function changesOf(site: Site, level: string): Change[] {
  const settings = siteSettings(site);
  const set = mainParameters(site);
  const below = (from: string): boolean => (compareLevels(level, from) ?? 0) < 0;
  const out = levelled
    .filter(({ name, from }) => below(from) && !set.has(name) && defaultOf(name, settings.version) !== undefined)
    .filter(({ name }) => matters(site, settings, name))
    .map(({ name, old }) => ({ name, text: `${name} = ${old === '' ? '""' : old}` }));
  const chroot =
    below('1') && !masterOf(site).assumed && masterOf(site).tree.services.filter(s => s.chroot.text === '-');
  if (chroot && chroot.length > 0) out.push({ name: 'chroot', text: `chroot "-" = y (${chroot.length})` });
  return out;
}

/** Whether an old default makes a difference for what this site does. */
function matters(site: Site, settings: Settings, name: string): boolean {
  const listens = listenersOf(site).some(l => !l.loopback);
  switch (name) {
    case 'mynetworks_style':
      return !settings.get('mynetworks').isSet && listens;
    case 'relay_domains':
      return listens && settings.text('mydestination') !== '' && settings.get('mydestination').isSet;
    case 'smtpd_relay_restrictions':
      return listens;
    case 'append_dot_mydomain':
      return listens;
    case 'smtpd_relay_before_recipient_restrictions':
      return (
        settings.get('smtpd_recipient_restrictions').isSet && settings.get('smtpd_relay_restrictions').value !== ''
      );
    case 'smtpd_tls_fingerprint_digest':
      return settings.text('relay_clientcerts') !== '' || usesCertificates(settings);
    case 'smtp_tls_fingerprint_digest':
    case 'lmtp_tls_fingerprint_digest':
      return settings.text(name.replace('_fingerprint_digest', '_security_level')) === 'fingerprint';
    default:
      // smtputf8_enable and respectful_logging change no mail of a site that has lived with them.
      return false;
  }
}

function usesCertificates(settings: Settings): boolean {
  return ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions', 'smtpd_client_restrictions'].some(list =>
    settings.words(list).some(w => /^(?:check_ccert_access|permit_tls_clientcerts)$/i.test(w.text)),
  );
}

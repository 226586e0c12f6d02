import { compareVersions } from '../../facts/parameters';
import { setNames, siteSettings, valuePlace, type Place, type Setting, type Settings } from '../../model/settings';
import { serviceSettings, servicesOf } from '../../model/services';
import { optionsOf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import { replaceFix } from '../edits';
import { defineRule, type Fix, type Report } from '../rule';

type Key = 'ssl' | 'oldTls' | 'cipher' | 'pair';

export const rule = defineRule<Key>({
  id: 'tls-weak',
  title: { en: 'Broken protocols or ciphers are admitted', 'pt-BR': 'Protocolos ou cifras quebrados são admitidos' },
  severity: 'warning',
  files: ['main.cf', 'master.cf'],
  fixable: true,
  page: {
    why: `SSLv2 and SSLv3 can be broken by anybody on the way, export and null ciphers as well; TLSv1 and TLSv1.1 are given up
(RFC 8996). Postfix's own defaults keep the broken ones out: only a setting that names protocols or ciphers by hand lets them in
again. A key of another certificate makes TLS fail altogether.`,
    remedy:
      'Take the line away and go by the default, or write `>=TLSv1.2` (since 3.6), before that `!SSLv2, !SSLv3, !TLSv1, !TLSv1.1`.',
    bad: `smtpd_tls_mandatory_protocols = !SSLv2
smtpd_tls_mandatory_ciphers = export
`,
    good: `smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_ciphers = high
`,
    see: ['RFC 8996', 'RFC 7568', 'postconf(5) smtpd_tls_mandatory_protocols', 'TLS_README'],
  },
  messages: {
    ssl: {
      en: '{name} admits {protocols}, which anybody on the way can break. Write {instead}.',
      'pt-BR': '{name} admite {protocols}, que qualquer um no caminho consegue quebrar. Escreva {instead}.',
    },
    oldTls: {
      en: '{name} admits {protocols}, which RFC 8996 has given up. Where no old client needs it, write {instead}.',
      'pt-BR':
        '{name} admite {protocols}, abandonado pela RFC 8996. Se nenhum cliente antigo precisa dele, escreva {instead}.',
    },
    cipher: {
      en: '{name} = {value} admits ciphers that give no protection. Write medium or high.',
      'pt-BR': '{name} = {value} admite cifras que não protegem nada. Escreva medium ou high.',
    },
    pair: {
      en: 'The key is the one of {key}, the certificate the one of {certificate}: they do not belong together, and TLS fails.',
      'pt-BR': 'A chave é a de {key}, o certificado o de {certificate}: não são um par, e o TLS falha.',
    },
  },
  check(site, report) {
    const main = siteSettings(site);
    for (const name of setNames(site)) look(main, name, report);
    for (const service of servicesOf(site)) {
      const settings = serviceSettings(site, service);
      for (const option of optionsOf(service)) if (!option.problem) look(settings, option.name, report);
    }
  },
});

const protocolNames = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function look(settings: Settings, name: string, report: Report<Key>): void {
  if (!name.includes('_tls_')) return;
  const setting = settings.get(name);
  const place = valuePlace(setting);
  if (!place || setting.unknown || setting.problems.length > 0 || !setting.isSet) return;
  if (/_tls_(?:mandatory_)?protocols$/.test(name)) protocols(settings, setting, place, report);
  else if (/_tls_(?:mandatory_)?ciphers$/.test(name) && /^(?:export|low|null)$/i.test(setting.value)) {
    const fix = replaceFix(say('Write medium', 'Escrever medium'), place.source, place.span, 'medium', true);
    const fixes = place.source.slice(place.span) === setting.value ? [fix] : [];
    report(place.source, place.span, 'cipher', { name, value: setting.value }, { fixes });
  } else if (/_tls_key_file$/.test(name)) pair(settings, setting, place, report);
}

/** Which of the named protocols a list admits (tls_proto_mask_lims(3)); undefined for a list that Postfix refuses. */
function admitted(value: string): string[] | undefined {
  const words = value.split(/[\s,:]+/).filter(w => w !== '');
  const index = (text: string): number => protocolNames.findIndex(p => p.toLowerCase() === text.toLowerCase());
  let least = 0;
  let most = protocolNames.length - 1;
  const included = new Set<number>();
  const excluded = new Set<number>();
  for (const word of words) {
    const [, sign = '', text = ''] = /^([<>]=|!)?(.*)$/.exec(word) ?? [];
    const at = index(text);
    if (at < 0) return undefined;
    if (sign === '>=') least = at;
    else if (sign === '<=') most = at;
    else if (sign === '!') excluded.add(at);
    else included.add(at);
  }
  return protocolNames.filter(
    (_, i) => i >= least && i <= most && !excluded.has(i) && (included.size === 0 || included.has(i)),
  );
}

function protocols(settings: Settings, { name, value }: Setting, place: Place, report: Report<Key>): void {
  const list = admitted(value);
  // An empty list admits what the library has: today's have no SSL, and say what TLS they like.
  if (!list || value === '') return;
  const limits = compareVersions(settings.version, '3.6') >= 0;
  const ssl = list.filter(p => p.startsWith('SSL'));
  const old = list.filter(p => p === 'TLSv1' || p === 'TLSv1.1');
  const modern = limits ? '>=TLSv1.2' : '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1';
  const instead = name.includes('mandatory') ? modern : limits ? '>=TLSv1' : '!SSLv2, !SSLv3';
  if (ssl.length > 0) {
    report(
      place.source,
      place.span,
      'ssl',
      { name, protocols: ssl.join(', '), instead },
      { fixes: [write(settings, place, instead, true)] },
    );
  } else if (old.length > 0 && name.includes('mandatory')) {
    const args = { name, protocols: old.join(', '), instead: modern };
    report(place.source, place.span, 'oldTls', args, {
      severity: 'information',
      fixes: [write(settings, place, modern, false)],
    });
  }
}

function write({ service }: Settings, place: Place, text: string, safe: boolean): Fix {
  // In master.cf a value must not hold blanks.
  const newText = service ? text.replace(/,\s*/g, ',') : text;
  return replaceFix(say('Write {text}', 'Escrever {text}', { text }), place.source, place.span, newText, safe);
}

/** Certificates of one tool lie in a folder each: a key of another folder is another certificate's. */
function pair(settings: Settings, key: Setting, place: Place, report: Report<Key>): void {
  const certificate = settings.get(key.name.replace(/key_file$/, 'cert_file'));
  const live = /\/(?:live|archive)\/([^/]+)\/[^/]+$/;
  const ours = live.exec(key.value)?.[1];
  const theirs = live.exec(certificate.value)?.[1];
  if (ours === undefined || theirs === undefined || ours === theirs || certificate.unknown) return;
  report(place.source, place.span, 'pair', { key: ours, certificate: theirs });
}

import { maskIp, formatIp, parseIp } from '../../analysis/lookup/ip';
import { trustedEntries, trustSettings } from '../../analysis/lookup/trusted-networks';
import { say } from '../../text/message';
import { replaceFix } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'mynetworks-bad-network',
  title: { en: 'A network that Postfix refuses', 'pt-BR': 'Uma rede que o Postfix recusa' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  fixable: true,
  page: {
    why: `Postfix takes a network as \`address/bits\` with all four octets, no bits set behind the mask, and IPv6 addresses in
brackets. A pattern of another form (\`192.168.1.5/24\`, \`10/8\`, a dotted mask) is an error when its turn comes: each client
that no earlier entry holds is answered "451 Server configuration error", own users and foreign servers alike. An IPv6 address
without brackets is taken for a table, \`::1/128\` even for one without a type, at which smtpd stops.`,
    remedy: 'Write the network as the fix has it.',
    bad: `mynetworks = 127.0.0.1/8, 192.168.1.5/24, 10/8, [::1]/128
`,
    good: `mynetworks = 127.0.0.0/8, 192.168.1.0/24, 10.0.0.0/8, [::1]/128
`,
    see: [
      'postconf(5) mynetworks',
      'Postfix 3.7.11: "non-null host address bits", "bad network value", "expecting "type:name" form"',
    ],
  },
  messages: {
    broken: {
      en: 'Postfix refuses {network} ({says}): each client that no earlier entry holds is answered 451. {hint}',
      'pt-BR':
        'O Postfix recusa {network} ({says}): todo cliente que nenhuma entrada anterior cobre recebe 451. {hint}',
    },
    fatal: {
      en: 'Without brackets {network} is read as a table, and smtpd stops ({says}). {hint}',
      'pt-BR': 'Sem colchetes {network} é lido como uma tabela, e o smtpd para ({says}). {hint}',
    },
  },
  check(site, report) {
    for (const settings of trustSettings(site)) {
      for (const { kind, text, place, says = '' } of trustedEntries(settings)) {
        if ((kind !== 'broken' && kind !== 'fatal') || !place) continue;
        const instead = mended(text);
        const fixes =
          instead !== undefined && place.source.slice(place.span) === text
            ? [
                replaceFix(
                  say('Write {text}', 'Escrever {text}', { text: instead }),
                  place.source,
                  place.span,
                  instead,
                  true,
                ),
              ]
            : [];
        report(
          place.source,
          place.span,
          kind,
          { network: text, says, hint: instead === undefined ? '' : `→ ${instead}` },
          { fixes },
        );
      }
    }
  },
});

/** The network that was meant; undefined where it is anybody's guess, or the whole world. */
function mended(text: string): string | undefined {
  const [address = '', mask] = text.replace(/[[\]]/g, '').split('/');
  const six = address.includes(':');
  const full = six ? address : fourOctets(address);
  const bytes = full === undefined ? undefined : parseIp(full);
  if (!bytes) return undefined;
  const bits = mask === undefined ? bytes.length * 8 : bitsOf(mask, bytes.length * 8);
  if (bits === undefined || bits === 0) return undefined;
  const network = formatIp(maskIp(bytes, bits));
  if (six) return mask === undefined ? `[${network}]` : `[${network}]/${bits}`;
  return mask === undefined ? network : `${network}/${bits}`;
}

/** `10` → 10.0.0.0, as people mean it with a mask behind; undefined for what is no address. */
function fourOctets(text: string): string | undefined {
  const parts = text.replace(/\.$/, '').split('.');
  if (parts.length > 4 || !parts.every(p => /^\d{1,3}$/.test(p) && Number(p) < 256)) return undefined;
  return [...parts.map(p => String(Number(p))), '0', '0', '0'].slice(0, 4).join('.');
}

function bitsOf(mask: string, all: number): number | undefined {
  if (/^\d+$/.test(mask)) return Number(mask) <= all ? Number(mask) : undefined;
  const bytes = mask.includes('.') ? parseIp(mask) : undefined;
  if (!bytes) return undefined;
  const digits = bytes.map(b => b.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(digits) ? digits.replace(/0/g, '').length : undefined;
}

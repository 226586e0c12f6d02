/** The headers that a rule against forged senders is meant for, as languages, and headers that it must not touch. */
import { parsePattern } from '../../syntax/pattern/parse-pattern';
import { pcreDefaults, type Pattern } from '../../syntax/pattern/tree';

/** A kind of forgery: its name, a header that shows it, and all headers of that kind. */
export interface Forgery {
  readonly kind:
    'bare' | 'angle' | 'display-name' | 'quoted-name' | 'comment' | 'encoded-and-folded' | 'message-id' | 'subdomain';
  readonly header: string;
  readonly language: Pattern;
}

/** The headers by which a sender is claimed. */
export type SenderHeader = 'From' | 'Sender' | 'Message-ID';

const local = '[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?';
const words = '[A-Za-z](?:[A-Za-z0-9 .-]*[A-Za-z0-9.])?';

/**
 * All plain forgeries of a domain in a header, in any case: the address bare, in angle brackets, with a display name, a quoted
 * one, a comment behind it, an encoded word and a fold before it; for Message-ID its one form. With `subdomains`, those below
 * the domain as well. The domain is lower case; what is no domain name gives none.
 */
export function forgeries(header: SenderHeader, domain: string, subdomains = false): Forgery[] {
  if (!/^[a-z0-9._-]+$/.test(domain)) return [];
  const name = domain.replace(/\./g, '\\.');
  const make = (kind: Forgery['kind'], shown: string, body: string): Forgery[] => {
    const parsed = parsePattern(`\\A${header}: ${body}\\z`, 'pcre', pcreDefaults);
    return parsed.ok ? [{ kind, header: `${header}: ${shown}`, language: parsed.pattern }] : [];
  };
  if (header === 'Message-ID') return make('message-id', `<1@${domain}>`, `<${local}@${name}>`);
  const address = `${local}@${name}`;
  return [
    ...make('bare', `cliente@${domain}`, address),
    ...make('angle', `<cliente@${domain}>`, `<${address}>`),
    ...make('display-name', `Cliente Antigo <cliente@${domain}>`, `${words} <${address}>`),
    ...make('quoted-name', `"Cliente" <cliente@${domain}>`, `"${words}" <${address}>`),
    ...make('comment', `cliente@${domain} (Cliente)`, `${address} \\(${words}\\)`),
    ...make(
      'encoded-and-folded',
      `=?UTF-8?Q?Jos=C3=A9?=\n <cliente@${domain}>`,
      `=\\?utf-8\\?q\\?[a-z0-9_=]+\\?=\\n <${address}>`,
    ),
    ...(subdomains ? make('subdomain', `cliente@filial.${domain}`, `${local}@[a-z0-9]+\\.${name}`) : []),
  ];
}

/** Headers of foreign domains that look like an own one: none of them may be refused. */
export function lookalikes(
  header: SenderHeader,
  domain: string,
): { readonly domain: string; readonly header: string }[] {
  const others = [`not${domain}`, `${domain}.evil.example`, domain.replace('.', 'x'), `${domain}-x.example`];
  return others.map(other => ({
    domain: other,
    header: header === 'Message-ID' ? `Message-ID: <1@${other}>` : `${header}: a@${other}`,
  }));
}

/**
 * The Received header that an smtpd puts on top of every mail, for one recipient and for several, in the clear and in TLS
 * (smtpd.c; as 3.7.11 writes it, folded lines joined by newline and tab).
 */
export function ownReceived(hostname: string, recipient: string | undefined): string[] {
  const from = 'Received: from client.example (client.example [192.0.2.7])';
  const tls =
    '\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n\t key-exchange X25519 server-signature RSA-PSS (2048 bits))\n\t(No client certificate requested)';
  const date = 'Mon,  1 Jan 2024 10:00:00 -0300 (-03)';
  const by = (protocol: string): string => `\n\tby ${hostname} (Postfix) with ${protocol} id 4ABCDE1234`;
  const one = recipient === undefined ? [] : [`${from}${by('ESMTP')}\n\tfor <${recipient}>; ${date}`];
  return [...one, `${from}${by('ESMTP')};\n\t${date}`, `${from}${tls}${by('ESMTPS')};\n\t${date}`];
}

/** The Received header that pickup puts on top of mail that a program of the host itself hands in (pickup.c, 3.7.11). */
export function localReceived(hostname: string): string {
  return `Received: by ${hostname} (Postfix, from userid 0)\n\tid 4ABCDE1234; Mon,  1 Jan 2024 10:00:00 -0300 (-03)`;
}

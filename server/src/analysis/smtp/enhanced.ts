/** Enhanced status codes (RFC 3463) in replies: dsn_split(3), smtpd_dsn_fix(3). */

/** Takes an enhanced code off the front of a text, or the standard one where it has none. */
export function splitEnhanced(standard: string, text: string): { enhanced: string; text: string } {
  const rest = text.trimStart();
  const match = /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(rest);
  return match
    ? { enhanced: match[0], text: rest.slice(match[0].length).trimStart() }
    : { enhanced: standard, text: rest };
}

const bySender: Readonly<Record<string, string>> = {
  1: '4.1.7',
  2: '4.1.8',
  3: '4.1.7',
  4: '4.1.7',
  5: '4.1.0',
  6: '4.1.7',
  7: '4.1.7',
  8: '4.1.8',
};
const byRecipient: Readonly<Record<string, string>> = {
  1: '4.1.1',
  2: '4.1.2',
  3: '4.1.3',
  4: '4.1.4',
  5: '4.1.5',
  6: '4.1.6',
  7: '4.1.3',
  8: '4.1.2',
};

/** Turns a code about addresses (x.1.x) into one that fits what is refused. Its first digit is set by the reply code. */
export function fixEnhanced(enhanced: string, kind: string): string {
  if (!/^\d\.1\./.test(enhanced)) return enhanced;
  const detail = enhanced.slice(4);
  if (kind === 'Sender address') return bySender[detail] ?? '4.1.0';
  if (kind === 'Recipient address') return byRecipient[detail] ?? '4.1.0';
  return '4.0.0';
}

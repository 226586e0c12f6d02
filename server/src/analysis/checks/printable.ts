/** How Postfix prints what is not printable in its log, with smtputf8_enable on. */

/** Replaces what printable() replaces by `?`: control characters, and bytes that start no UTF-8 sequence. Bytes in and out. */
export function printable(bytes: string): string {
  let out = '';
  const continues = (at: number): boolean => {
    const next = bytes.charCodeAt(at);
    return next >= 128 && next < 192;
  };
  for (let at = 0; at < bytes.length; at++) {
    const c = bytes.charCodeAt(at);
    if (c >= 32 && c < 127) out += bytes.charAt(at);
    else if (c >= 194 && c <= 254 && continues(at + 1)) {
      out += bytes.charAt(at);
      while (continues(at + 1)) out += bytes.charAt(++at);
    } else out += '?';
  }
  return out;
}

/** Whether bytes are valid UTF-8, as Postfix's valid_utf8_string() sees it. */
export function isUtf8(bytes: string): boolean {
  let plain = true;
  for (let i = 0; i < bytes.length && plain; i++) plain = bytes.charCodeAt(i) < 0x80;
  if (plain) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, c => c.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

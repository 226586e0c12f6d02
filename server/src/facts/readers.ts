/** Which program reads which parameter. */
import { parameters } from './parameters';

/** Programs that use the TLS library, whose parameters the table ascribes to `tls`. */
const tlsPrograms: ReadonlySet<string> = new Set(['smtp', 'smtpd', 'lmtp', 'postscreen', 'tlsproxy', 'tlsmgr']);

/** Whether a daemon program reads a parameter of Postfix; undefined where the table does not tell. */
export function readsParameter(program: string, name: string): boolean | undefined {
  return parameters.get(name)?.readBy?.some(reader => reads(program, reader, name));
}

function reads(program: string, reader: string, name: string): boolean {
  if (reader === 'global' || reader === program) return true;
  if (reader === 'tls') return tlsPrograms.has(program);
  if (reader === 'smtp' && program === 'lmtp') return true;
  if (reader === 'qmgr' || reader === 'oqmgr') return ['qmgr', 'nqmgr', 'oqmgr'].includes(program);
  // smtpd tells tlsproxy and postscreen what they ask; both read its TLS settings from main.cf.
  return reader === 'smtpd' && program === 'tlsproxy' && name.startsWith('smtpd_tls_');
}

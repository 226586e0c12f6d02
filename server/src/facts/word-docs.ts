/** Short texts of our own on table types, programs, columns, actions, flags, and words that values are made of. */
import type { Text } from '../text/message';
import table from './word-docs.json';

type Texts = Readonly<Record<string, Text>>;

const docs: Readonly<Record<'tables' | 'programs' | 'columns' | 'access' | 'checks' | 'words' | 'flags', Texts>> =
  table;

/** What each table type is. */
export const tableTypeDocs: Texts = docs.tables;
/** What each program of master.cf does. */
export const programDocs: Texts = docs.programs;
/** What the columns of master.cf mean. */
export const columnDocs: Texts = docs.columns;
/** Actions of access(5) tables, and of header_checks(5). */
export const actionDocs: Readonly<Record<'access' | 'checks', Texts>> = { access: docs.access, checks: docs.checks };
/** Flags of programs, attributes and `$macros` of pipe(8). */
export const flagDocs: Texts = docs.flags;

/** The text on a word in the value of a parameter; parameters of one family share theirs. */
export function wordDoc(parameter: string, word: string): Text | undefined {
  const names = [
    parameter,
    parameter.replace(/^lmtp_/, 'smtp_').replace(/^(?:tlsproxy|postscreen)_tls_/, 'smtpd_tls_'),
    parameter.replace(/^smtp_/, 'smtpd_'),
    parameter.replace(/_mandatory_/, '_').replace(/^(?:smtp|lmtp)_/, 'smtpd_'),
    parameter.replace(/^postscreen_.*_action$/, 'postscreen_greet_action'),
    parameter.replace(/^smtpd?_sasl_.*options$/, 'smtpd_sasl_security_options'),
    parameter.replace(/^.*_cert_match$/, 'smtp_tls_secure_cert_match'),
    parameter.replace(/^(?:.*_)?code$/, 'reply_code'),
  ];
  for (const name of names) {
    const doc = docs.words[`${name}:${word}`];
    if (doc) return doc;
  }
  return undefined;
}

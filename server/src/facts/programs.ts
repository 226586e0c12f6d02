/** The daemon programs of Postfix, and what they take (daemon_directory of 3.7.11; later ones by their release notes). */

/** Programs of daemon_directory that master.cf may name; with the version that brought each, where it is not an old one. */
export const daemons: ReadonlyMap<string, string | undefined> = new Map([
  ['anvil', undefined],
  ['bounce', undefined],
  ['cleanup', undefined],
  ['discard', undefined],
  ['dnsblog', '2.8'],
  ['error', undefined],
  ['flush', undefined],
  ['lmtp', undefined],
  ['local', undefined],
  ['nbdb_reindexd', '3.11'],
  ['nqmgr', undefined],
  ['oqmgr', undefined],
  ['pickup', undefined],
  ['pipe', undefined],
  ['postlogd', '3.4'],
  ['postscreen', '2.8'],
  ['proxymap', undefined],
  ['qmgr', undefined],
  ['qmqpd', undefined],
  ['scache', undefined],
  ['showq', undefined],
  ['smtp', undefined],
  ['smtpd', undefined],
  ['spawn', undefined],
  ['tlsmgr', undefined],
  ['tlsproxy', '2.8'],
  ['trivial-rewrite', undefined],
  ['verify', undefined],
  ['virtual', undefined],
]);

/** The programs whose readers the parameter table names under another name. */
export const readerNames: Readonly<Record<string, string>> = {
  lmtp: 'smtp',
  nqmgr: 'qmgr',
  'trivial-rewrite': 'trivial-rewrite',
};

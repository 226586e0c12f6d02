/** The services of an unchanged master.cf (Postfix 3.7): what a site without one is taken to have. */

const columns: readonly (readonly string[])[] = [
  ['smtp', 'inet', 'n', '-', 'y', '-', '-', 'smtpd'],
  ['pickup', 'unix', 'n', '-', 'y', '60', '1', 'pickup'],
  ['cleanup', 'unix', 'n', '-', 'y', '-', '0', 'cleanup'],
  ['qmgr', 'unix', 'n', '-', 'n', '300', '1', 'qmgr'],
  ['tlsmgr', 'unix', '-', '-', 'y', '1000?', '1', 'tlsmgr'],
  ['rewrite', 'unix', '-', '-', 'y', '-', '-', 'trivial-rewrite'],
  ['bounce', 'unix', '-', '-', 'y', '-', '0', 'bounce'],
  ['defer', 'unix', '-', '-', 'y', '-', '0', 'bounce'],
  ['trace', 'unix', '-', '-', 'y', '-', '0', 'bounce'],
  ['verify', 'unix', '-', '-', 'y', '-', '1', 'verify'],
  ['flush', 'unix', 'n', '-', 'y', '1000?', '0', 'flush'],
  ['proxymap', 'unix', '-', '-', 'n', '-', '-', 'proxymap'],
  ['proxywrite', 'unix', '-', '-', 'n', '-', '1', 'proxymap'],
  ['smtp', 'unix', '-', '-', 'y', '-', '-', 'smtp'],
  ['relay', 'unix', '-', '-', 'y', '-', '-', 'smtp'],
  ['showq', 'unix', 'n', '-', 'y', '-', '-', 'showq'],
  ['error', 'unix', '-', '-', 'y', '-', '-', 'error'],
  ['retry', 'unix', '-', '-', 'y', '-', '-', 'error'],
  ['discard', 'unix', '-', '-', 'y', '-', '-', 'discard'],
  ['local', 'unix', '-', 'n', 'n', '-', '-', 'local'],
  ['virtual', 'unix', '-', 'n', 'n', '-', '-', 'virtual'],
  ['lmtp', 'unix', '-', '-', 'y', '-', '-', 'lmtp'],
  ['anvil', 'unix', '-', '-', 'y', '-', '1', 'anvil'],
  ['scache', 'unix', '-', '-', 'y', '-', '1', 'scache'],
  ['postlog', 'unix-dgram', 'n', '-', 'n', '-', '1', 'postlogd'],
];

/** The text of that file: one service a line. */
export const stockMasterCf: string = columns.map(c => c.join(' ') + '\n').join('');

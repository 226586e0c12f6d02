import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/main-cf/table-needs-postmap';
import { check } from '@postfix-tools/server/rules/driver';
import type { Files } from '@postfix-tools/server/text/files';
import { checkRule, siteOfTexts } from '../../support/rules';

describe('table-needs-postmap', () => {
  it('fires in the live folder where no map was made', () =>
    checkRule(rule, {
      '/etc/postfix/main.cf': `virtual_alias_maps = lmdb:/etc/postfix/virtual
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^ never command="postmap lmdb:/etc/postfix/virtual" severity=information
`,
      '/etc/postfix/virtual': 'a b\n',
    }));
  it('fires where the text is newer than the map', () => {
    const site = siteOfTexts({
      'main.cf': 'alias_maps = hash:/etc/postfix/aliases\n',
      aliases: 'a: b\n',
      'aliases.db': '',
    });
    const at = (text: number, map: number): Files => ({
      read: path => site.files.read(path),
      list: folder => site.files.list(folder),
      modified: path => (path === 'aliases' ? text : path === 'aliases.db' ? map : undefined),
    });
    const found = (files: Files) => check({ ...site, files }, [rule]).map(f => f.message.args['command']);
    deepEqual(found(at(2000, 1000)), ['postalias hash:/etc/postfix/aliases']);
    deepEqual(found(at(1000, 2000)), []);
    deepEqual(found(at(1900, 1100)), [], 'the same second');
  });
  it('is silent in a copy, and for types that are read as text', () => {
    checkRule(rule, { 'main.cf': 'virtual_alias_maps = hash:/etc/postfix/virtual\n', virtual: 'a b\n' });
    checkRule(rule, {
      '/etc/postfix/main.cf': 'virtual_alias_maps = texthash:/etc/postfix/virtual\n',
      '/etc/postfix/virtual': 'a b\n',
    });
  });
});

import { rule } from '@postfix-tools/server/rules/main-cf/table-file-missing';
import { checkRule } from '../../support/rules';

const main = `virtual_alias_maps = hash:/etc/postfix/virtual, mysql:/etc/postfix/db.cf
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^ KEY
header_checks = regexp:/etc/postfix/head
`;

describe('table-file-missing', () => {
  it('informs where other tables of the copy are there', () =>
    checkRule(rule, {
      'main.cf': main.replace('KEY', 'notHere path=/etc/postfix/virtual severity=information'),
      head: '/x/ OK\n',
    }));
  it('takes no neighbour for what was made of the text', () =>
    checkRule(rule, {
      'main.cf': main.replace('KEY', 'notHere severity=information'),
      head: '/x/ OK\n',
      'virtual.bak': 'a b\n',
      'virtual.lmdb': '',
    }));
  it('hints in a copy that holds no table at all', () =>
    checkRule(rule, {
      'main.cf': `${main.replace('KEY', 'notHere severity=hint')}#               ^^^^^^^^^^^^^^^^^^^^^^^^^ notHere\n`,
    }));
  it('warns of every file in the live folder', () =>
    checkRule(rule, {
      '/etc/postfix/main.cf':
        'virtual_alias_maps = mysql:/etc/postfix/db.cf\n#                    ^^^^^^^^^^^^^^^^^^^^^^^^ missing severity=warning\n',
    }));
  it('says of a folder that it is no table', () =>
    checkRule(rule, {
      '/etc/postfix/main.cf':
        'smtpd_client_restrictions = check_client_access cidr:/etc/postfix/lists\n#                                               ^^^^^^^^^^^^^^^^^^^^^^^ unreadable severity=information\n',
      '/etc/postfix/lists/one': '',
    }));
  it('is silent where the file, or what was made of it, is there, or its folder cannot be seen', () => {
    checkRule(rule, { 'main.cf': main.replace(/#.*\n/, ''), head: '/x/ OK\n', virtual: 'a b\n' });
    checkRule(rule, { 'main.cf': main.replace(/#.*\n/, ''), head: '/x/ OK\n', 'virtual.db': '' });
    checkRule(rule, { '/etc/postfix/main.cf': 'alias_maps = hash:/var/lib/x/aliases\n' });
    checkRule(rule, { '/etc/postfix/main.cf': 'smtpd_tls_session_cache_database = btree:/etc/postfix/scache\n' });
    checkRule(rule, { 'main.cf': 'alias_maps = inline:{a=b} static:x hash:$dir/x\n' });
  });
});

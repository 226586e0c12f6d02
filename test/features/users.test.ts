import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { definitionsAt, referencesAt } from '@postfix-tools/server/features/navigation/occurrences';
import { renameable, renameAt } from '@postfix-tools/server/features/navigation/rename';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { cursorIn, docText, type Cursor } from '../support/features';

const main = `mydestination = example.com
alias_maps = hash:/etc/postfix/aliases
virtual_alias_maps = hash:/etc/postfix/virtual
smtpd_sender_login_maps = hash:/etc/postfix/logins
recipient_delimiter = +
always_bcc = archive@example.com
`;
const files = {
  'etc/postfix/main.cf': main,
  'etc/postfix/aliases': `postmaster: root
root: joe, "joe smith",
    \\joe, ann@example.org
archive: /var/mail/archive, "|/usr/bin/keep -v", :include:/etc/postfix/list
"joe smith": joe+box@example.com
`,
  'etc/postfix/virtual': `info@example.org joe, ann@example.org
ann@example.org ann@example.com
ann bob
@example.net joe
`,
  'etc/postfix/logins': 'info@example.org joe ann\n',
  'etc/postfix/list': 'x\n',
};

/** The cursor where `find` stands in a file, at the first character of `find`. */
function at(path: keyof typeof files, find: string, more: Readonly<Record<string, string>> = {}): Cursor {
  const index = files[path].indexOf(find);
  ok(index >= 0);
  return cursorIn({ ...files, [path]: `${files[path].slice(0, index)}‸${files[path].slice(index)}`, ...more });
}
const shown = (
  places: readonly { source: { path: string; positionAt(o: number): { line: number } }; span: { start: number } }[],
) => places.map(p => `${p.source.path.replace('etc/postfix/', '')}:${p.source.positionAt(p.span.start).line + 1}`);

describe('users and addresses', () => {
  it('leads from a user in an alias to the alias of that name', () => {
    const { site, source, offset } = at('etc/postfix/aliases', 'root\n');
    deepEqual(shown(definitionsAt(site, source, offset)), ['aliases:2']);
  });

  it('takes an address in a domain of this host for the user, extension and all', () => {
    const { site, source, offset } = at('etc/postfix/virtual', 'ann@example.com');
    deepEqual(shown(definitionsAt(site, source, offset)), ['virtual:3']);
    const bcc = at('etc/postfix/main.cf', 'archive@');
    deepEqual(shown(definitionsAt(bcc.site, bcc.source, bcc.offset)), ['aliases:4']);
    const joe = at('etc/postfix/virtual', 'joe\n');
    deepEqual(shown(referencesAt(joe.site, joe.source, joe.offset, true)), [
      ...['aliases:2', 'aliases:3', 'aliases:5', 'virtual:1', 'virtual:4', 'logins:1'],
    ]);
  });

  it('leads from an address to its virtual alias', () => {
    const { site, source, offset } = at('etc/postfix/aliases', 'ann@example.org');
    deepEqual(shown(definitionsAt(site, source, offset)), ['virtual:2']);
    const login = at('etc/postfix/logins', 'info@');
    deepEqual(shown(definitionsAt(login.site, login.source, login.offset)), ['virtual:1']);
  });

  it('leads to the host’s passwd file only where the files hold one', () => {
    const cursor = at('etc/postfix/virtual', 'bob');
    deepEqual(definitionsAt(cursor.site, cursor.source, cursor.offset), []);
    const seen = at('etc/postfix/virtual', 'bob', {
      'etc/passwd': 'root:x:0:0::/:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n',
    });
    deepEqual(shown(definitionsAt(seen.site, seen.source, seen.offset)), ['etc/passwd:2']);
  });

  it('reads commands, files and included lists of aliases(5)', () => {
    const { site, source } = at('etc/postfix/aliases', 'archive:');
    const of = (text: string) => tokensOf(site, source).find(t => source.slice(t.span) === text);
    equal(of(':include:')?.type, 'keyword');
    const first = cursorIn({ ...files, 'etc/postfix/aliases': '‸joe: :include:/etc/postfix/list\n' });
    equal(tokensOf(first.site, first.source)[2]?.type, 'keyword');
    deepEqual(of('/etc/postfix/list')?.meaning, { kind: 'file', path: '/etc/postfix/list' });
    deepEqual(of('/var/mail/archive')?.meaning, { kind: 'file', path: '/var/mail/archive' });
    equal(of('/usr/bin/keep -v')?.meaning, undefined);
    deepEqual(of('joe smith')?.meaning, { kind: 'user', name: 'joe smith', domain: '', role: 'use' });
  });

  it('renames an alias in all tables, and nothing of the same name elsewhere', () => {
    const cursor = at('etc/postfix/virtual', 'ann@example.org ann@example.com');
    const renamed = renameAt(cursor.site, cursor.source, cursor.offset, 'anna');
    ok('edits' in renamed);
    deepEqual(shown(renamed.edits), ['aliases:3', 'virtual:1', 'virtual:2']);
    for (const { source, span } of renamed.edits) equal(source.slice(span), 'ann');
    const host = at('etc/postfix/virtual', 'bob');
    const refused = renameable(host.site, host.source, host.offset);
    ok(refused && 'refused' in refused);
  });

  it('says where mail goes, and that other users are the host’s', () => {
    const known = at('etc/postfix/aliases', 'root\n');
    match(docText(hoverAt(known.site, known.source, known.offset)?.doc), /aliases line 2: .*joe, "joe smith", \\joe/);
    const host = at('etc/postfix/virtual', 'bob');
    match(docText(hoverAt(host.site, host.source, host.offset)?.doc), /No alias of the site/);
    const address = at('etc/postfix/aliases', 'ann@example.org');
    match(docText(hoverAt(address.site, address.source, address.offset)?.doc), /virtual line 2: .*ann@example.com/);
  });

  it('offers names, lists, commands and paths', () => {
    const labels = (aliases: string): string[] => {
      const { site, source, offset } = cursorIn({ ...files, 'etc/postfix/aliases': aliases });
      return completeAt(site, source, offset).map(i => i.label);
    };
    deepEqual(labels('root: joe\njoe: ann, ‸\n').slice(0, 2), ['root', 'joe']);
    ok(labels('joe: ‸\n').includes(':include:'));
    ok(labels('joe: in‸\n').includes('info@example.org'));
    ok(labels('joe: :include:/etc/postfix/‸\n').includes('list'));
    const { site, source, offset } = cursorIn({ ...files, 'etc/postfix/logins': 'a@example.org in‸' });
    deepEqual(
      completeAt(site, source, offset).map(i => i.label),
      ['info@example.org'],
    );
  });

  it('shows where a name leads that stands behind a thousand longer ones', () => {
    const longer = Array.from({ length: 1200 }, (_, i) => `ann${i}: x\n`).join('');
    const aliases = `${longer}ann: bob\nlist: ‸ann\n`;
    const { site, source, offset } = cursorIn({ ...files, 'etc/postfix/aliases': aliases });
    match(docText(hoverAt(site, source, offset)?.doc), /aliases line 1201: `?bob/);
  });
});

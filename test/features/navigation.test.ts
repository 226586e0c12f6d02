import assert from 'node:assert/strict';
import { foldsOf, selectionAt } from '@postfix-tools/server/features/folding';
import { inlayHints } from '@postfix-tools/server/features/inlay-hints';
import { linksOf } from '@postfix-tools/server/features/navigation/links';
import {
  definitionsAt,
  highlightsAt,
  referencesAt,
  type Occurrence,
} from '@postfix-tools/server/features/navigation/occurrences';
import { renameAt, renameable } from '@postfix-tools/server/features/navigation/rename';
import { outlineOf, searchSymbols } from '@postfix-tools/server/features/navigation/symbols';
import { applyEdits } from '@postfix-tools/server/text/span';
import { cursorIn } from '../support/features';

const places = (found: readonly Occurrence[]): string[] =>
  found.map(o => `${o.source.path}:${o.source.positionAt(o.span.start).line + 1}:${o.source.slice(o.span)}`);

function definitions(texts: Record<string, string>): string[] {
  const { site, source, offset } = cursorIn(texts);
  return places(definitionsAt(site, source, offset));
}

function references(texts: Record<string, string>): string[] {
  const { site, source, offset } = cursorIn(texts);
  return places(referencesAt(site, source, offset, true));
}

function renamed(texts: Record<string, string>, name: string): Record<string, string> {
  const { site, source, offset } = cursorIn(texts);
  const result = renameAt(site, source, offset, name);
  assert.ok('edits' in result, 'refused' in result ? result.refused.text.en : '');
  const out: Record<string, string> = {};
  for (const [path, text] of Object.entries(texts)) {
    const edits = result.edits.filter(e => e.source.path === path);
    out[path] = applyEdits(text.replace('‸', ''), edits).text;
  }
  return out;
}

const master = `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup25
  -o smtpd_sender_restrictions=$mua_restrictions
cleanup25 unix n - y - 0 cleanup
spool unix - n n - - pipe argv=/x
`;
const main = `mydomain = example.com
myorigin = $mydomain
mua_restrictions = reject
spool_destination_recipient_limit = 1
mailbox_transport = spool:x
smtpd_restriction_classes = office
office = permit_mynetworks
smtpd_recipient_restrictions = office, reject
`;

const at = (text: string, mark: string): string => text.replace(mark.replace('‸', ''), mark);

describe('tables in values', () => {
  const site = (main: string): Record<string, string> => ({
    'etc/postfix/main.cf': main,
    'etc/postfix/routes': 'example.net smtp:\n',
    'etc/postfix/nets': '192.0.2.0/24 OK\n',
    'etc/postfix/master.cf': 'spool unix - n n - - pipe argv=/x\n',
  });
  it('lead to their file behind macros, nested ones too', () => {
    const wanted = ['etc/postfix/routes:1:'];
    assert.deepEqual(definitions(site('transport_maps = hash:$config_directory/rou‸tes\n')), wanted);
    assert.deepEqual(definitions(site('d = /etc/postfix\ntransport_maps = texthash:${d}/rou‸tes\n')), wanted);
    const nested = 'transport_maps = proxy:unionmap:{static:x, pipemap:{hash:$config_directory/rou‸tes}}\n';
    assert.deepEqual(definitions(site(nested)), wanted);
    const { site: linked, source } = cursorIn(site('‸transport_maps = hash:$config_directory/routes\n'));
    assert.deepEqual(
      linksOf(linked, source).map(l => l.target),
      ['etc/postfix/routes'],
    );
    assert.deepEqual(definitions(site('transport_maps = hash:$nowhere/rou‸tes\n')), []);
  });
  it('lead to the main.cf of another instance', () => {
    const texts = {
      'a/etc/postfix/main.cf': 'multi_instance_directories = /etc/post‸fix-out\n',
      'a/etc/postfix-out/main.cf': 'multi_instance_name = postfix-out\n',
    };
    assert.deepEqual(definitions(texts), ['a/etc/postfix-out/main.cf:1:']);
  });
  it('name services and classes in what inline: answers', () => {
    const named = site('transport_maps = inline:{ { example.com = spo‸ol:x }, example.net=spool: }\n');
    assert.deepEqual(references(named).sort(), [
      'etc/postfix/main.cf:1:spool',
      'etc/postfix/main.cf:1:spool',
      'etc/postfix/master.cf:1:spool',
    ]);
    const text = `smtpd_restriction_classes = office
off‸ice = permit_mynetworks
smtpd_client_restrictions = check_client_access inline:{192.0.2.1=office}
`;
    assert.equal(renamed({ 'main.cf': text }, 'shop')['main.cf'], text.replace('‸', '').replaceAll('office', 'shop'));
  });
});

describe('definition', () => {
  it('main.cf: from $x to x =', () => {
    assert.deepEqual(definitions({ 'main.cf': at(main, '$my‸domain') }), ['main.cf:1:mydomain']);
  });
  it('master.cf: from $x and from -o to main.cf', () => {
    assert.deepEqual(definitions({ 'main.cf': main, 'master.cf': at(master, '$mua‸_') }), [
      'main.cf:3:mua_restrictions',
    ]);
    const own = at(master, 'smtpd_sender_re‸strictions');
    const set = 'smtpd_sender_restrictions = reject\n';
    assert.deepEqual(definitions({ 'main.cf': set, 'master.cf': own }), ['main.cf:1:smtpd_sender_restrictions']);
  });
  it('main.cf: from a transport to its service, from a class to its list', () => {
    assert.deepEqual(definitions({ 'main.cf': at(main, 'sp‸ool:x'), 'master.cf': master }), ['master.cf:5:spool']);
    assert.deepEqual(definitions({ 'main.cf': at(main, 'off‸ice, reject') }), ['main.cf:7:office']);
  });
  it('master.cf: from cleanup_service_name to its service', () => {
    assert.deepEqual(definitions({ 'master.cf': at(master, '=clean‸up25') }), ['master.cf:4:cleanup25']);
  });
  it('main.cf: from a table to its file', () => {
    const texts = {
      'etc/postfix/main.cf': 'transport_maps = hash:/etc/postfix/tr‸ansport\n',
      'etc/postfix/transport': 'x y\n',
    };
    assert.deepEqual(definitions(texts), ['etc/postfix/transport:1:']);
  });
});

describe('references', () => {
  it('main.cf: every use of a parameter, in both files', () => {
    assert.deepEqual(references({ 'main.cf': at(main, 'mua_‸res'), 'master.cf': master }), [
      'main.cf:3:mua_restrictions',
      'master.cf:3:mua_restrictions',
    ]);
  });
  it('master.cf: a service, its transports and its own parameters', () => {
    assert.deepEqual(references({ 'main.cf': main, 'master.cf': at(master, 'sp‸ool') }), [
      'main.cf:4:spool',
      'main.cf:5:spool',
      'master.cf:5:spool',
    ]);
  });
  it('main.cf: highlights stay in the file', () => {
    const { site, source, offset } = cursorIn({ 'main.cf': at(main, 'mua_‸res'), 'master.cf': master });
    assert.deepEqual(places(highlightsAt(site, source, offset)), ['main.cf:3:mua_restrictions']);
  });
});

describe('rename', () => {
  it('main.cf: an own parameter everywhere', () => {
    const out = renamed({ 'main.cf': at(main, 'mua_‸res'), 'master.cf': master }, 'user_list');
    assert.match(out['main.cf'] ?? '', /^user_list = reject$/m);
    assert.match(out['master.cf'] ?? '', /=\$user_list$/m);
  });
  it('main.cf: a restriction class where it is listed, set and called', () => {
    const out = renamed({ 'main.cf': at(main, 'off‸ice, reject') }, 'lan_only');
    assert.equal((out['main.cf'] ?? '').match(/lan_only/g)?.length, 3);
  });
  it('master.cf: a service with its transports and its own parameters', () => {
    const out = renamed({ 'main.cf': main, 'master.cf': at(master, 'sp‸ool') }, 'store');
    assert.match(out['main.cf'] ?? '', /store_destination_recipient_limit = 1\nmailbox_transport = store:x/);
    assert.match(out['master.cf'] ?? '', /^store unix/m);
  });
  it('refuses names of Postfix, and new names that cannot be', () => {
    const { site, source, offset } = cursorIn({ 'main.cf': at(main, 'my‸domain =') });
    const can = renameable(site, source, offset);
    assert.ok(can && 'refused' in can);
    const own = cursorIn({ 'main.cf': at(main, 'mua_‸res') });
    for (const name of ['myhostname', 'two words', 'reject', '']) {
      assert.ok('refused' in renameAt(own.site, own.source, own.offset, name), name);
    }
  });
});

describe('outline, folds, selections, links, hints', () => {
  it('main.cf: document symbols', () => {
    const { site, source } = cursorIn({ 'main.cf': `‸${main}` });
    assert.deepEqual(
      outlineOf(site, source)
        .slice(0, 2)
        .map(s => `${s.name}|${s.detail}`),
      ['mydomain|example.com', 'myorigin|$mydomain'],
    );
  });
  it('master.cf: document symbols hold the options of each service', () => {
    const { site, source } = cursorIn({ 'master.cf': `‸${master}` });
    const outline = outlineOf(site, source);
    assert.deepEqual(
      outline.map(s => s.name),
      ['smtp inet', 'cleanup25 unix', 'spool unix'],
    );
    assert.equal(outline[0]?.children[0]?.name, 'cleanup_service_name');
  });
  it('main.cf and master.cf: workspace symbols are found by letters in order', () => {
    const { site } = cursorIn({ 'main.cf': `‸${main}`, 'master.cf': master });
    assert.deepEqual(
      searchSymbols(site, 'clnp25').map(s => s.name),
      ['cleanup25 unix'],
    );
    assert.deepEqual(
      searchSymbols(site, 'muares').map(s => s.name),
      ['mua_restrictions'],
    );
  });
  it('main.cf and master.cf: folds settings, services and comments', () => {
    const { site, source } = cursorIn({ 'main.cf': '‸# a\n# b\nx = 1\n  2\n  3\n' });
    assert.deepEqual(foldsOf(site, source), [
      { from: 2, to: 4, kind: 'region' },
      { from: 0, to: 1, kind: 'comment' },
    ]);
    const services = cursorIn({ 'master.cf': `‸${master}` });
    assert.deepEqual(foldsOf(services.site, services.source)[0], { from: 0, to: 2, kind: 'region' });
  });
  it('main.cf and master.cf: a selection grows from word to file', () => {
    const { site, source, offset } = cursorIn({ 'main.cf': 'x = a,\n  b‸b c\ny = 1\n' });
    const grown = selectionAt(site, source, offset).map(s => source.slice(s));
    assert.deepEqual(grown, ['bb', 'bb c', 'x = a,\n  bb c', source.text]);
    const service = cursorIn({ 'master.cf': at(master, '=clean‸up25') });
    assert.equal(
      service.source.slice(selectionAt(service.site, service.source, service.offset)[0] ?? { start: 0, end: 0 }),
      'cleanup25',
    );
  });
  it('main.cf and master.cf: links lead to files that are there', () => {
    const texts = {
      'etc/postfix/main.cf': '‸transport_maps = hash:/etc/postfix/transport, hash:/etc/postfix/none\n',
      'etc/postfix/master.cf': 'smtp inet n - y - - smtpd\n  -o smtpd_sender_login_maps=hash:/etc/postfix/transport\n',
      'etc/postfix/transport': 'x y\n',
    };
    const { site, source } = cursorIn(texts);
    assert.deepEqual(
      linksOf(site, source).map(l => l.target),
      ['etc/postfix/transport'],
    );
    assert.ok(site.master);
    assert.deepEqual(
      linksOf(site, site.master).map(l => l.target),
      ['etc/postfix/transport'],
    );
  });
  it('main.cf and master.cf: hints show values and ports', () => {
    const { site, source } = cursorIn({ 'main.cf': `‸${main}relayhost = [mx.example.net]:587\n` });
    const whole = { start: 0, end: source.text.length };
    assert.deepEqual(
      inlayHints(site, source, whole).map(h => h.text),
      ['= example.com', 'submission'],
    );
    const services = cursorIn({ 'main.cf': main, 'master.cf': `‸${master}` });
    const hints = inlayHints(services.site, services.source, { start: 0, end: services.source.text.length });
    assert.deepEqual(
      hints.map(h => h.text),
      ['25', '= reject'],
    );
  });
});

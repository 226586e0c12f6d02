import { equal } from 'node:assert/strict';
import { pathOf, uriOf } from '@postfix-tools/server/hosts/lsp/uri';

describe('URIs', () => {
  for (const [uri, path] of [
    ['file:///etc/postfix/main.cf', '/etc/postfix/main.cf'],
    ['file:///srv/correio%20novo/ma%C3%A7%C3%A3.cf', '/srv/correio novo/maçã.cf'],
    ['file:///c%3A/mail/main.cf', 'c:/mail/main.cf'],
    ['file://server/share/main.cf', '//server/share/main.cf'],
    ['vscode-vfs://github/org/repo/main.cf', 'vscode-vfs://github/org/repo/main.cf'],
  ] as const) {
    it(`${uri} and back`, () => {
      equal(pathOf(uri), path);
      equal(uriOf(path), uri);
    });
  }
  it('takes a URI as clients write it, and one that is encoded wrongly', () => {
    equal(pathOf('file:///c:/mail/main.cf'), 'c:/mail/main.cf');
    equal(pathOf('file:///tmp/100%'), '/tmp/100%');
    equal(pathOf('untitled:Untitled-1'), 'untitled://Untitled-1');
  });
});

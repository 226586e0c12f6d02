import { deepEqual, ok } from 'node:assert/strict';
import { ruleLenses, ruleLensLines } from '@postfix-tools/server/features/checks-lens';
import { toBytes } from '@postfix-tools/server/text/source-text';
import { cursorIn } from '../support/features';
import { hasPostmap, Postmap } from '../support/postmap';

const rules = {
  pcre: String.raw`/^From:.*@example\.com/ REJECT 1
/^Sender:.*[^@]example\.com/ REJECT 2
/^Subject:.*\b(viagra|cialis)\b/i REJECT 3
/^Subject: make money fast$/ REJECT 4
/^X-Mailer: (The Bat!|Mass Mailer)/ REJECT 5
/^Content-(Disposition|Type).*name\s*=\s*"?(.*(\.|=2E)(exe|bat|scr|vbs))"?\s*(;|$)/ REJECT 6
/^Date: .* 19[0-9][0-9]/ REJECT 7
/^(?!From:|To:)X-Bad/ REJECT 8
/^To:\s*(?:undisclosed|a b)/m REJECT 9
!/^[\w-]+:/ REJECT 10
if /^List-Id:/
!/lists\.example/ REJECT 11
endif
/^Comments: (?<!x)y(?=z)/ REJECT 12
`,
  regexp: String.raw`/^From:.*@example\.com/ REJECT 1
/^Subject:.*\<(viagra|cialis)\>/ REJECT 2
/^Received:[[:space:]]*from \[10\.[0-9]{1,3}\./ REJECT 3
/^X-Spam: y+[^a-z]$/i REJECT 4
`,
};

describe('lines above the rules of a table', () => {
  for (const type of ['pcre', 'regexp'] as const) {
    it(`${type}: postmap gives the one to the rule, the other not`, function () {
      if (!hasPostmap(type)) this.skip(); // needs postmap with tables of this type
      const { site, source } = cursorIn({
        'etc/postfix/main.cf': `mydestination = example.com\nheader_checks = ${type}:/etc/postfix/t\n`,
        'etc/postfix/t': `‸${rules[type]}`,
      });
      const postmap = new Postmap();
      try {
        let asked = 0;
        for (const { span, kind } of ruleLenses(site, source)) {
          if (kind !== 'catches') continue;
          const own = /REJECT \d+/.exec(source.slice(span))?.[0];
          const [caught, passing] = ruleLensLines(site, source, span.start).map(toBytes);
          // postmap reads a key a line: what is folded it is not asked about.
          const keys = [caught, passing].flatMap(key => (key === undefined || key.includes('\n') ? [] : [key]));
          const { actions } = postmap.ask(type, rules[type], keys);
          if (caught !== undefined && keys.includes(caught)) deepEqual([own, actions.get(caught)], [own, own]);
          if (passing !== undefined && keys.includes(passing))
            deepEqual([own, passing, actions.get(passing)], [own, passing, null]);
          asked += keys.length;
        }
        ok(asked > (type === 'pcre' ? 18 : 6), String(asked));
      } finally {
        postmap.close();
      }
    });
  }
});

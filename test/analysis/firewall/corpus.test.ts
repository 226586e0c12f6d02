import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScript } from '@postfix-tools/server/analysis/firewall/read-script';
import { dialectOf, parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { decode } from '@postfix-tools/server/text/source-text';
import type { SourceText } from '@postfix-tools/server/text/source-text';
import { assertTiles } from '../../syntax/shell/tiles';

const folder = join(__dirname, '../../../../../shared/corpus/iptables');

/** Scripts all of whose rules go through wrapper functions with settings from a file that is not there. */
const wrapped = /-aif-/;

describe('analysis/firewall: real scripts', () => {
  let scripts: SourceText[] = [];

  before(function () {
    if (!existsSync(folder)) {
      console.log(`      skipped: no ${folder}`);
      this.skip();
    }
    scripts = readdirSync(folder).map(name => decode(`/fw/${name}`, readFileSync(join(folder, name))));
  });

  it('are all read without loss and without a complaint about their syntax', () => {
    for (const source of scripts) {
      const script = parseShell(source, dialectOf(source));
      assertTiles(script);
      assert.deepEqual(script.problems, [], source.path);
    }
  });

  it('at least 80 % of their iptables commands are known to the last word, and made for certain', () => {
    let calls = 0;
    let known = 0;
    let certain = 0;
    for (const source of scripts.filter(s => !wrapped.test(s.path))) {
      const reading = readScript(source, { files: new MemoryFiles([source]) });
      assert.equal(reading.cut, undefined, source.path);
      const resolved = reading.calls.filter(c => c.argv.every(w => w.value !== undefined));
      calls += reading.calls.length;
      known += resolved.length;
      certain += resolved.filter(c => c.conditional.length === 0).length;
    }
    console.log(`      ${calls} commands, ${known} known in every word, ${certain} of them unconditional`);
    assert.ok(certain / calls >= 0.8);
  });
});

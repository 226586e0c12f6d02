import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import {
  blocks,
  forgedSenderRule,
  linesText,
  serviceText,
  snippetBody,
  submission,
} from '@postfix-tools/server/facts/recommended';

describe('recommended blocks', () => {
  it('makes a service as master.cf has it', () => {
    const text = serviceText(submission, { chroot: 'n' }, { without: new Set(['smtpd_relay_restrictions']) });
    match(text, /^submission inet {2}n {7}- {7}n {7}- {7}- {7}smtpd\n {2}-o syslog_name=postfix\/submission\n/);
    ok(!text.includes('relay'));
    match(serviceText(submission, {}, { byPort: true }), /^587 +inet/);
  });

  it('names one domain as it is and several as alternatives', () => {
    equal(
      forgedSenderRule('pcre', ['Example.com.br']),
      '/^(?:From|Sender|Message-ID):.*@\\s*(?:[a-z0-9-]+\\.)*example\\.com\\.br\\.?(?![a-z0-9.-])/\n    REJECT 5.7.1 forged sender\n',
    );
    match(forgedSenderRule('regexp', ['a.example', 'b.example']), /\(a\\\.example\|b\\\.example\)/);
  });

  it('becomes a snippet with numbered tab stops, what is special escaped', () => {
    const block = blocks.find(b => b.id === 'smtp-own-cleanup');
    ok(block);
    const body = snippetBody(block);
    equal(body[0], 'smtp       inet  n       -       ${1:y}       -       -       smtpd');
    equal(body[2], 'cleanup-in unix  n       -       ${1}       -       0       cleanup');
    equal(body[3], '  -o header_checks=${2:pcre:\\${config_directory\\}/header_checks}');
  });

  it('has each block under an id of its own', () => {
    deepEqual([...new Set(blocks.map(b => b.id))].length, blocks.length);
  });
});

describe('recommended blocks as measured', () => {
  const proved = '../shared/spec/recommended/';
  before(function () {
    if (!existsSync(proved)) {
      console.log('      ../shared is not here: nothing to compare with');
      this.skip();
    }
  });
  const text = (...ids: string[]): string =>
    ids.map(id => linesText(blocks.find(b => b.id === id)?.lines ?? [])).join('');

  it('are the very lines proved on the real smtpd', () => {
    const row = JSON.parse(readFileSync(`${proved}smtp.jsonl`, 'utf8').split('\n')[0] ?? '') as { master: string };
    const lines = new Set(row.master.split('\n').map(l => l.replace(/\s+/g, ' ')));
    for (const line of text('smtp-own-cleanup', 'submission', 'submissions').trimEnd().split('\n')) {
      ok(lines.has(line.replace(/\s+/g, ' ')) || line.includes('header_checks='), line);
    }
  });

  it('are the very lines proved on the real iptables', () => {
    const row = JSON.parse(readFileSync(`${proved}firewall.jsonl`, 'utf8').split('\n')[0] ?? '') as { script: string };
    equal(`#!/bin/sh\n${text('port25-firewall')}`, row.script);
  });
});

import { deepEqual } from 'node:assert/strict';
import { calls, complaints } from './reading';

/** A script that writes another one, and then does something with it. */
const writes = (text: string, then: string, path = 'g.sh') => `cat > ${path} <<'E'\n${text}\nE\n${then}\n`;

const dash = '#!/bin/sh\niptables -A a';

describe('a script that a script writes', () => {
  for (const [how, script] of [
    ['with a first line', writes(dash, 'chmod +x g.sh; ./g.sh')],
    ['without one', writes('iptables -A a', 'chmod 0755 g.sh; ./g.sh')],
    ['elsewhere', writes(dash, 'chmod -R u=rwx /tmp/g; sudo /tmp/g', '/tmp/g')],
    ['copied', writes(dash, 'chmod 750 g.sh; cp -p g.sh h; ./h')],
    ['moved', writes(dash, 'chmod a+rx g.sh; mv g.sh h; ./h')],
    ['installed', writes(dash, 'install -m 755 -o root g.sh /usr/local/sbin/fw; /usr/local/sbin/fw')],
  ] as const)
    it(`is run by its path: ${how}`, () => {
      deepEqual(calls(script), ['iptables -A a']);
    });
  it('gets its arguments, and the shell that its first line names', () => {
    deepEqual(calls(writes('#!/bin/bash\niptables -A $1', 'chmod +x g.sh; ./g.sh x')), ['iptables -A x']);
    deepEqual(complaints(writes('#!/bin/sh\n[[ a ]]', 'chmod +x g.sh; ./g.sh')), ['5 127 [[: not found']);
    deepEqual(complaints(writes('[[ a ]]', 'chmod +x g.sh; ./g.sh'), { shell: 'dash' }), ['4 127 [[: not found']);
  });
  it('is not run where it is no program, or one of another language', () => {
    deepEqual(calls(writes(dash, './g.sh')), []);
    deepEqual(calls(writes(dash, 'chmod +x g.sh; chmod a-x g.sh; ./g.sh')), []);
    deepEqual(calls(writes('#!/usr/bin/perl\niptables -A a', 'chmod +x g.sh; ./g.sh')), []);
    deepEqual(calls(writes(dash, 'chmod +x g.sh; rm -f g.sh; ./g.sh')), []);
  });
  it('calls iptables in a way that is not known where part of its text is not', () => {
    deepEqual(calls('cat > g.sh <<E\niptables -s $(net) -j DROP\nE\nbash g.sh\n'), [
      'iptables ‹iptables -s net -j DROP\n›…',
    ]);
  });
});

describe('a script beside the one that is read', () => {
  it('is run by its path with or without a first line', () => {
    const files = {
      one: 'iptables -A a\n',
      'two.sh': '#!/bin/sh\niptables -A b\n',
      three: '#!/usr/bin/python3\niptables\n',
    };
    deepEqual(calls('./one; ./two.sh; ./three\n', { files }), ['iptables -A a', 'iptables -A b']);
  });
});

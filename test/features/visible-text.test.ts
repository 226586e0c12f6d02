import { equal } from 'node:assert/strict';
import { visibleText } from '@postfix-tools/server/features/visible-text';

describe('features/visible-text', () => {
  it('writes control characters as numbers, and leaves what people can read', () => {
    equal(visibleText('olá\t\x00\x7f\x85 "x"'), 'olá\\x09\\x00\\x7f\\x85 "x"');
  });

  it('writes bytes that stand alone as numbers beyond ASCII too', () => {
    equal(visibleText('a~\xe1\n', 'ascii'), 'a~\\xe1\\x0a');
  });
});

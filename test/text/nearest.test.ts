import { equal } from 'node:assert/strict';
import { nearest } from '@postfix-tools/server/text/nearest';

describe('the nearest name', () => {
  const names = ['myhostname', 'mydestination', 'mynetworks', 'relayhost'];
  it('mends one slip or a few', () => {
    equal(nearest('myhostnane', names), 'myhostname');
    equal(nearest('mydestiantion', names), 'mydestination');
    equal(nearest('RELAY_HOST', names), 'relayhost');
  });
  it('is silent where nothing is near', () => {
    equal(nearest('smtpd_banner', names), undefined);
    equal(nearest('x', names), undefined);
  });
});

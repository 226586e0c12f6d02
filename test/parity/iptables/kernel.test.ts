/** Random firewalls decide random packets as the kernel does, and print as iptables-save does. */
import { deepEqual } from 'node:assert/strict';
import { canAskKernel, compare } from './ask-kernel';
import { randomCase } from './random-rules';

describe('packets in the kernel', () => {
  before(function () {
    if (canAskKernel()) return;
    console.log('Skipped: needs root, iptables, iproute2 and python3');
    this.skip();
  });

  it('meet the fate that we foretell: 100 random firewalls', function () {
    this.timeout(240_000);
    const { packets, unknown, differences } = compare(Array.from({ length: 100 }, (_, i) => randomCase(i + 1)));
    console.log(`Packets in the kernel: ${packets} sent, ${unknown} left open, ${differences.length} differences`);
    deepEqual(differences, []);
  });
});

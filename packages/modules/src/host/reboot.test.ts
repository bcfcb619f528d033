import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Reboot } from './reboot.ts';

const calm12 = captured(import.meta, 'reboot.debian-12');
const calm13 = captured(import.meta, 'reboot.debian-13');
const required12 = captured(import.meta, 'reboot-required.debian-12');
const required13 = captured(import.meta, 'reboot-required.debian-13');

describeResource(Reboot, {
  valid: [{ ifRequired: false, timeout: 60 }, {}],
  invalid: {
    'no time to come back': { timeout: 0 },
    'a reboot by the clock': { at: '03:00' },
  },
  converged: {
    'Debian 12': [calm12, [{}]],
    'Debian 13': [calm13, [{}]],
    'only when notified': [required13, [{ ifRequired: false }]],
  },
  drifted: { 'Debian 12': [required12, [{}]], 'Debian 13': [required13, [{}]] },
  isNeverAbsent: true,
});

test('R43: the wait for the host is the one that was declared', () => {
  const { driver } = Reboot.type;
  expect(driver.via === 'shell' && driver.restartsHost?.([{ timeout: 60 }])).toBe(60_000);
  expect(driver.via === 'shell' && driver.restartsHost?.([{}])).toBe(600_000);
});

import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Ufw } from './ufw.ts';

const { driver } = Ufw.type;
if (driver.via !== 'shell') throw new Error('Ufw is read through a shell');

const debian12 = captured(import.meta, 'ufw.debian-12');
const debian13 = captured(import.meta, 'ufw.debian-13');

describeResource(Ufw, {
  valid: [
    { enabled: true, incoming: 'deny', outgoing: 'allow', routed: 'reject' },
    { enabled: false },
  ],
  invalid: {
    'a policy that ufw does not have': { enabled: true, incoming: 'drop' },
    'no word on enabled': {},
  },
  converged: {
    'Debian 12': [debian12, [{ enabled: true, incoming: 'deny', outgoing: 'allow' }]],
    'Debian 13': [debian13, [{ enabled: true, incoming: 'deny', routed: 'deny' }]],
  },
  drifted: {
    'Debian 12': [debian12, [{ enabled: false }, { enabled: true, outgoing: 'deny' }]],
    'Debian 13': [debian13, [{ enabled: true, incoming: 'reject' }]],
  },
});

function fieldsOf(stdout: string) {
  const [reading] = driver.via === 'shell' ? driver.parse(probeOutput(stdout), [{}]) : [];
  if (reading?.is !== 'present') throw new Error('it was not read');
  return Ufw.type.diff({ enabled: true }, reading).map(({ field }) => field);
}

test('enabled in the file but not in the kernel, and the reverse, are differences', () => {
  expect(fieldsOf('conf ENABLED=yes\nkernel inactive\n')).toEqual(['active']);
  expect(fieldsOf('conf ENABLED=no\nkernel active\n')).toEqual(['enabled']);
  expect(fieldsOf('conf ENABLED=no\nkernel inactive\n')).toEqual(['enabled', 'active']);
  expect(fieldsOf('conf ENABLED=yes\nkernel active\n')).toEqual([]);
});

test('before it closes it asks whether the run still gets in', () => {
  const difference = {
    spec: { enabled: true },
    reading: { is: 'absent' as const },
    fields: [{ field: 'enabled', from: false, to: true }],
  };
  const { script } = driver.apply([difference]);
  expect(script.indexOf("hw_guard 'The firewall'")).toBeLessThan(
    script.indexOf('ufw --force enable'),
  );
});

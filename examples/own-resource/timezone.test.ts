import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Timezone } from './timezone.ts';

// The laws that every resource type obeys: schema, quoting, a probe that writes nothing, POSIX shell, captures.
describeResource(Timezone, {
  valid: [{ zone: 'Europe/Berlin' }, { zone: 'UTC' }, { zone: 'America/Argentina/Buenos_Aires' }],
  invalid: {
    'a path out of the folder': { zone: '../../etc/passwd' },
    'no name': { zone: '' },
    'a number': { zone: 1 },
  },
  converged: {
    'Debian 12': [captured(import.meta, 'timezone.debian-12'), [{ zone: 'Etc/UTC' }]],
    'Debian 13': [captured(import.meta, 'timezone.debian-13'), [{ zone: 'Etc/UTC' }]],
  },
  drifted: {
    'Debian 12': [captured(import.meta, 'timezone.debian-12'), [{ zone: 'Europe/Berlin' }]],
  },
});

// What is its own.
test('the old zone and the new one are shown', () => {
  const reading = { is: 'present', observed: 'Etc/UTC' } as const;
  expect(Timezone.type.diff({ zone: 'Europe/Berlin' }, reading)).toEqual([
    { field: 'zone', from: 'Etc/UTC', to: 'Europe/Berlin' },
  ]);
});

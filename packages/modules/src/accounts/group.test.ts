import { captured, describeResource, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Group } from './group.ts';

const driver = shellDriver(Group);
const releases = ['debian-12', 'debian-13'];

describeResource(Group, {
  valid: [
    { name: 'vmail', gid: 5000, system: true },
    { name: '_ssh', ensure: 'absent' },
  ],
  invalid: {
    'a name like an option': { name: '-f' },
    'a name with a blank': { name: 'a b' },
    'a name with a capital': { name: 'Mail' },
    'a number as text': { name: 'a', gid: '5' },
    'a negative number': { name: 'a', gid: -1 },
    'a number of what is absent': { name: 'a', gid: 5, ensure: 'absent' },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `group.${release}`),
        [{ name: 'hwmail', gid: 5000 }, { name: 'mail' }, { name: 'hwnone', ensure: 'absent' }],
      ],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `group.${release}`),
        [{ name: 'hwextra', gid: 6000 }, { name: 'hwnone' }, { name: 'mail', ensure: 'absent' }],
      ],
    ]),
  ),
});

test('one getent asks for every group', () => {
  const { script } = driver.probe([{ name: 'a' }, { name: 'b' }]);
  expect(script.split('\n')[0]).toBe('getent group a b');
});

test('groups are made, renumbered and removed', () => {
  const reading = { is: 'present', observed: { gid: 7 } } as const;
  const absent = { is: 'absent' } as const;
  const { script } = driver.apply([
    { spec: { name: 'a', gid: 5, system: true }, reading: absent, fields: [] },
    { spec: { name: 'b', gid: 6 }, reading, fields: [] },
    { spec: { name: 'c', ensure: 'absent' }, reading, fields: [] },
  ]);
  expect(script.split('\n').slice(-4)).toEqual([
    'hw_account groupadd -r -g 5 a || hw_status=1',
    'hw_account groupmod -g 6 b || hw_status=1',
    '! getent group c >/dev/null || hw_account groupdel c || hw_status=1',
    'exit $hw_status',
  ]);
});

test('its number is an output', () => {
  expect(Group.type.outputs({ name: 'a' }, { gid: 7 })).toEqual({ gid: 7 });
});

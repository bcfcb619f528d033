import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Timezone } from './timezone.ts';

const debian12 = captured(import.meta, 'timezone.debian-12');
const debian13 = captured(import.meta, 'timezone.debian-13');
const utc12 = captured(import.meta, 'timezone-utc.debian-12');
const utc13 = captured(import.meta, 'timezone-utc.debian-13');
const driver = shellDriver(Timezone);
const berlin = { name: 'Europe/Berlin' };

describeResource(Timezone, {
  valid: [berlin, { name: 'Etc/GMT+1' }, { name: 'America/Argentina/Buenos_Aires' }],
  invalid: {
    'an absolute path': { name: '/usr/share/zoneinfo/Europe/Berlin' },
    'a name with steps': { name: 'Europe/../Berlin' },
    'a name with a blank': { name: 'Europe/New York' },
    'an offset': { name: '+02:00' },
  },
  converged: { 'Debian 12': [debian12, [berlin]], 'Debian 13': [debian13, [berlin]] },
  drifted: { 'Debian 12': [utc12, [berlin]], 'Debian 13': [utc13, [berlin]] },
  isNeverAbsent: true,
});

function fieldsOf(stdout: string, spec = berlin) {
  const [reading] = driver.parse(probeOutput(stdout), [spec]);
  if (reading?.is !== 'present') return reading;
  return Timezone.type.diff(spec, reading);
}

const there = 'zone Europe/Berlin\n';

test('a link may be relative; a file, and what leads elsewhere, is none', () => {
  expect(fieldsOf(`localtime ../usr/share/zoneinfo/Europe/Berlin\n${there}`)).toEqual([]);
  const from = (found: string) => [{ field: 'localtime', from: found, to: 'Europe/Berlin' }];
  expect(fieldsOf(`localtime a file\n${there}`)).toEqual(from('a file'));
  expect(fieldsOf(`localtime /opt/zone\n${there}`)).toEqual(from('/opt/zone'));
  expect(fieldsOf(`no localtime\n${there}`)).toEqual([
    { field: 'localtime', from: null, to: 'Europe/Berlin' },
  ]);
});

test('/etc/timezone counts where it is', () => {
  const link = 'localtime /usr/share/zoneinfo/Europe/Berlin\n';
  expect(fieldsOf(`${link}timezone Etc/UTC\n${there}`)).toEqual([
    { field: 'timezone', from: 'Etc/UTC', to: 'Europe/Berlin' },
  ]);
});

test('UTC is Etc/UTC', () => {
  const found = 'localtime /usr/share/zoneinfo/Etc/UTC\ntimezone Etc/UTC\nzone UTC\n';
  expect(fieldsOf(found, { name: 'UTC' })).toEqual([]);
});

test('a zone that the host does not have is named', () => {
  expect(fieldsOf('localtime /usr/share/zoneinfo/Etc/UTC\n', { name: 'US/Pacific' })).toEqual({
    is: 'unknown',
    reason: 'the host has no time zone US/Pacific below /usr/share/zoneinfo',
  });
});

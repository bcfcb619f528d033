import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { HostCapacity } from './host-capacity.ts';

const debian12 = captured(import.meta, 'host-capacity.debian-12');
const debian13 = captured(import.meta, 'host-capacity.debian-13');
const { driver, outputs } = HostCapacity.type;
if (driver.via !== 'shell') throw new Error('HostCapacity is read through a shell');

const small = { cpus: 1, memoryMiB: 1024, diskMiB: 10_000 };
const large = { cpus: 4096, memoryMiB: 16_000_000, diskMiB: 1_000_000_000 };

describeResource(HostCapacity, {
  valid: [small, { ...large, ifShort: 'accept' }],
  invalid: { 'no processor': { cpus: 0 }, 'half a MiB': { memoryMiB: 0.5 } },
  converged: { 'Debian 12': [debian12, [small]], 'Debian 13': [debian13, [small]] },
  isNeverAbsent: true,
});

test('everything that is short is said at once, before anything is changed', () => {
  const [reading] = driver.parse(debian13, [large]);
  if (reading?.is !== 'unreadable') throw new Error('it passed');
  expect(reading.error.code).toBe('HOST_TOO_SMALL');
  expect(reading.error.problem).toMatch(
    /^It has \d+ of 4096 processors\. It has \d+ of 16000000 MiB of memory\. The file system of \/var has \d+ of 1000000000 MiB\.$/,
  );
});

test('a small host that is accepted says what is short', () => {
  const spec = { ...large, ifShort: 'accept' as const };
  const [reading] = driver.parse(debian12, [spec]);
  if (reading?.is !== 'present') throw new Error('it was refused');
  expect(outputs(spec, reading.observed)).toMatchObject({
    shortfall: expect.stringContaining('of 4096 processors'),
  });
});

test('a size that cannot be read is no size', () => {
  expect(driver.parse(probeOutput('cpus 2\n'), [small])[0]).toMatchObject({ is: 'unreadable' });
});

import { afterAll, beforeAll } from '@jest/globals';
import { bootLab, type HostWish } from './boot-lab.ts';
import type { Lab } from './lab.ts';
import { LabError } from './lab-error.ts';

/** The first boot on a machine builds images, one or two minutes each where the mirror is slow. */
const bootTimeoutMs = 15 * 60 * 1000;
const downTimeoutMs = 60_000;

/** One host of each release. */
export const bothReleases = [
  { name: 'twelve', release: 'debian-12' },
  { name: 'thirteen', release: 'debian-13' },
] as const;

/**
 * Boots hosts before the tests of a file and removes them after. Where the sandbox cannot boot, the project `lab` skips
 * its tests and says so (test/jest/lab-environment.mjs); a test need not ask.
 *
 * @example
 * const lab = useLab([{ name: 'mx1', release: 'debian-12' }]);
 * test('it is itself', async () => expect((await lab.host('mx1').exec('hostname')).stdout).toBe('mx1\n'));
 */
export function useLab(hosts: readonly HostWish[], name = 'test'): Lab {
  let booted: Lab | undefined;
  beforeAll(async () => {
    booted = await bootLab({ hosts, name });
  }, bootTimeoutMs);
  afterAll(() => booted?.down(), downTimeoutMs);
  // The tests are written down before the lab is there, so what they hold looks the lab up at the moment of use.
  return new Proxy({} as Lab, {
    get: (_, property) => {
      if (booted === undefined) {
        throw new LabError('The lab is not up yet: use it inside tests and hooks only.');
      }
      return Reflect.get(booted, property);
    },
  });
}

import type { Outcome } from '@hostwright/core';
import { Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { both } from './on-all.ts';
import { differences, snapshot } from './snapshot.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

/** Installing takes a few seconds a host; the rest is the mirror. Milliseconds. */
const timeoutMs = 400_000;

const { planned, applied, onAll } = deployRuns(lab);

function errorsOf(outcome: Outcome): Readonly<Record<string, string>> {
  const failed = outcome.steps.filter(({ result }) => result === 'failed');
  return Object.fromEntries(failed.map(({ id, error }) => [id, error?.detail ?? '']));
}

const few = () => [
  Package({ name: 'tree' }),
  Package({ name: 'mail-transport-agent', ensure: 'absent' }),
  Package({ name: 'awk' }),
  Package({ name: 'hello', recommends: true }),
];

test(
  'packages arrive, a second plan is empty, and a plan writes nothing',
  async () => {
    await onAll('rm -rf /var/lib/apt/lists/*');
    expect((await applied(few)).isConverged).toBe(true);
    expect(await onAll('tree --version >/dev/null && hello')).toEqual(both('Hello, world!\n'));
    const folders = ['/var/lib/apt', '/var/lib/dpkg', '/var/cache/apt', '/var/cache/debconf'];
    const look = () =>
      lab.hosts.flatMap(({ rootPath }) =>
        folders.map((folder) => snapshot(`${rootPath}${folder}`)),
      );
    const before = look();
    expect(await planned(few)).toEqual({});
    look().forEach((after, index) => {
      expect(differences(before[index] ?? new Map(), after)).toEqual([]);
    });
  },
  timeoutMs,
);

test(
  'what was removed by hand comes back',
  async () => {
    await onAll('dpkg --remove hello');
    const exists = [{ field: 'exists', from: false, to: true }];
    expect(await planned(few)).toEqual({
      'twelve/Package[hello]': exists,
      'thirteen/Package[hello]': exists,
    });
    expect((await applied(few)).isConverged).toBe(true);
  },
  timeoutMs,
);

test(
  'one wrong name does not keep the others from being installed',
  async () => {
    const outcome = await applied(() => [
      Package({ name: 'bc' }),
      Package({ name: 'no-such-package' }),
      Package({ name: 'hello', version: '0.1-nosuch' }),
    ]);
    expect(errorsOf(outcome)).toEqual({
      'twelve/Package[no-such-package]': 'E: Unable to locate package no-such-package',
      'thirteen/Package[no-such-package]': 'E: Unable to locate package no-such-package',
      'twelve/Package[hello]': "E: Version '0.1-nosuch' for 'hello' was not found",
      'thirteen/Package[hello]': "E: Version '0.1-nosuch' for 'hello' was not found",
    });
    expect(await onAll('echo 6*7 | bc')).toEqual(both('42\n'));
  },
  timeoutMs,
);

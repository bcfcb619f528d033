import type { Outcome } from '@hostwright/core';
import { Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { both } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

// What apt and dpkg were left in, or would do beside what was asked of them.

const lab = useLab(bothReleases);

const timeoutMs = 400_000;

const { planned, applied, onAll } = deployRuns(lab);

function detailsOf({ steps }: Outcome): readonly (string | undefined)[] {
  const failed = steps.filter(({ result }) => result === 'failed');
  return failed.map(({ error }) => error?.detail);
}

test(
  'R16: an interrupted dpkg is seen, finished once by dpkg itself, and reported as a change',
  async () => {
    await onAll(`apt-get -q update; cd /tmp && apt-get -q download tree && dpkg --unpack tree_*.deb
    printf '#!/bin/sh\\nsleep 60\\n' >/var/lib/dpkg/info/tree.postinst; chmod +x /var/lib/dpkg/info/tree.postinst
    dpkg --configure tree & sleep 1; kill -9 $(pgrep -x dpkg); rm /var/lib/dpkg/info/tree.postinst
    : >/var/log/dpkg.log`);
    expect(
      await planned(() => [Package({ name: 'awk' }), Package({ name: 'tree' })]),
    ).toMatchObject({
      'twelve/Package[awk]': [
        { field: 'dpkg', from: 'interrupted: journal, tree', to: 'configured' },
      ],
      'thirteen/Package[tree]': [{ field: 'status', from: 'half-configured', to: 'installed' }],
    });
    const { isConverged, steps } = await applied(() => [Package({ name: 'awk' })]);
    expect([isConverged, steps.map(({ result }) => result)]).toEqual([true, both('changed')]);
    expect(await onAll("grep -c ' startup packages configure$' /var/log/dpkg.log")).toEqual(
      both('1\n'),
    );
    expect(await planned(() => Package({ name: 'tree' }))).toEqual({});
  },
  timeoutMs,
);

test(
  'services wait until they are declared, and the policy that was there comes back',
  async () => {
    const policy = '/usr/sbin/policy-rc.d';
    await onAll(`printf '#!/bin/sh\\n# mine\\nexit 0\\n' >${policy}; chmod 0755 ${policy}`);
    const outcome = await applied(() => [Package({ name: 'cron', startService: false })]);
    expect(outcome.isConverged).toBe(true);
    const script = `systemctl is-active cron; systemctl is-enabled cron; cat ${policy}; ls ${policy}*; rm ${policy}`;
    expect(await onAll(script)).toEqual(
      both(`inactive\nenabled\n#!/bin/sh\n# mine\nexit 0\n${policy}\n`),
    );
  },
  timeoutMs,
);

test(
  'nothing is removed that is not declared, and a replacement is one transaction',
  async () => {
    await applied(() => [Package({ name: 'nullmailer' })]);
    const other = await applied(() => [Package({ name: 'msmtp-mta' })]);
    expect(detailsOf(other)).toEqual(both(expect.stringContaining('need to be removed')));
    const swap = () => [
      Package({ name: 'msmtp-mta' }),
      Package({ name: 'nullmailer', ensure: 'absent' }),
    ];
    expect((await applied(swap)).isConverged).toBe(true);
    const library = await applied(() => [Package({ name: 'msmtp', ensure: 'absent' })]);
    expect(detailsOf(library)).toEqual(
      both(
        'Removing msmtp would also remove msmtp-mta. Declare these absent too, or keep all of them.',
      ),
    );
    expect(await planned(swap)).toEqual({});
  },
  timeoutMs,
);

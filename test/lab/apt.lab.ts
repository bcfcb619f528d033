import { apply, type Declarations, type Outcome, plan, play, playbook } from '@hostwright/core';
import { Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { both, onAllHosts } from './on-all.ts';
import { differences, snapshot } from './snapshot.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([
  { name: 'twelve', release: 'debian-12' },
  { name: 'thirteen', release: 'debian-13' },
]);

/** Installing takes a few seconds a host; the rest is the mirror. Milliseconds. */
const timeoutMs = 400_000;

function book(resources: () => Declarations) {
  return playbook({
    inventory: labInventory(lab, 'deploy'),
    plays: [play({ hosts: 'all', resources })],
  });
}

async function planned(resources: () => Declarations) {
  const { plan: found } = await plan(book(resources));
  const steps = found.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
  return Object.fromEntries(
    steps.map(({ id, verdict }) => [id, verdict.is === 'change' ? verdict.fields : verdict.is]),
  );
}

async function applied(resources: () => Declarations): Promise<Outcome> {
  return (await apply(book(resources))).outcome;
}

const onAll = (script: string) => onAllHosts(lab, script);

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

test(
  'R16: an interrupted dpkg is seen, finished once by dpkg itself, and reported as a change',
  async () => {
    await onAll(`cd /tmp && apt-get -q download tree && dpkg --unpack tree_*.deb
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
    expect(await planned(few)).toEqual({});
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
    expect(Object.values(errorsOf(other))).toEqual(
      both(expect.stringContaining('need to be removed')),
    );
    const swap = () => [
      Package({ name: 'msmtp-mta' }),
      Package({ name: 'nullmailer', ensure: 'absent' }),
    ];
    expect((await applied(swap)).isConverged).toBe(true);
    const library = await applied(() => [Package({ name: 'msmtp', ensure: 'absent' })]);
    expect(Object.values(errorsOf(library))).toEqual(
      both(
        'Removing msmtp would also remove msmtp-mta. Declare these absent too, or keep all of them.',
      ),
    );
    expect(await planned(swap)).toEqual({});
  },
  timeoutMs,
);

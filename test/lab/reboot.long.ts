import {
  apply,
  type Declarations,
  type Outcome,
  play,
  playbook,
  type RunSettings,
} from '@hostwright/core';
import { Command, File, Reboot } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { both, onAllHosts } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);
const timeoutMs = 180_000;

async function applied(resources: () => Declarations, settings: RunSettings = {}) {
  const plays = [play({ hosts: 'all', resources })];
  const book = playbook({ inventory: labInventory(lab, 'deploy'), plays });
  return (await apply(book, settings)).outcome;
}

const onAll = (script: string) => onAllHosts(lab, script);

/** By host: what became of each declaration. */
function resultsOf({ steps }: Outcome) {
  return lab.hosts.map(({ name }) => {
    const own = steps.filter(({ host }) => host === name);
    return Object.fromEntries(
      own.map(({ label, result, error }) => [label, error?.problem ?? result]),
    );
  });
}

const bootIds = () => onAll('cat /proc/sys/kernel/random/boot_id');

/** What a run must not leave: its lock, owed refreshes, steps, ways back, and copies that were put aside. */
const left = `find /var/lib/hostwright -mindepth 1 ! -name lock ! -type d
find /var/lib/hostwright/back /var/lib/hostwright/works -mindepth 1 2>/dev/null
systemctl list-units --all --no-legend 'hostwright-*'; find /etc /srv -name '*hostwright*'`;

/** A setting of sshd that counts after a reboot, something that waits for it, and something that is owed beyond it. */
function resources(): Declarations {
  const reboot = Reboot({ timeout: 90 });
  const log = Command(
    { name: 'log', script: 'cat /proc/sys/kernel/random/boot_id >>/srv/log', refreshOnly: true },
    { needs: [reboot] },
  );
  const setting = { path: '/etc/ssh/sshd_config.d/10-setting.conf', content: 'PrintMotd no\n' };
  return [
    File(setting, { notify: [reboot, log] }),
    reboot,
    log,
    File({ path: '/srv/after', content: 'x' }, { needs: [reboot] }),
  ];
}

const labels = {
  setting: 'File[/etc/ssh/sshd_config.d/10-setting.conf]',
  reboot: 'Reboot[host]',
  log: 'Command[log]',
  after: 'File[/srv/after]',
};

test(
  'R43: a reboot is waited for by boot id, with the lock held, and what needs it or is owed beyond it is done after it',
  async () => {
    const before = await bootIds();
    const outcome = await applied(resources);
    const { setting, reboot, log, after } = labels;
    expect(resultsOf(outcome)).toEqual(
      both({ [setting]: 'changed', [reboot]: 'changed', [log]: 'changed', [after]: 'changed' }),
    );
    const now = await bootIds();
    expect(now.filter((id) => !before.includes(id))).toHaveLength(2);
    expect(await onAll('cat /srv/log')).toEqual(now);
    expect(await onAll(left)).toEqual(both(''));
  },
  timeoutMs,
);

test(
  'R43: a host that asks for no reboot gets none, and one that asks gets one',
  async () => {
    const { setting, reboot, log, after } = labels;
    const converged = { [setting]: 'ok', [reboot]: 'ok', [log]: 'ok', [after]: 'ok' };
    const before = await bootIds();
    expect(resultsOf(await applied(resources))).toEqual(both(converged));
    expect(await bootIds()).toEqual(before);
    await lab.host('twelve').exec(': >/run/reboot-required');
    expect(resultsOf(await applied(resources))).toEqual([
      { ...converged, [reboot]: 'changed' },
      converged,
    ]);
    const now = await bootIds();
    expect(now.map((id, index) => id === before[index])).toEqual([false, true]);
    expect(resultsOf(await applied(resources))).toEqual(both(converged));
    expect(await bootIds()).toEqual(now);
  },
  timeoutMs,
);

test(
  'R43: a host that does not come back is named, nothing that needs it is done, and the next run finishes',
  async () => {
    await onAll(': >/run/reboot-required');
    const behind = () => {
      const reboot = Reboot({ timeout: 20 });
      return [reboot, File({ path: '/srv/behind', content: 'x' }, { needs: [reboot] })];
    };
    const unplugged = Promise.withResolvers<void>();
    // The order has been taken by then, and the host is not down yet.
    const unplug = () => lab.powerOff('twelve').then(unplugged.resolve, unplugged.reject);
    const outcome = await applied(behind, {
      onEvent: (event) => {
        if (event.type !== 'step.started' || event.host !== 'twelve') return;
        if (event.kind === 'Reboot') setTimeout(unplug, 1300);
      },
    });
    await unplugged.promise;
    expect(outcome.hosts.map(({ host, error }) => [host, error?.code])).toEqual([
      ['twelve', 'HOST_NOT_BACK'],
      ['thirteen', undefined],
    ]);
    expect(resultsOf(outcome)[1]).toEqual({
      'Reboot[host]': 'changed',
      'File[/srv/behind]': 'changed',
    });
    await lab.start('twelve');
    expect(resultsOf(await applied(behind))).toEqual([
      { 'Reboot[host]': 'ok', 'File[/srv/behind]': 'changed' },
      { 'Reboot[host]': 'ok', 'File[/srv/behind]': 'ok' },
    ]);
    expect(await onAll(left)).toEqual(both(''));
  },
  timeoutMs,
);

import type { Outcome } from '@hostwright/core';
import { File, Hostname, Sysctl, Timezone } from '@hostwright/modules';
import { beforeAll, expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { both } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

// Settings of the host itself. Of the kernel's parameters a host of the lab has those of its network for itself; it is a
// container, where all of them are read-only.

const lab = useLab(bothReleases);

const { planned, applied, onAll } = deployRuns(lab);

beforeAll(async () => {
  const net = '/proc/sys/net';
  await onAll(`mount --bind ${net} ${net} && mount -o remount,bind,rw ${net}`);
});

/** The same for both hosts, by the name of a step. */
function onBoth<T>(label: string, found: T): Readonly<Record<string, T>> {
  return Object.fromEntries(['twelve', 'thirteen'].map((name) => [`${name}/${label}`, found]));
}

function problemsOf({ steps }: Outcome): Readonly<Record<string, string>> {
  const failed = steps.filter(({ error }) => error !== undefined);
  return Object.fromEntries(
    failed.map(({ id, error }) => [id, `${error?.problem} ${error?.detail}`]),
  );
}

const rmem = { name: 'net/ipv4/tcp_rmem', value: '4096 65536 4194304' };
const parameters = () => [Sysctl({ name: 'net.ipv4.ip_forward', value: 1 }), Sysctl(rmem)];
const forwardLabel = 'Sysctl[net.ipv4.ip_forward]';

test('Sysctl: stored and live, and systemd-sysctl reads the same', async () => {
  expect(problemsOf(await applied(parameters))).toEqual({});
  expect(await planned(parameters)).toEqual({});
  const look = 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/tcp_rmem';
  const set = both('1\n4096\t65536\t4194304\n');
  expect(await onAll(look)).toEqual(set);
  const anew = `echo 0 >/proc/sys/net/ipv4/ip_forward; echo '4096 131072 6291456' >/proc/sys/net/ipv4/tcp_rmem
  echo net.ipv4.ip_forward=0 >/etc/sysctl.d/99-other.conf; /lib/systemd/systemd-sysctl; rm /etc/sysctl.d/99-other.conf`;
  await onAll(anew);
  expect(await onAll(look)).toEqual(set);
});

test('Sysctl: what a hand changes is found where it was changed, and mended', async () => {
  await onAll(`echo 0 >/proc/sys/net/ipv4/ip_forward
  sed -i 's/65536/65537/' /etc/sysctl.d/zz-hostwright-net.ipv4.tcp_rmem.conf`);
  expect(await planned(parameters)).toEqual({
    ...onBoth(forwardLabel, [{ field: 'live', from: '0', to: '1' }]),
    ...onBoth('Sysctl[net.ipv4.tcp_rmem]', [
      { field: 'stored', from: '4096 65537 4194304', to: '4096 65536 4194304' },
    ]),
  });
  expect((await applied(parameters)).isConverged).toBe(true);
  expect(await planned(parameters)).toEqual({});
});

test('Sysctl: another file that wins is named, and may go in the same run', async () => {
  const path = '/etc/sysctl.d/zzz-local.conf';
  await onAll(`echo 'net/ipv4/ip_forward = 0' >${path}`);
  const said = expect.stringContaining(`${path} sets net.ipv4.ip_forward to 0`);
  expect(problemsOf(await applied(parameters))).toEqual(onBoth(forwardLabel, said));
  const together = () => [...parameters(), File({ path, ensure: 'absent' })];
  expect(problemsOf(await applied(together))).toEqual({});
  expect(await planned(together)).toEqual({});
});

test('Sysctl: a parameter that there is not, and values that the kernel does not take, are errors', async () => {
  const missing = () => Sysctl({ name: 'net.ipv4.no_such_thing', value: 1 });
  expect(problemsOf(await applied(missing))).toEqual(
    onBoth(
      'Sysctl[net.ipv4.no_such_thing]',
      expect.stringContaining('the kernel has no parameter net.ipv4.no_such_thing'),
    ),
  );
  const wrong = () => Sysctl({ name: 'net.ipv4.tcp_syncookies', value: 'many' });
  expect(problemsOf(await applied(wrong))).toEqual(
    onBoth('Sysctl[net.ipv4.tcp_syncookies]', expect.stringContaining('Invalid argument')),
  );
  const foreign = () => Sysctl({ name: 'kernel.panic', value: 77 });
  expect(problemsOf(await applied(foreign))).toEqual(
    onBoth('Sysctl[kernel.panic]', expect.stringContaining('In a container')),
  );
  expect(await onAll('ls /etc/sysctl.d | grep -c "syncookies\\|panic"')).toEqual(both('0\n'));
});

test('Sysctl: absent takes the file away and leaves the running kernel', async () => {
  const gone = () => Sysctl({ name: 'net/ipv4/ip_forward', ensure: 'absent' });
  expect((await applied(gone)).isConverged).toBe(true);
  expect(await planned(gone)).toEqual({});
  expect(
    await onAll('ls /etc/sysctl.d | grep -c ip_forward; cat /proc/sys/net/ipv4/ip_forward'),
  ).toEqual(both('0\n1\n'));
});

test('Hostname: stored and live, found where a hand changed it, mended, and taken back', async () => {
  const wanted = () => Hostname({ name: 'renamed' });
  expect((await applied(wanted)).isConverged).toBe(true);
  expect(await planned(wanted)).toEqual({});
  const look = 'uname -n; cat /etc/hostname';
  expect(await onAll(look)).toEqual(both('renamed\nrenamed\n'));
  await onAll('hostname other');
  expect(await planned(wanted)).toEqual(
    onBoth('Hostname[host]', [{ field: 'live', from: 'other', to: 'renamed' }]),
  );
  await onAll("printf '# none\\n' >/etc/hostname");
  expect((await applied(wanted)).isConverged).toBe(true);
  expect(await onAll(look)).toEqual(both('renamed\nrenamed\n'));
});

test('Timezone: link and name, found where a hand changed them, and mended', async () => {
  const wanted = () => Timezone({ name: 'Asia/Kolkata' });
  expect((await applied(wanted)).isConverged).toBe(true);
  expect(await planned(wanted)).toEqual({});
  expect(await onAll('date +%Z')).toEqual(both('IST\n'));
  expect(await onAll('cat /etc/timezone 2>/dev/null')).toEqual(['Asia/Kolkata\n', '']);
  await onAll('cp --remove-destination /usr/share/zoneinfo/Etc/UTC /etc/localtime');
  expect(await planned(wanted)).toEqual(
    onBoth('Timezone[host]', [{ field: 'localtime', from: 'a file', to: 'Asia/Kolkata' }]),
  );
  expect((await applied(wanted)).isConverged).toBe(true);
  const nowhere = () => Timezone({ name: 'Asia/Nowhere' });
  expect(problemsOf(await applied(nowhere))).toEqual(
    onBoth('Timezone[host]', expect.stringContaining('the host has no time zone Asia/Nowhere')),
  );
});

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bootLab } from './boot-lab.ts';
import type { LabHost } from './lab.ts';
import { listRecords } from './lab-record.ts';
import { adminPassword } from './lab-users.ts';
import { runCommand } from './run-command.ts';
import { sayNothing } from './say.ts';
import { stateDir } from './state-dir.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([
  { name: 'old', release: 'debian-12' },
  { name: 'new', release: 'debian-13' },
]);
const hostNames = ['old', 'new'];

test.each(hostNames)('%s runs systemd as PID 1 and nothing has failed', async (name) => {
  const host = lab.host(name);
  const { stdout } = await host.exec('cat /proc/1/comm; systemctl is-system-running --wait');
  expect(stdout).toBe('systemd\nrunning\n');
  const release = await host.exec('. /etc/os-release; echo "$ID-$VERSION_ID"; hostname');
  expect(release.stdout).toBe(`${host.release}\n${name}\n`);
});

test.each(hostNames)('%s is reached by the OpenSSH client with strict host keys', async (name) => {
  const host = lab.host(name);
  expect(await sshAs(host, 'root', 'id -un')).toMatchObject({ stdout: 'root\n', exitCode: 0 });
  expect(await sshAs(host, 'deploy', 'sudo -n id -un')).toMatchObject({ stdout: 'root\n' });
});

test.each(hostNames)('%s asks admin for a password, and the right one opens', async (name) => {
  const host = lab.host(name);
  const refused = await sshAs(host, 'admin', 'sudo -n true');
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('a password is required');
  const opened = await sshAs(host, 'admin', 'sudo -S -p "" id -un', `${adminPassword}\n`);
  expect(opened).toMatchObject({ stdout: 'root\n', exitCode: 0 });
});

test.each(hostNames)('%s installs packages from the cache', async (name) => {
  const script = 'apt-get -q update && apt-get -qy install tree && tree --version';
  const { stdout, exitCode } = await lab.host(name).exec(script);
  expect(stdout).toMatch(/^tree v\d/m);
  expect(exitCode).toBe(0);
});

test.each(hostNames)('the firewall of %s really filters', async (name) => {
  const host = lab.host(name);
  const setUp = `export DEBIAN_FRONTEND=noninteractive
    apt-get -q update && apt-get -qy install --no-install-recommends ufw
    systemd-run -q --unit=listener systemd-socket-activate --accept --listen=8080 cat
    until ss -ltn | grep -q :8080; do sleep 0.05; done
    ufw allow 22/tcp && ufw --force enable`;
  expect((await host.exec(setUp)).exitCode).toBe(0);
  expect(await canConnect(host.address, 8080)).toBe(false);
  expect(await canConnect(host.address, 22)).toBe(true);
  await host.exec('ufw allow 8080/tcp');
  expect(await canConnect(host.address, 8080)).toBe(true);
});

test('hosts reach each other by name', async () => {
  const script = 'exec 3<>/dev/tcp/new/22 && head -n 1 <&3';
  const { stdout } = await lab.host('old').exec(`bash -c '${script}'`);
  expect(stdout).toMatch(/^SSH-2\.0-/);
});

test.each(hostNames)('%s has no way out, and learns it at once', async (name) => {
  // 198.51.100.1 is an address for documentation; no route must exist for it or anything else.
  const script = "bash -c 'exec 3<>/dev/tcp/198.51.100.1/80'";
  const startedAt = performance.now();
  const { stderr, exitCode } = await lab.host(name).exec(script);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('Network is unreachable');
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('this machine does not forward for a host that gives itself a route', async () => {
  const script = `ip route add default via ${lab.controllerAddress}
    timeout 2 bash -c 'exec 3<>/dev/tcp/198.51.100.1/80'; echo "exit $?"
    ip route del default`;
  expect((await lab.host('old').exec(script)).stdout).toBe('exit 124\n');
  const forwarding = `/proc/sys/net/ipv4/conf/hwlab${lab.id}/forwarding`;
  expect(readFileSync(forwarding, 'utf8').trim()).toBe('0');
});

test('a further client address is seen by the host as such', async () => {
  const host = lab.host('old');
  const address = await lab.addClientAddress();
  const socket = connect({ host: host.address, port: 22, localAddress: address });
  await new Promise((resolve) => socket.once('data', resolve));
  expect((await host.exec('ss -tn')).stdout).toContain(address);
  socket.destroy();
  await lab.removeClientAddress(address);
});

test('a host that reboots comes back with its disk', async () => {
  const host = lab.host('new');
  await host.exec('echo kept > /root/note; touch /run/gone');
  await lab.reboot('new');
  const { stdout } = await host.exec('cat /root/note; ls /run/gone 2>/dev/null');
  expect(stdout).toBe('kept\n');
});

test('a host whose plug is pulled is off until it is started', async () => {
  const host = lab.host('old');
  await lab.powerOff(host);
  expect(host.isPoweredOn()).toBe(false);
  expect(await canConnect(host.address, 22)).toBe(false);
  await lab.start(host);
  expect((await host.exec('hostname')).stdout).toBe('old\n');
});

test('down leaves no mount, link, namespace, process or file, and labs live side by side', async () => {
  const other = await bootLab({
    hosts: [{ name: 'old', release: 'debian-12' }],
    name: 'other',
    say: sayNothing,
  });
  expect(other.id).not.toBe(lab.id);
  await other.down();
  await other.down();
  await expectNoTrace(other.id, other.directory);
});

test('kill -9 of the owner removes the lab within seconds', async () => {
  const script = fileURLToPath(new URL('./hold-lab.ts', import.meta.url));
  const owner = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const id = await new Promise<number>((resolve) =>
    owner.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  const directory = `${stateDir().labs}/${id}`;
  expect(existsSync(directory)).toBe(true);
  owner.kill('SIGKILL');
  const deadline = Date.now() + 5000;
  while (existsSync(directory) && Date.now() < deadline) await sleep(50);
  await expectNoTrace(id, directory);
}, 60_000);

async function expectNoTrace(id: number, directory: string): Promise<void> {
  expect(existsSync(directory)).toBe(false);
  expect(listRecords(stateDir()).map((record) => record.id)).not.toContain(id);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(directory);
  expect(readdirSync('/sys/class/net')).not.toContain(`hwlab${id}`);
  expect((await runCommand('ip', ['netns', 'list'])).stdout).not.toMatch(
    new RegExp(`^hwlab-${id}\\b`, 'm'),
  );
  expect((await runCommand('ps', ['-eo', 'args'])).stdout).not.toContain(`${directory}/`);
}

function sshAs(host: LabHost, user: string, command: string, input = '') {
  const options = ['-F', 'none', '-i', host.identityFile, '-o', 'IdentitiesOnly=yes'];
  const strict = ['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${host.knownHosts}`];
  const target = `${user}@${host.address}`;
  return runCommand('ssh', [...options, ...strict, '-o', 'BatchMode=yes', target, command], {
    input,
    timeoutMs: 30_000,
  });
}

function canConnect(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1500 });
    const finish = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on('connect', () => finish(true));
    socket.on('timeout', () => finish(false));
    socket.on('error', () => finish(false));
  });
}

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCgroup, killCgroup, removeCgroup } from './cgroup.ts';
import { hostDirectory, rootPath } from './host-root.ts';
import { LabError } from './lab-error.ts';
import { type HostRecord, type LabRecord, readJson, writeJson } from './lab-record.ts';
import { connectHostScript, hostNamespacePath } from './network.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts';
import { type CommandResult, runCommand } from './run-command.ts';

/**
 * $1 is the control group, the rest the command. systemd-nspawn without a service manager around it ends with 133 when
 * the host inside asks for a reboot; starting it again is the caller's part, here as for a real machine.
 */
function powerLoop(lab: LabRecord, host: HostRecord): string {
  return `
echo $$ > "$1/cgroup.procs" || exit 1
shift
while :; do
  ${connectHostScript(lab.id, host.name, host.address)}
  "$@"
  [ $? -eq 133 ] || exit 0
done
`;
}

const bootTimeoutMs = 120_000;
const pollMs = 25;

/** Switches the host on. It boots by itself from here on, also after a reboot of its own. */
export function startMachine(lab: LabRecord, host: HostRecord): void {
  const directory = hostDirectory(lab, host.name);
  mkdirSync(directory, { recursive: true });
  const log = openSync(consolePath(lab, host.name), 'a');
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      powerLoop(lab, host),
      'power-loop',
      createCgroup(lab.id, host.name),
      'systemd-nspawn',
      ...nspawnArguments(lab, host),
    ],
    { stdio: ['ignore', log, log], detached: true, env: machineEnvironment() },
  );
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) throw new LabError(`Host ${host.name} could not be started.`);
  writeJson(machinePath(lab, host.name), identity);
}

/** Resolves when the host answers as sshd and lets ordinary users in. */
export async function waitUntilReady(lab: LabRecord, host: HostRecord): Promise<void> {
  const deadline = Date.now() + bootTimeoutMs;
  while (Date.now() < deadline) {
    if (!isPoweredOn(lab, host.name)) {
      throw new LabError(`Host ${host.name} ended while booting.`, readConsole(lab, host.name));
    }
    if ((await hasSshBanner(host.address)) && !isClosedToUsers(lab, host.name)) return;
    await sleep(pollMs);
  }
  const limit = bootTimeoutMs / 1000;
  throw new LabError(
    `Host ${host.name} did not answer as sshd at ${host.address} within ${limit} s.`,
    readConsole(lab, host.name),
  );
}

/** Pulls the plug: no process of the host gets to say anything, and nothing is written any more. */
export async function powerOff(lab: LabRecord, host: string): Promise<void> {
  await killCgroup(lab.id, host);
  removeCgroup(lab.id, host);
}

export function isPoweredOn(lab: LabRecord, host: string): boolean {
  const identity = readJson<ProcessIdentity>(machinePath(lab, host));
  return identity !== undefined && isAlive(identity);
}

/** The host's PID 1 as this machine numbers it; undefined while the host is off or between two boots. */
function findLeader(lab: LabRecord, host: string): number | undefined {
  const identity = readJson<ProcessIdentity>(machinePath(lab, host));
  if (identity === undefined || !isAlive(identity)) return undefined;
  const queue = [identity.pid];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    if (isNamespaceInit(pid)) return pid;
    queue.push(...childrenOf(pid));
  }
  return undefined;
}

/**
 * Runs a script of /bin/sh as root on the host, without network, SSH or PAM, so that tests of those have a second way to
 * look. Its environment is that of a service, not that of the caller.
 */
export function execOnMachine(
  lab: LabRecord,
  host: string,
  script: string,
  timeoutMs: number,
): Promise<CommandResult> {
  return runCommand('nsenter', [...enterArguments(lab, host), '/bin/sh', '-c', script], {
    timeoutMs,
  });
}

/** Arguments of nsenter up to the command that is to run on the host. */
export function enterArguments(lab: LabRecord, host: string): readonly string[] {
  const leader = findLeader(lab, host);
  if (leader === undefined) throw new LabError(`Host ${host} is not running.`);
  const environment = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    'LANG=C.UTF-8',
    `TERM=${process.env.TERM ?? 'dumb'}`,
  ];
  return [
    ...['-t', String(leader), '-a', '--root', '--no-fork'],
    ...['/usr/bin/env', '-i', '-C', '/root', ...environment],
    ...['/bin/sh', '-c', inPidNamespace, 'sh'],
  ];
}

/**
 * Only children of a process that enters are in the host's process namespace. nsenter would fork by itself, but then stops
 * itself when a shutdown inside stops the child, never collects it, and the shutdown waits for that for ever.
 */
const inPidNamespace = '"$@"; exit $?';

/** The id that changes with every boot of the host, as Linux itself shows it there. */
export function readBootId(lab: LabRecord, host: string): string | undefined {
  const leader = findLeader(lab, host);
  try {
    return readFileSync(`/proc/${leader}/root/proc/sys/kernel/random/boot_id`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function readConsole(lab: LabRecord, host: string): string {
  const path = consolePath(lab, host);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function nspawnArguments(lab: LabRecord, host: HostRecord): readonly string[] {
  return [
    '--quiet',
    `--directory=${rootPath(lab, host.name)}`,
    `--machine=hwlab${lab.id}-${host.name}`,
    `--hostname=${host.name}`,
    '--register=no',
    '--keep-unit',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
    `--network-namespace-path=${hostNamespacePath(lab.id, host.name)}`,
    // Without these, ufw, nft and fail2ban's bans do nothing inside, and do not say so.
    '--capability=CAP_NET_ADMIN,CAP_NET_RAW',
    '--boot',
  ];
}

/** The unified hierarchy is the only one that Debian 13 boots with, whatever this machine itself uses. */
function machineEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
  };
}

function machinePath(lab: LabRecord, host: string): string {
  return join(hostDirectory(lab, host), 'machine.json');
}

function consolePath(lab: LabRecord, host: string): string {
  return join(hostDirectory(lab, host), 'console.log');
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isNamespaceInit(pid: number): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^NSpid:\s+(.*)$/m)?.[1] ?? '';
    const numbers = line.split(/\s+/);
    return numbers.length > 1 && numbers.at(-1) === '1';
  } catch {
    return false;
  }
}

function hasSshBanner(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 2000 });
    const finish = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on('data', (chunk) => finish(chunk.toString('latin1').startsWith('SSH-2.0-')));
    socket.on('timeout', () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('end', () => finish(false));
  });
}

/** While /run/nologin is there, PAM turns away everybody but root: systemd removes it late in the boot. */
function isClosedToUsers(lab: LabRecord, host: string): boolean {
  const leader = findLeader(lab, host);
  return leader === undefined || existsSync(`/proc/${leader}/root/run/nologin`);
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootPath } from './host-root.ts';
import { LabError } from './lab-error.ts';
import { type HostRecord, type LabRecord, listRecords } from './lab-record.ts';
import { labUsers } from './lab-users.ts';
import {
  execOnMachine,
  isPoweredOn,
  powerOff,
  readBootId,
  readConsole,
  startMachine,
  waitUntilReady,
} from './machine.ts';
import {
  addClientAddress,
  aptCacheUrl,
  controllerAddress,
  removeClientAddress,
} from './network.ts';
import type { Release } from './release.ts';
import { removeLab } from './remove-lab.ts';
import type { CommandResult } from './run-command.ts';
import { type StateDir, stateDir } from './state-dir.ts';

/** One booted host and every way to it. */
export interface LabHost {
  readonly name: string;
  readonly release: Release;
  readonly address: string;
  readonly port: 22;
  /** Private key that root, deploy and admin accept. */
  readonly identityFile: string;
  /** known_hosts with the keys of all hosts of the lab, by name and by address. */
  readonly knownHosts: string;
  /** deploy has sudo without, admin with a password. */
  readonly users: typeof labUsers;
  /** The root filesystem as this machine sees it, live. */
  readonly rootPath: string;
  /** Runs a /bin/sh script as root on the host without SSH. Limit: 10 minutes unless said otherwise. */
  exec(script: string, options?: { readonly timeoutMs?: number }): Promise<CommandResult>;
  isPoweredOn(): boolean;
  /** What the host printed on its console since it was first started. */
  console(): string;
}

export interface Lab {
  /** 1 to 254, the third number of its addresses. */
  readonly id: number;
  readonly name: string;
  readonly directory: string;
  readonly hosts: readonly LabHost[];
  readonly identityFile: string;
  readonly knownHosts: string;
  /** This machine as the hosts see it. */
  readonly controllerAddress: string;
  /** Base of the hosts' Debian mirror; `/debian` and `/debian-security` lie below. */
  readonly aptCacheUrl: string;
  host(name: string): LabHost;
  /** Asks the host to reboot, and waits until it is back with another boot id. */
  reboot(host: LabHost | string): Promise<void>;
  /** Pulls the plug. */
  powerOff(host: LabHost | string): Promise<void>;
  /** Switches on a host that is off, with the disk it had, and waits until it is ready. */
  start(host: LabHost | string): Promise<void>;
  /** One more address on this machine, for tests that need several clients: bind to it as `localAddress`. */
  addClientAddress(): Promise<string>;
  removeClientAddress(address: string): Promise<void>;
  /** Removes hosts, network, mounts and files. A second call does nothing. */
  down(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const execTimeoutMs = 10 * 60 * 1000;
const rebootTimeoutMs = 120_000;
const rebootPollMs = 50;

/** The lab of a record: of this process or of any other. */
export function openLab(record: LabRecord, dirs: StateDir = stateDir()): Lab {
  const hosts = record.hosts.map((host) => openHost(record, host));
  const recordOf = (host: LabHost | string): HostRecord => {
    const name = typeof host === 'string' ? host : host.name;
    const found = record.hosts.find((each) => each.name === name);
    if (found === undefined) throw new LabError(`Lab ${record.name} has no host ${name}.`);
    return found;
  };
  const down = (): Promise<void> => removeLab(record, dirs);
  return Object.freeze({
    id: record.id,
    name: record.name,
    directory: record.directory,
    hosts,
    ...keyFiles(record),
    controllerAddress: controllerAddress(record.id),
    aptCacheUrl: aptCacheUrl(record.id),
    host: (name: string): LabHost => {
      const index = record.hosts.indexOf(recordOf(name));
      return hosts[index] as LabHost;
    },
    reboot: (host) => rebootMachine(record, recordOf(host)),
    powerOff: (host) => powerOff(record, recordOf(host).name),
    start: async (host) => {
      const found = recordOf(host);
      if (isPoweredOn(record, found.name)) return;
      startMachine(record, found);
      await waitUntilReady(record, found);
    },
    addClientAddress: () => addClientAddress(record.id),
    removeClientAddress: (address) => removeClientAddress(record.id, address),
    down,
    [Symbol.asyncDispose]: down,
  } satisfies Lab);
}

/** A lab that another process booted, by name or number; the youngest when nothing is said. */
export function findLab(nameOrId?: string, dirs: StateDir = stateDir()): LabRecord | undefined {
  return listRecords(dirs)
    .filter((each) => nameOrId === undefined || [each.name, String(each.id)].includes(nameOrId))
    .sort((one, other) => one.createdAt.localeCompare(other.createdAt))
    .at(-1);
}

export function keyFiles(record: LabRecord): { identityFile: string; knownHosts: string } {
  return {
    identityFile: join(record.directory, 'ssh/id_ed25519'),
    knownHosts: join(record.directory, 'ssh/known_hosts'),
  };
}

function openHost(record: LabRecord, host: HostRecord): LabHost {
  return Object.freeze({
    ...host,
    port: 22,
    ...keyFiles(record),
    users: labUsers,
    rootPath: rootPath(record, host.name),
    exec: (script, options = {}) =>
      execOnMachine(record, host.name, script, options.timeoutMs ?? execTimeoutMs),
    isPoweredOn: () => isPoweredOn(record, host.name),
    console: () => readConsole(record, host.name),
  } satisfies LabHost);
}

async function rebootMachine(record: LabRecord, host: HostRecord): Promise<void> {
  const before = readBootId(record, host.name);
  await execOnMachine(record, host.name, 'systemctl reboot', rebootTimeoutMs);
  const deadline = Date.now() + rebootTimeoutMs;
  for (;;) {
    const now = readBootId(record, host.name);
    if (now !== undefined && now !== before) break;
    if (Date.now() > deadline) throw new LabError(`Host ${host.name} did not come back.`);
    await sleep(rebootPollMs);
  }
  await waitUntilReady(record, host);
}

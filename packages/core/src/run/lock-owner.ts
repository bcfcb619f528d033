import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename } from 'node:path';
import type { LockHolder, LockOwner } from '../shell/lock.ts';

/** Who this process is, for those who find its lock. */
export function lockOwner(command: string | undefined): LockOwner {
  const machine = hostname();
  return {
    token: randomBytes(16).toString('hex'),
    name: `${userName()}@${machine}`,
    pid: process.pid,
    machine: `${machine} ${bootId()}`,
    command: command ?? basename(process.argv[1] ?? 'node'),
  };
}

/** True when the run that holds a lock was a process of this machine, and there is no such process any more. */
export function isDeadHere(own: LockOwner, { machine, pid }: LockHolder): boolean {
  if (machine !== own.machine || pid === own.pid || !Number.isInteger(pid) || pid < 2) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    // EPERM: there is one, of somebody else.
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // A user without an entry in the password file.
  }
}

/** Process ids mean nothing after a restart. Where the system tells of none, the name of the machine has to do. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename } from 'node:path';
import type { LockHolder, LockOwner } from '../shell/lock.ts';

/** Begins the tokens of all runs that are started here: another thread, or another copy of this module, has its own. */
const origin = randomBytes(8).toString('hex');

/** Tokens of runs of this process that have not ended. Two runs of one process share nothing else that could say it. */
const living = new Set<string>();

/** Who a run of this process is, for those who find its lock. It counts as alive until `endOwner`. */
export function lockOwner(command: string | undefined): LockOwner {
  const machine = hostname();
  const token = origin + randomBytes(8).toString('hex');
  living.add(token);
  return {
    token,
    name: `${userName()}@${machine}`,
    pid: process.pid,
    machine: `${machine} ${bootId()}`,
    command: command ?? basename(process.argv[1] ?? 'node'),
  };
}

/** The run has ended: where a lock of its is left, because a host did not answer, nobody need wait for it. */
export function endOwner({ token }: LockOwner): void {
  living.delete(token);
}

/** True when the run that holds a lock was one of this process and has ended, or of a process of this machine that is gone. */
export function isDeadHere(own: LockOwner, { machine, pid, token }: LockHolder): boolean {
  if (machine !== own.machine || !Number.isInteger(pid) || pid < 2) return false;
  if (pid === own.pid) return token.startsWith(origin) && !living.has(token);
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

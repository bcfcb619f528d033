import { randomBytes } from 'node:crypto';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { thisUser } from '../model/this-user.ts';
import type { LockHolder, LockOwner } from '../shell/lock.ts';

/** Begins the tokens of all runs that are started here. Another process, thread or copy of this module has its own. */
const origin = randomBytes(8).toString('hex');

/** On it a run is asked whether it lives: two runs of one process share nothing else. */
const channelName = 'hostwright.run';

interface Question {
  readonly token: string;
  isAlive: boolean;
}

/** Who a run is, for those who find its lock. */
export function lockOwner(command: string | undefined): LockOwner {
  const machine = hostname();
  const token = origin + randomBytes(8).toString('hex');
  return {
    token,
    name: `${thisUser().name}@${machine}`,
    pid: process.pid,
    machine: `${machine} ${bootId()} ${pidNamespace()}`,
    command: command ?? basename(process.argv[1] ?? 'node'),
  };
}

/** Answers for a run that lives, until the function that comes back is called. */
export function answerFor({ token }: LockOwner): () => void {
  const answer = (question: unknown) => {
    const asked = question as Question;
    if (asked.token === token) asked.isAlive = true;
  };
  subscribe(channelName, answer);
  return () => unsubscribe(channelName, answer);
}

/**
 * True when the run that holds a lock was a process of this machine, and there is no such process any more, or when it was
 * one of this process, and has ended: a host that did not answer then keeps its lock.
 */
export function isDeadHere(own: LockOwner, { machine, pid, token }: LockHolder): boolean {
  if (machine !== own.machine || !Number.isInteger(pid) || pid < 2) return false;
  if (pid === own.pid) return token.startsWith(origin) && !isAlive(token);
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    // EPERM: there is one, of somebody else.
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function isAlive(token: string): boolean {
  const question: Question = { token, isAlive: false };
  channel(channelName).publish(question);
  return question.isAlive;
}

/** Process ids mean nothing after a restart. Where the system tells of none, the name of the machine has to do. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Process ids mean nothing in another container either, which may have the same name. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'unknown';
  }
}

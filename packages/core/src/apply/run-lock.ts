import { HostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';
import { type BatchOptions, runBatch } from '../shell/batch.ts';
import type { Answer, Fragment } from '../shell/frame.ts';
import {
  isUnwritable,
  keepLock,
  type LockHolder,
  type LockOwner,
  lockHolder,
  releaseLock,
  takeLock,
} from '../shell/lock.ts';
import { lines } from '../shell/sh.ts';

/** The lock that a run takes on each host it changes. Lives as long as the run. */
export interface RunLock {
  readonly owner: LockOwner;
  /** What the lock says a host is called: two names with the same word are one place. */
  readonly placeOf: (host: string) => string;
  /** How long to wait for another run, in milliseconds. */
  readonly waitMs: number;
  /** Whether the run that holds a host is known to have ended. */
  readonly isDead: (holder: LockHolder) => boolean;
  /** Called before waiting for what a run that is known to have ended left at work. */
  readonly onOrphan: (host: string, holder: LockHolder) => void;
  /** Hosts where a script may have taken it. */
  readonly touched: Set<string>;
  /** Hosts where it was taken for sure. */
  readonly held: Set<string>;
  /** By host: scripts that are at work. */
  readonly busy: Map<string, number>;
}

/** A lock that holds nothing yet. */
export function newRunLock(
  of: Pick<RunLock, 'owner' | 'waitMs' | 'isDead' | 'onOrphan'> & Partial<Pick<RunLock, 'placeOf'>>,
): RunLock {
  return { placeOf: (host) => host, ...of, touched: new Set(), held: new Set(), busy: new Map() };
}

const keepTimeoutMs = 10_000;

/** How long what a dead run left at work is waited for, in milliseconds: as long as a step may take. */
const orphanMsMax = 600_000;

/**
 * Runs what changes a host, with the lock taken first by the same script, so that it costs no round trip of its own.
 * Errors: LOCK_HELD where another run has the host, HOST_TWICE where this run has it by another name, LOCK_UNWRITABLE; nothing
 * was changed then.
 */
export async function runLocked(
  lock: RunLock,
  transport: Transport,
  fragment: Fragment,
  options: BatchOptions = {},
): Promise<Answer | undefined> {
  const { host } = transport;
  lock.touched.add(host);
  lock.busy.set(host, (lock.busy.get(host) ?? 0) + 1);
  try {
    let answer = await attempt(lock, transport, fragment, options);
    let holder = holderOf(answer, lock);
    if (mayEnd(holder) && lock.isDead(holder)) {
      const isBusy = holder.state === 'busy';
      if (isBusy) lock.onOrphan(host, holder);
      const waitMs = Math.max(lock.waitMs, isBusy ? orphanMsMax : 0);
      answer = await attempt({ ...lock, waitMs }, transport, fragment, options, holder.token);
      holder = holderOf(answer, lock);
    }
    if (holder !== undefined) {
      lock.touched.delete(host);
      throw refused(holder, host);
    }
    requireWritten(answer, lock, host);
    if (answer?.is === 'ran') {
      // Another script of this run may have been refused meanwhile.
      lock.touched.add(host);
      lock.held.add(host);
    }
    return answer;
  } finally {
    lock.busy.set(host, (lock.busy.get(host) ?? 1) - 1);
  }
}

async function attempt(
  { owner, placeOf, waitMs, held }: RunLock,
  transport: Transport,
  fragment: Fragment,
  options: BatchOptions,
  dead?: string,
): Promise<Answer | undefined> {
  const isAgain = held.has(transport.host);
  const place = placeOf(transport.host);
  const take = takeLock({ owner, place, waitS: Math.ceil(waitMs / 1000), isAgain, dead });
  const text = lines([take, fragment.text]);
  const change = { ...fragment, text, timeoutMs: fragment.timeoutMs + waitMs };
  const [answer] = await runBatch(transport, [change, keepFragment(owner.token)], options);
  return answer;
}

function holderOf(answer: Answer | undefined, { owner }: RunLock): LockHolder | undefined {
  if (answer?.is !== 'ran') return undefined;
  return lockHolder(answer.exitCode, answer.stderr.toString(), owner.token);
}

/** Whether the host may be taken over from who holds it. */
function mayEnd(holder: LockHolder | undefined): holder is LockHolder {
  return holder?.state === 'idle' || holder?.state === 'busy';
}

/** Errors: LOCK_UNWRITABLE. */
function requireWritten(
  answer: Answer | undefined,
  { owner, touched }: RunLock,
  host: string,
): void {
  if (answer?.is !== 'ran') return;
  const stderr = answer.stderr.toString();
  if (!isUnwritable(answer.exitCode, stderr, owner.token)) return;
  touched.delete(host);
  const detail = stderr.split('\n').slice(0, -2).join('\n');
  throw new HostwrightError('LOCK_UNWRITABLE', {
    problem: 'The lock cannot be written, and nothing was changed.',
    host,
    detail,
  });
}

/** The time of silence begins when the script has ended. */
function keepFragment(token: string): Fragment {
  return { text: keepLock(token), commands: [], timeoutMs: keepTimeoutMs };
}

/** A sign of life on a host that is held and idle, as one that waits for another host. */
export async function keepHeld({ owner }: RunLock, transport: Transport): Promise<void> {
  await runBatch(transport, [keepFragment(owner.token)]);
}

/** Lets go of a host. */
export async function release(
  { owner, placeOf, touched, held }: RunLock,
  transport: Transport,
): Promise<void> {
  if (!touched.delete(transport.host)) return;
  held.delete(transport.host);
  const text = releaseLock(owner.token, placeOf(transport.host));
  await runBatch(transport, [{ text, commands: [], timeoutMs: keepTimeoutMs }]);
}

function refused(holder: LockHolder, host: string): HostwrightError {
  if (holder.state === 'twice') {
    const problem = `It is the machine that ${holder.place} of this run is, too.`;
    return new HostwrightError('HOST_TWICE', { problem, host });
  }
  const who = `${holder.name}, for ${duration(holder.ageS)}: ${holder.command} (process ${holder.pid})`;
  if (holder.state === 'lost') {
    const problem = holder.token === '' ? 'Another run was here' : `It was taken by ${who}`;
    return new HostwrightError('LOCK_HELD', {
      problem: `This run was silent for so long that it lost its lock. ${problem}.`,
      host,
    });
  }
  const orphan = holder.state === 'busy' ? ' What it started last is at work on the host.' : '';
  return new HostwrightError('LOCK_HELD', { problem: `Held by ${who}.${orphan}`, host });
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';
import { runBatch } from '../shell/batch.ts';
import { parseBootMark, readBootMark } from '../shell/boot-mark.ts';
import type { Answer } from '../shell/frame.ts';
import type { CutOff } from './attempt.ts';
import type { ProvableWay } from './prove-way-in.ts';

/**
 * Waits before each look whether the host is back, in milliseconds; the last one counts for the rest. They grow because
 * a host that is starting refuses logins, and sshd makes those wait who were refused often.
 */
const lookWaitsMs = [2000, 2000, 2000, 3000, 5000];
const timeoutMs = 15_000;

/**
 * Runs what restarts the host, and waits until it answers as started anew: a port that is open may still be the old
 * system on its way down. Each look is a login of its own, the host key checked. Without `waitMs` it only runs.
 *
 * Errors: HOST_NOT_BACK after `waitMs`; another host key, at once; REBOOT_REFUSED where the run itself would end.
 */
export async function acrossReboot(
  way: ProvableWay,
  waitMs: number | undefined,
  run: () => Promise<Answer | CutOff>,
): Promise<Answer | CutOff> {
  if (waitMs === undefined) return run();
  const before = await bootMark(way.transport());
  if (before === ownMark()) {
    const problem = 'It is the machine that this run is on, which would end with it.';
    throw new HostwrightError('REBOOT_REFUSED', { problem });
  }
  const answer = await run().catch(lostAnswer);
  if (answer.is !== 'cut off' && (answer.is !== 'ran' || answer.exitCode !== 0)) return answer;
  await awaitNextStart(way, before, performance.now() + waitMs);
  await way.reconnect(
    new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'The host has rebooted.' }),
    way.transport(),
  );
  return { is: 'ran', exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
}

/** The host was quicker than its answer. */
function lostAnswer(thrown: unknown): CutOff {
  const reason = asHostwrightError(thrown);
  if (reason.code !== 'TRANSPORT_CONNECTION_LOST') throw thrown;
  return { is: 'cut off', reason };
}

async function awaitNextStart(way: ProvableWay, before: string, endMs: number): Promise<void> {
  let last = 'it was not asked';
  for (let looks = 0; performance.now() < endMs; looks += 1) {
    await delay(lookWaitsMs[Math.min(looks, lookWaitsMs.length - 1)]);
    const now = await markAnew(way).catch(asHostwrightError);
    if (typeof now === 'string') {
      if (now !== before) return;
      last = 'it answers, and has not been started anew';
    } else if (/HOST_KEY/.test(now.code)) throw now;
    else last = now.problem;
  }
  const problem = `The host did not come back from its reboot in time: ${last}`;
  throw new HostwrightError('HOST_NOT_BACK', { problem });
}

async function markAnew(way: ProvableWay): Promise<string> {
  const transport = await way.enter();
  try {
    return await bootMark(transport);
  } finally {
    await transport.close();
  }
}

async function bootMark(transport: Transport): Promise<string> {
  const [answer] = await runBatch(transport, [{ text: readBootMark, commands: [], timeoutMs }]);
  const mark = answer?.is === 'ran' ? parseBootMark(answer.stdout.toString()) : undefined;
  if (mark !== undefined) return mark;
  const problem = 'The host does not tell one start from another: /proc cannot be read.';
  throw new HostwrightError('REBOOT_REFUSED', { problem });
}

/** The same of this machine; undefined where it has no /proc, and is no host that Hostwright could reboot. */
function ownMark(): string | undefined {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync('/proc/1/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${bootId}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

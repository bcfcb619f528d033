import { setTimeout as delay } from 'node:timers/promises';
import type { ShellDriver } from '../model/resource-type.ts';
import type { Answer } from '../shell/frame.ts';
import type { CutOff } from './attempt.ts';

/** Waits before trying again what failed for a reason that passes, in milliseconds. */
const waitsMs = [5000, 20_000];

/** Tries again, after a wait, where the type says that the failure passes by itself. */
export async function patiently(
  driver: Pick<ShellDriver<unknown, unknown, unknown>, 'isTransient'>,
  attempt: () => Promise<Answer | CutOff>,
  onLine: (line: string) => void,
  waits: readonly number[] = waitsMs,
): Promise<Answer | CutOff> {
  let answer = await attempt();
  for (const waitMs of waits) {
    if (answer.is !== 'ran' || answer.exitCode === 0) return answer;
    if (driver.isTransient?.(answer.exitCode, answer.stderr.toString()) !== true) return answer;
    onLine(`This may pass: trying again in ${waitMs / 1000} s.`);
    await delay(waitMs);
    answer = await attempt();
  }
  return answer;
}

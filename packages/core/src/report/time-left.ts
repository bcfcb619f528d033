import type { StepResult } from '../model/outcome.ts';
import type { Lane, RunState } from './run-state.ts';

/** What a batch of each kind took in earlier runs, in milliseconds. */
export type KindTimes = Readonly<Record<string, number>>;

/** Less than this is over before it is read. */
const shownMinMs = 10_000;

/**
 * How long the changes of a run may still take, as far as earlier runs know; undefined where they know nothing of it, or
 * where it is too little to say. A guess: kinds are taken to be changed one after the other, each at once.
 */
export function timeLeft({ lanes }: RunState, times: KindTimes, now: number): number | undefined {
  const each = [...lanes.values()].map((lane) => leftOf(lane, times, now));
  const atWork = [...lanes.values()].filter(({ phase }) => phase === 'applying').length;
  const sum = each.reduce((total, ms) => total + ms, 0);
  // Hosts that wait for their turn come after those at work.
  const left = Math.max(sum / Math.max(1, atWork), ...each);
  return left < shownMinMs ? undefined : left;
}

function leftOf({ due, batches }: Lane, times: KindTimes, now: number): number {
  return [...due.keys()].reduce((sum, kind) => {
    const usual = times[kind] ?? 0;
    const begun = batches.find((batch) => batch.kind === kind);
    return sum + (begun === undefined ? usual : Math.max(0, usual - (now - begun.since)));
  }, 0);
}

/** How much the newest run counts beside those before it. */
const newShare = 0.3;

/** Earlier times and the results of a run to the times that the next one is told. */
export function learnTimes(earlier: KindTimes, results: readonly StepResult[]): KindTimes {
  const changed = results.filter(({ result }) => result === 'changed');
  const found = [...Map.groupBy(changed, ({ kind }) => kind)].map(([kind, steps]) => {
    const batches = [...Map.groupBy(steps, ({ host }) => host).values()];
    const took = batches.map((batch) => Math.max(...batch.map(({ ms }) => ms)));
    const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
    const before = earlier[kind] ?? mean;
    return [kind, Math.round(before + (mean - before) * newShare)] as const;
  });
  return { ...earlier, ...Object.fromEntries(found) };
}

import type { RunEvent } from '../model/event.ts';

type Unstamped<E> = E extends unknown ? Omit<E, 'v' | 'at'> : never;

/** An event so many milliseconds after the beginning of 1970. */
export function sampleEvent(at: number, event: Unstamped<RunEvent>): RunEvent {
  return { v: 1, at, ...event };
}

export interface HandClock {
  now(): number;
  every(ms: number, work: () => void): () => void;
  /** Sets the time and does what is due. */
  set(ms: number): void;
  isStopped(): boolean;
}

/** A clock that stands still until it is set; its work is done by hand. */
export function handClock(): HandClock {
  let now = 0;
  let work = () => {};
  let isStopped = false;
  return {
    now: () => now,
    every(_ms, own) {
      work = own;
      return () => {
        isStopped = true;
      };
    },
    set(ms) {
      now = ms;
      work();
    },
    isStopped: () => isStopped,
  };
}

import type { RunEvent } from '../model/event.ts';

/** Shows a run while it goes on. It is made of events and nothing else; pass `onEvent` to plan, apply, verify or facts. */
export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Takes what moves off the terminal, runs a function that writes there itself, and goes on. */
  aside(write: () => void): void;
  /** Shows what is left and lets go of the stream. The stream stays open. */
  close(): void;
}

/** The part of a stream that reporters use: `process.stderr` is one. */
export interface ReportStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Time, from outside: tests have their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs a function again and again, without keeping the process alive, until the returned one is called. */
  every(ms: number, work: () => void): () => void;
}

export const realClock: Clock = {
  now: Date.now,
  every(ms, work) {
    const timer = setInterval(work, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

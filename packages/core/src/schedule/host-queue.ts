import PQueue from 'p-queue';

/** Bounds how many hosts are at work at once. */
export interface HostQueue {
  /** Runs the task when a place is free. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** `forks` hosts at once, 1 or more. */
export function hostQueue(forks: number): HostQueue {
  const queue = new PQueue({ concurrency: forks });
  return { run: (task) => queue.add(task) };
}

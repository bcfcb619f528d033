import type { Change } from './change.ts';

/** A piece of work, with what nothing else may use meanwhile; undefined: nothing else may run at all. */
export interface Beside {
  readonly exclusive: readonly string[] | undefined;
  readonly run: () => Promise<void>;
}

/**
 * Runs works beside each other, each as soon as all earlier ones that it must not meet have ended, so that those run in
 * the order given. Ends when every work that was begun has ended. How many really run at once is up to the connection.
 *
 * Errors: what the first work threw, in the order given; what had not begun by then is not run.
 */
export async function runBeside(works: readonly Beside[]): Promise<void> {
  const begun: { readonly work: Beside; readonly end: Promise<void> }[] = [];
  let isBroken = false;
  for (const work of works) {
    const before = begun.filter((other) => mustNotMeet(other.work, work));
    const end = Promise.allSettled(before.map((other) => other.end)).then(async () => {
      if (!isBroken) await work.run();
    });
    end.catch(() => {
      isBroken = true;
    });
    begun.push({ work, end });
  }
  const ends = await Promise.allSettled(begun.map(({ end }) => end));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function mustNotMeet(one: Beside, other: Beside): boolean {
  if (one.exclusive === undefined || other.exclusive === undefined) return true;
  return one.exclusive.some((name) => other.exclusive?.includes(name));
}

/** What a batch of changes of one type must have for itself: everything where it may cut the run off or restart the host. */
export function exclusiveOf(batch: readonly Change[]): readonly string[] | undefined {
  const driver = batch[0]?.node.declaration.type.driver;
  if (driver === undefined || driver.via === 'nothing') return undefined;
  if (driver.via === 'remote') return driver.exclusive;
  const specs = batch.map(({ difference }) => difference.spec);
  const isGuarded = driver.wayBack?.(specs) !== undefined;
  return isGuarded || driver.restartsHost !== undefined ? undefined : driver.exclusive;
}

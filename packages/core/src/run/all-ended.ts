/**
 * What all works come to, when the last one has ended: whoever goes on before closes connections over which scripts are still
 * being ended, and leaves their processes on the hosts.
 *
 * Errors: what the first one threw, in the order given.
 */
export async function allEnded<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

import type { Lab } from './lab.ts';

/** What a script, run as root, prints on each host of a lab. */
export async function onAllHosts(lab: Lab, script: string): Promise<readonly string[]> {
  const results = await Promise.all(lab.hosts.map((host) => host.exec(script)));
  return results.map(({ stdout }) => stdout);
}

/** The same for both hosts of a lab that has two. */
export const both = <T>(one: T): readonly T[] => [one, one];

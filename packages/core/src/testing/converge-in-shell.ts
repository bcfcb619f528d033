import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ResourceType } from '../model/resource-type.ts';
import { probeOutput } from './probe-output.ts';
import { shellDriver } from './shell-driver.ts';

/** The shells of this machine that scripts have to run in, each as a program and its options: dash or what /bin/sh is, bash, busybox. */
export const shellsHere: readonly (readonly [string, ...string[]])[] = [
  ['/bin/sh'] as const,
  ['/bin/bash', '--posix'] as const,
  ['/usr/bin/busybox', 'sh'] as const,
].filter(([program]) => existsSync(program));

/** Runs a script in such a shell, as the user of the test, with nothing on its standard input. */
export function runInShell(
  [program = '', ...options]: readonly string[],
  script: string,
  env: NodeJS.ProcessEnv = process.env,
) {
  const input = `{ ${script}\n} </dev/null`;
  return spawnSync(program, options, {
    input,
    encoding: 'utf8',
    env: { ...env, LC_ALL: 'C' },
  });
}

/** What differs on this machine, by a probe in a shell. Throws where a probe fails, or cannot say what is there. */
export function differencesInShell<Spec extends ProbeSpec, ProbeSpec, Observed>(
  resource: { readonly type: ResourceType<Spec, ProbeSpec, Observed> },
  shell: readonly string[],
  specs: readonly Spec[],
) {
  const driver = shellDriver(resource);
  const { stdout, stderr, status } = runInShell(shell, driver.probe(specs).script);
  if (status !== 0 || stderr !== '') throw new Error(`The probe ended with ${status}: ${stderr}`);
  const readings = driver.parse(probeOutput(stdout), specs);
  return specs.flatMap((spec, index) => {
    const reading = readings[index];
    if (reading?.is !== 'present' && reading?.is !== 'absent')
      throw new Error(JSON.stringify(reading));
    const fields = resource.type.diff(spec, reading);
    return fields.length === 0 ? [] : [{ spec, reading, fields }];
  });
}

/**
 * Probe, diff and apply in a shell of this machine, as the engine does them on a host: what the apply came to, and the specs that
 * differed before.
 * @example test.each(shellsHere)('%s: it is made once', (...shell) => expect(convergeInShell(Note, shell, specs).status).toBe(0))
 */
export function convergeInShell<Spec extends ProbeSpec, ProbeSpec, Observed>(
  resource: { readonly type: ResourceType<Spec, ProbeSpec, Observed> },
  shell: readonly string[],
  specs: readonly Spec[],
) {
  const differences = differencesInShell(resource, shell, specs);
  const script = shellDriver(resource).apply(differences).script;
  return { ...runInShell(shell, script), changed: differences.map(({ spec }) => spec) };
}

import SshConfig, { LineType } from 'ssh-config';

/** The only place that knows the library `ssh-config`. */

export interface ConfigHosts {
  /** Names in `Host` lines, without patterns, each with the options that OpenSSH would use, names in lower case. */
  readonly hosts: ReadonlyMap<string, Readonly<Record<string, string | readonly string[]>>>;
  /** Patterns of `Host` lines that name no host of their own. */
  readonly patterns: readonly string[];
  readonly includes: readonly string[];
  /** Conditions of `Match` lines that run a command: they are never met here. */
  readonly matchCommands: readonly string[];
}

/** Reads a configuration of OpenSSH's client. Runs nothing that stands in it. */
export function readConfig(text: string): ConfigHosts {
  const config = SshConfig.parse(text);
  dropLookups(config);
  const names = new Set<string>();
  const found = { patterns: new Set<string>(), includes: [] as string[], matches: [] as string[] };
  for (const line of config) {
    if (line.type !== LineType.DIRECTIVE) continue;
    const values = valuesOf(line.value);
    if (/^include$/i.test(line.param)) found.includes.push(...values);
    if (/^match$/i.test(line.param) && 'criteria' in line) {
      if (Object.keys(line.criteria).some((key) => /^exec$/i.test(key))) {
        found.matches.push(values.join(' '));
      }
    }
    if (!/^host$/i.test(line.param)) continue;
    for (const name of values) (/[*?!]/.test(name) ? found.patterns : names).add(name);
  }
  const hosts = [...names].map((name) => {
    const options = config.compute(name, { matchExec: false, ignoreCase: true });
    return [name, { ...options }] as const;
  });
  return {
    hosts: new Map(hosts),
    patterns: [...found.patterns],
    includes: found.includes,
    matchCommands: found.matches,
  };
}

/** The library would ask the name service while it computes. */
function dropLookups(config: SshConfig): void {
  for (const line of config) {
    if (line.type === LineType.DIRECTIVE && 'config' in line) {
      for (const inner of [...line.config]) {
        if ('param' in inner && /^canonicalizehostname$/i.test(inner.param)) {
          line.config.splice(line.config.indexOf(inner), 1);
        }
      }
    }
  }
}

function valuesOf(value: string | readonly { readonly val: string }[]): readonly string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

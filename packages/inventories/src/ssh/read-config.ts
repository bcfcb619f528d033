import SshConfig, { LineType } from 'ssh-config';

/** The only place that knows the library `ssh-config`. */

/** Options by their names in lower case, as OpenSSH would use them. */
export type ConfigOptions = Readonly<Record<string, string | readonly string[]>>;

export interface ConfigHosts {
  /** Names in `Host` lines, without patterns. */
  readonly names: readonly string[];
  /** What the configuration says of a name, also of one that only patterns fit. */
  readonly optionsOf: (name: string) => ConfigOptions;
  /** Conditions of `Match` lines that run a command: they are never met here. */
  readonly matchCommands: readonly string[];
}

/** Reads a configuration of OpenSSH's client. Runs nothing that stands in it. */
export function readConfig(text: string): ConfigHosts {
  const config = SshConfig.parse(text);
  prepare(config);
  const names = new Set<string>();
  const matchCommands: string[] = [];
  for (const line of config) {
    if (line.type !== LineType.DIRECTIVE) continue;
    const values = valuesOf(line.value);
    if (/^match$/i.test(line.param) && 'criteria' in line) {
      if (Object.keys(line.criteria).some((key) => /^exec$/i.test(key))) {
        matchCommands.push(values.join(' '));
      }
    }
    if (!/^host$/i.test(line.param)) continue;
    for (const name of values) if (!/[*?!]/.test(name)) names.add(name);
  }
  return {
    names: [...names],
    optionsOf: (name) => ({ ...config.compute(name, { matchExec: false, ignoreCase: true }) }),
    matchCommands,
  };
}

/** Names that the library knows in one spelling only, and would hold `Match` lines against in no other. */
const spellings: Readonly<Record<string, string>> = { hostname: 'HostName', user: 'User' };

/** Takes out what the library would ask the name service for while it computes, and spells what it is to know. */
function prepare(config: SshConfig): void {
  for (const line of config) {
    if (line.type !== LineType.DIRECTIVE) continue;
    line.param = spellings[line.param.toLowerCase()] ?? line.param;
    if (!('config' in line)) continue;
    for (const inner of [...line.config]) {
      if (!('param' in inner)) continue;
      inner.param = spellings[inner.param.toLowerCase()] ?? inner.param;
      if (/^canonicalizehostname$/i.test(inner.param)) {
        line.config.splice(line.config.indexOf(inner), 1);
      }
    }
  }
}

function valuesOf(value: string | readonly { readonly val: string }[]): readonly string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

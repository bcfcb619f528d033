import type { Static } from 'typebox';
import type { jailSchema } from './jail-schema.ts';

export type JailSpec = Static<typeof jailSchema>;

/** Options of a jail as its file has them, name by name. */
export type JailOptions = Readonly<Record<string, string>>;

/** The file of one jail: one of its own, so that nothing else in jail.d is touched. Read after `defaults-debian.conf`. */
export function jailPath(name: string): string {
  return `/etc/fail2ban/jail.d/hostwright-${name}.local`;
}

/**
 * What the file must say. Without log files to read, the journal is the source: a Debian host has no mail.log, and the
 * backend of a jail wins over the one of [DEFAULT].
 */
export function jailOptions(spec: JailSpec): JailOptions {
  const { name, ensure: _, port, logpath, ignoreip, enabled, backend, ...plain } = spec;
  const isDefault = name === 'DEFAULT';
  const source = backend ?? (logpath === undefined && !isDefault ? 'systemd' : undefined);
  const options = {
    ...(isDefault ? {} : { enabled: String(enabled ?? true) }),
    port: port?.join(','),
    backend: source,
    logpath: logpath?.join('\n          '),
    ignoreip: ignoreip?.join(' '),
    ...plain,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value).trim()]));
}

/** One option a line: two on one line pass `fail2ban-client -t`, and the jail never starts. */
export function jailText(spec: JailSpec): string {
  const options = Object.entries(jailOptions(spec)).map(([key, value]) => `${key} = ${value}`);
  return [
    '# Written by Hostwright; changes made here are undone.',
    `[${spec.name}]`,
    ...options,
    '',
  ].join('\n');
}

/** The options of a file, comments and section left out; lines that begin with a blank continue the option before. */
export function parseJailText(text: string): JailOptions {
  const options: Record<string, string> = {};
  let last = '';
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Za-z_.]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      last = key;
      options[key] = value.trim();
    } else if (/^\s+\S/.test(line) && last !== '') {
      options[last] = `${options[last]}\n          ${line.trim()}`;
    }
  }
  return options;
}

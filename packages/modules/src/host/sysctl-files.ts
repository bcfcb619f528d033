import { parameterPath } from './sysctl-name.ts';

/** Lines of a file that say something, in their order. */
export interface SettingsFile {
  readonly path: string;
  readonly lines: readonly string[];
}

/** What a file makes of a parameter; no value where it says that the parameter is left alone. */
export interface Setting {
  readonly file: string;
  readonly value: string | undefined;
}

/** Folders of settings, the first one first: it hides files of the same name in the others. Source: sysctl.d(5). */
export const settingsFolders = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
];

/** Files in the order in which the host reads them when it starts: by name, wherever they are. */
export function inOrder(paths: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const folder of settingsFolders) {
    for (const path of paths.filter((each) => each.startsWith(`${folder}/`))) {
      const name = path.slice(folder.length + 1);
      if (!byName.has(name)) byName.set(name, path);
    }
  }
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/**
 * What the last file that names a parameter makes of it. Patterns such as `net.ipv4.conf.*.rp_filter` do not count: they
 * spare each parameter that some file names.
 */
export function settingOf(files: readonly SettingsFile[], path: string): Setting | undefined {
  const settings = files.flatMap((file) =>
    file.lines.flatMap((line) => {
      const { name, value } = partsOf(line);
      return name === path ? [{ file: file.path, value }] : [];
    }),
  );
  return settings.at(-1);
}

/** `-name = value` is the same but for errors, which do not count; `-name` excepts a parameter. */
function partsOf(line: string): { readonly name: string; readonly value: string | undefined } {
  const equals = line.indexOf('=');
  const left = (equals < 0 ? line : line.slice(0, equals)).trim().replace(/^-/, '').trim();
  const value = equals < 0 ? undefined : plainValue(line.slice(equals + 1));
  return { name: parameterPath(left).replace(/^\//, ''), value };
}

/** Numbers of one value are parted by tabs where the kernel shows them, and by any blanks where people write them. */
export function plainValue(value: string | number): string {
  return String(value).trim().split(/\s+/).join(' ');
}

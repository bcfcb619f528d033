/**
 * A kernel parameter as its path below /proc/sys. Where the first separator is a dot, dots part the steps and a slash stands
 * for a dot within one; where it is a slash, all stay as they are. Source: sysctl.d(5), sysctl(8).
 *
 * @example parameterPath('net.ipv4.conf.eth0/100.forwarding') // net/ipv4/conf/eth0.100/forwarding
 */
export function parameterPath(name: string): string {
  const [first] = /[./]/.exec(name) ?? [];
  return first === '.' ? swapped(name) : name;
}

/** The same parameter in dots, as people write it. */
export function dottedName(name: string): string {
  return swapped(parameterPath(name));
}

function swapped(name: string): string {
  return name.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}

/**
 * A file for each parameter. Its name sorts after those of others, which begin with two digits: the last file that names a
 * parameter wins, and on Debian 12 `99-sysctl.conf` is a link to /etc/sysctl.conf.
 */
export function parameterFile(name: string): string {
  return `/etc/sysctl.d/zz-hostwright-${parameterPath(name).replaceAll('/', '.')}.conf`;
}

import { HostwrightError, type Reading, type Sh, sh, unreadable } from '@hostwright/core';

/**
 * Settings and rules as the files have them, and whether the firewall is in the kernel. Reading the files takes a few
 * milliseconds, `ufw status` a third of a second; and they can be read before the firewall is enabled.
 */
export function probeUfwFiles(): Sh {
  return sh`
for f in /etc/default/ufw /etc/ufw/ufw.conf /etc/ufw/user.rules /etc/ufw/user6.rules; do
  [ -e "$f" ] || continue
  [ -r "$f" ] || { printf 'denied %s\\n' "$f"; exit 0; }
done
sed -n 's/^\\([A-Z0-9_]*=\\)/default \\1/p' /etc/default/ufw
sed -n 's/^\\([A-Z]*=\\)/conf \\1/p' /etc/ufw/ufw.conf
sed -n 's/^### tuple ###/rule4 &/p' /etc/ufw/user.rules
[ ! -e /etc/ufw/user6.rules ] || sed -n 's/^### tuple ###/rule6 &/p' /etc/ufw/user6.rules
if iptables -n -L ufw-user-input >/dev/null 2>&1; then echo 'kernel active'; else echo 'kernel inactive'; fi`;
}

/** The reading for everything when the files may not be read. */
export function ufwReadProblem(stdout: string): Reading<never> | undefined {
  const denied = /^denied (.*)$/m.exec(stdout)?.[1];
  if (denied === undefined) return undefined;
  const problem = `${denied} may not be read; it needs root.`;
  return unreadable(
    new HostwrightError('PROBE_FAILED', { problem, remedy: 'Set become for this host.' }),
  );
}

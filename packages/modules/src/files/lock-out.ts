import { lines, type Sh, sh, type WayBack } from '@hostwright/core';

/** Files by which people get in, and what makes them count again after they were put back. */
const doors: readonly { readonly paths: RegExp; readonly restore: Sh }[] = [
  {
    paths: /^\/etc\/ssh\//,
    restore: sh`systemctl reset-failed ssh.service 2>/dev/null
systemctl restart ssh.service 2>/dev/null || systemctl restart sshd.service`,
  },
  {
    paths: /^\/etc\/(network\/|netplan\/|systemd\/network\/)/,
    restore: sh`systemctl try-restart systemd-networkd.service networking.service`,
  },
  {
    paths: /^\/etc\/(ufw\/|default\/ufw$)/,
    restore: sh`for hw_init in /usr/lib/ufw/ufw-init /lib/ufw/ufw-init; do
  if [ -x "$hw_init" ]; then "$hw_init" force-stop; "$hw_init" start; break; fi
done`,
  },
  {
    paths: /^\/etc\/nftables\.conf$/,
    restore: sh`nft flush ruleset; systemctl try-restart nftables.service`,
  },
  // These count as soon as they stand there.
  {
    paths:
      /^\/etc\/(sudoers$|sudoers\.d\/|pam\.d\/|pam\.conf$|security\/|hosts\.(allow|deny)$|nsswitch\.conf$|login\.defs$)|\/\.ssh\/authorized_keys$/,
    restore: sh`:`,
  },
];

/** The way back from changes of files that can lock people out; undefined where none of these does. */
export function wayBackOf(paths: readonly string[]): WayBack | undefined {
  const guarded = paths.filter((path) => doors.some((door) => door.paths.test(path)));
  if (guarded.length === 0) return undefined;
  const open = doors.filter((door) => guarded.some((path) => door.paths.test(path)));
  return { paths: guarded, restore: lines(open.map(({ restore }) => restore)) };
}

import { createHash } from 'node:crypto';
import { adminPassword } from './lab-users.ts';
import { codenames, type Release } from './release.ts';

/**
 * What a host has beyond Debian's required packages: what the Debian installer always leaves on a server (init, ssh,
 * sudo, ip, ps, /etc/services), and nothing that a playbook should bring itself.
 */
export const basis = [
  'ca-certificates',
  'dbus',
  'iproute2',
  'netbase',
  'openssh-server',
  'procps',
  'sudo',
  'systemd',
  'systemd-sysv',
];

/**
 * What hosts can have installed before a test begins. `bare`: nothing more. `mail`: the packages of a mail host, as somebody
 * might have installed them and left them as Debian sets them up. That is where a suite begins that is not about installing,
 * since installing them takes longer than everything else that it does.
 */
const software = {
  bare: [],
  mail: [
    ...[
      'amavisd-new',
      'arj',
      'bzip2',
      'cabextract',
      'clamav-daemon',
      'clamav-freshclam',
      'clamdscan',
    ],
    ...['cpio', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'dovecot-mysql', 'dovecot-pop3d'],
    ...['dovecot-sieve', 'fail2ban', 'file', 'gzip', 'libmail-spf-perl', 'lzop', 'mariadb-server'],
    ...[
      'nftables',
      'opendkim',
      'opendkim-tools',
      'opendmarc',
      'openssl',
      'postfix',
      'postfix-mysql',
    ],
    ...[
      'postfix-policyd-spf-python',
      'python3-systemd',
      'spamassassin',
      'ufw',
      'unzip',
      'xz-utils',
    ],
    ...['zstd', '7zip'],
  ],
} as const;

export type Software = keyof typeof software;

export const softwareNames = Object.keys(software) as readonly Software[];

/** A host's root before it becomes one of its own. */
export interface ImageWish {
  readonly release: Release;
  /** `bare` when left out. */
  readonly software?: Software;
}

/** Everything that is installed, by name; what these depend on comes with them. */
export function packagesOf({ software: wanted = 'bare' }: ImageWish): readonly string[] {
  return [...basis, ...software[wanted]];
}

/**
 * Runs outside the root, which is $1. Everything that must differ between hosts is left out here and written at boot.
 * The apt timers are off because they take dpkg's lock at a moment of their own choosing.
 */
export const customizeScript = `#!/bin/sh
set -eu
root=$1
rm -f "$root"/etc/ssh/ssh_host_*
: > "$root/etc/machine-id"
rm -f "$root/etc/resolv.conf"
: > "$root/etc/resolv.conf"
chmod 644 "$root/etc/hostname" "$root/etc/resolv.conf"
rm -f "$root/etc/apt/sources.list" "$root/var/lib/dbus/machine-id"
for user in deploy admin; do
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  install -d -m 700 "$root/home/$user/.ssh"
  chroot "$root" chown -R "$user:$user" "/home/$user/.ssh"
done
install -d -m 700 "$root/root/.ssh"
chroot "$root" usermod -aG sudo admin
printf '%s\\n' "admin:$HOSTWRIGHT_LAB_ADMIN_PASSWORD" | chroot "$root" chpasswd
printf 'deploy ALL=(ALL:ALL) NOPASSWD: ALL\\n' > "$root/etc/sudoers.d/deploy"
chmod 440 "$root/etc/sudoers.d/deploy"
chroot "$root" systemctl enable systemd-networkd.service
chroot "$root" systemctl mask systemd-networkd-wait-online.service
chroot "$root" systemctl disable apt-daily.timer apt-daily-upgrade.timer
`;

/** Equal recipes give equal names, so that an image is built again exactly when this file changes. */
export function imageKey(wish: ImageWish): string {
  const { release, software: wanted = 'bare' } = wish;
  const recipe = JSON.stringify([
    codenames[release],
    packagesOf(wish),
    customizeScript,
    adminPassword,
  ]);
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return [release, ...(wanted === 'bare' ? [] : [wanted]), digest].join('-');
}

import { aptCachePort } from '../lab/apt-cache.ts';
import { type Mirrors, sourcesText } from '../lab/apt-sources.ts';
import { basis } from '../lab/image-recipe.ts';
import type { Release } from '../lab/release.ts';

/** Management network of the machines, which stands in for the one with a way out; .1 is this computer. */
const managementNetwork = '198.19.1';
/** Network of the machines among themselves. */
export const privateNetwork = '198.19.2';

/** What a box has beyond what a machine needs: nothing, or the packages of the machines for mail, as Debian leaves them. */
export type BoxSoftware = 'bare' | 'mail';

const mailPackages = [
  ...['dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'dovecot-pop3d', 'dovecot-sieve'],
  ...['fail2ban', 'nftables', 'opendkim', 'opendkim-tools', 'opendmarc', 'postfix'],
  ...['postfix-policyd-spf-python', 'python3-systemd', 'ufw'],
];

/** What a host of the lab has, what a machine needs to boot by itself, and the software. */
export function packagesOfBox(software: BoxSoftware): readonly string[] {
  const toBoot = ['initramfs-tools', 'linux-image-cloud-amd64', 'udev'];
  return [...basis, ...toBoot, ...(software === 'mail' ? mailPackages : [])];
}

/** Gets Vagrant's public key as VAGRANT_KEY and the apt sources as SOURCES. Host keys are made at the first boot. */
export const customizeScript = `#!/bin/sh
set -eu
root=$1
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf" "$root/var/lib/dbus/machine-id" "$root/etc/apt/sources.list"
: > "$root/etc/resolv.conf"
: > "$root/etc/machine-id"
printf '%s\\n' "$SOURCES" > "$root/etc/apt/sources.list.d/debian.sources"
chroot "$root" useradd --create-home --shell /bin/bash vagrant
install -d -m 700 "$root/home/vagrant/.ssh"
printf '%s\\n' "$VAGRANT_KEY" > "$root/home/vagrant/.ssh/authorized_keys"
chmod 600 "$root/home/vagrant/.ssh/authorized_keys"
chroot "$root" chown -R vagrant:vagrant /home/vagrant/.ssh
printf 'vagrant ALL=(ALL:ALL) NOPASSWD: ALL\\n' > "$root/etc/sudoers.d/vagrant"
chmod 440 "$root/etc/sudoers.d/vagrant"
printf '[Match]\\nName=eth0\\n[Network]\\nDHCP=ipv4\\n' > "$root/etc/systemd/network/10-eth0.network"
mkdir -p "$root/etc/systemd/system/ssh.service.d"
printf '[Service]\\nExecStartPre=\\nExecStartPre=/usr/bin/ssh-keygen -A\\nExecStartPre=/usr/sbin/sshd -t\\n' \\
  > "$root/etc/systemd/system/ssh.service.d/host-keys.conf"
chroot "$root" systemctl enable systemd-networkd.service
chroot "$root" systemctl mask systemd-networkd-wait-online.service
chroot "$root" systemctl disable apt-daily.timer apt-daily-upgrade.timer
rm -rf "$root/var/cache/apt/archives" "$root/var/lib/apt/lists"
mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
`;

/** Machines get their packages from this computer, since their network leads nowhere else. */
export function aptSources(release: Release, mirrors: Mirrors): string {
  return sourcesText(release, mirrors, `http://${managementNetwork}.1:${aptCachePort}`);
}

/**
 * Settings of the user who calls vagrant, as a Vagrantfile in VAGRANT_HOME: the example itself stays as it is. Disks that are
 * thrown away need not be written to at once, which is most of what dpkg waits for.
 */
export function homeVagrantfile(box: { readonly kernel: string; readonly initrd: string }): string {
  return `Vagrant.configure("2") do |config|
  config.vm.boot_timeout = ${bootSeconds}
  config.vm.provider "libvirt" do |libvirt|
    libvirt.disk_driver :cache => "unsafe"
    libvirt.management_network_name = "hostwright"
    libvirt.management_network_address = "${managementNetwork}.0/24"
    libvirt.management_network_mode = "none"
    libvirt.kernel = "${box.kernel}"
    libvirt.initrd = "${box.initrd}"
    libvirt.cmd_line = "root=/dev/vda rw console=ttyS0 net.ifnames=0"
  end
end
`;
}

/** A machine that qemu runs without KVM on a busy computer has been seen to take two minutes. */
const bootSeconds = 900;

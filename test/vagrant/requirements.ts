import { existsSync } from 'node:fs';
import { missingAmong } from '../lab/requirements.ts';
import { outputOf, runCommand } from '../lab/run-command.ts';

/** Commands of a round, and the Debian package that brings each. */
const commandPackages: Readonly<Record<string, string>> = {
  vagrant: 'vagrant',
  libvirtd: 'libvirt-daemon-system',
  virsh: 'libvirt-clients',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  dnsmasq: 'dnsmasq-base',
  iptables: 'iptables',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  tar: 'tar',
  unshare: 'util-linux',
  ip: 'iproute2',
  'apt-get': 'apt',
};

/** Why no round can be made here, in one line with what to do, or undefined when it can. Starts nothing. */
export async function missingForVagrant(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `this is ${process.platform} on ${process.arch}, and it needs Linux on x64`;
  }
  if (process.geteuid?.() !== 0) return 'it needs root';
  return missingCommand() ?? (await missingPlugin());
}

function missingCommand(): string | undefined {
  const missing = missingAmong(Object.keys(commandPackages));
  if (missing.length === 0) return undefined;
  const packages = missing.map((command) => commandPackages[command]).join(' ');
  return `the command ${missing.join(', ')} is missing (Debian: apt-get install --no-install-recommends ${packages} vagrant-libvirt)`;
}

async function missingPlugin(): Promise<string | undefined> {
  const plugins = await outputOf('vagrant', ['plugin', 'list']);
  return plugins.includes('vagrant-libvirt')
    ? undefined
    : 'the plugin vagrant-libvirt is missing (Debian: apt-get install --no-install-recommends vagrant-libvirt)';
}

const kvmTrialMs = 20_000;

/**
 * Whether machines run at full speed here; else qemu does all of their work by itself. A computer that is a virtual machine
 * can have a /dev/kvm in which no kernel gets anywhere, so one is started: without a disk it panics within seconds.
 */
export async function hasWorkingKvm(kernel: string): Promise<boolean> {
  if (!existsSync('/dev/kvm')) return false;
  const machine = ['-accel', 'kvm', '-cpu', 'host', '-m', '256', '-nographic', '-no-reboot'];
  const boot = ['-kernel', kernel, '-append', 'console=ttyS0 panic=-1'];
  const { exitCode, stdout } = await runCommand('qemu-system-x86_64', [...machine, ...boot], {
    timeoutMs: kvmTrialMs,
  });
  return exitCode === 0 && stdout.includes('Linux version');
}

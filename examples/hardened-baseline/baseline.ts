import type { Declarations } from '@hostwright/core';
import {
  Directory,
  Fail2banJail,
  File,
  Package,
  Service,
  Ufw,
  UfwRule,
  User,
} from '@hostwright/modules';

export interface BaselineSettings {
  /** Who may log in and become root. */
  readonly admins: readonly {
    readonly name: string;
    /** Lines of authorized_keys. At least one. */
    readonly keys: readonly string[];
  }[];
  /** Port of sshd; 22 when left out. */
  readonly sshPort?: number;
  /** Addresses that are never banned: name the one that runs come from. */
  readonly trusted: readonly string[];
}

/** What every host gets before it gets anything else. */
export function baseline({ admins, sshPort = 22, trusted }: BaselineSettings): Declarations {
  return [
    admins.map(admin),
    ssh(admins.map(({ name }) => name)),
    upgrades,
    bans(sshPort, trusted),
    firewall(sshPort),
  ];
}

function admin({ name, keys }: BaselineSettings['admins'][number]): Declarations {
  const home = `/home/${name}`;
  const own = { owner: name, group: name };
  return [
    Package({ name: 'sudo' }),
    User({ name, home, shell: '/bin/bash' }),
    Directory({ path: `${home}/.ssh`, mode: '0700', ...own }),
    File({
      path: `${home}/.ssh/authorized_keys`,
      mode: '0600',
      ...own,
      content: `${keys.join('\n')}\n`,
    }),
    File({
      path: `/etc/sudoers.d/90-${name}`,
      content: `${name} ALL=(ALL:ALL) NOPASSWD: ALL\n`,
      mode: '0440',
      validate: ['visudo', '-cf', '%'],
    }),
  ];
}

/** Keys only, nobody but the admins, and root not at all. */
function ssh(users: readonly string[]): Declarations {
  const config = File({
    path: '/etc/ssh/sshd_config.d/10-baseline.conf',
    mode: '0644',
    content: `PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers ${users.join(' ')}
MaxAuthTries 3
X11Forwarding no
`,
    validate: ['/usr/sbin/sshd', '-t', '-f', '%'],
  });
  return [config, Service({ name: 'ssh', running: true, enabled: true })];
}

const upgrades: Declarations = [
  Package({ name: 'unattended-upgrades' }),
  File({
    path: '/etc/apt/apt.conf.d/20auto-upgrades',
    mode: '0644',
    content: `APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
`,
  }),
  Service({ name: 'apt-daily-upgrade.timer', running: true, enabled: true }),
];

function bans(port: number, trusted: readonly string[]): Declarations {
  return [
    // Not started before its jail is there: without a log file the jail of the package keeps it from starting.
    ['fail2ban', 'python3-systemd', 'nftables'].map((name) =>
      Package({ name, startService: false }),
    ),
    Fail2banJail({
      name: 'sshd',
      port: [port],
      backend: 'systemd',
      banaction: 'nftables-multiport',
      maxretry: 5,
      bantime: '1h',
      ignoreip: ['127.0.0.1/8', '::1', ...trusted],
    }),
    Service({ name: 'fail2ban', running: true, enabled: true }),
  ];
}

function firewall(port: number): Declarations {
  return [
    Package({ name: 'ufw' }),
    UfwRule({ allow: port, proto: 'tcp', comment: 'ssh' }),
    Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' }),
  ];
}

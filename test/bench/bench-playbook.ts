import { type Inventory, play, playbook } from '@hostwright/core';
import { Directory, File, Group, Package, Service, User } from '@hostwright/modules';

const packages = [
  'bash',
  'coreutils',
  'dash',
  'findutils',
  'grep',
  'gzip',
  'hostname',
  'login',
  'passwd',
  'sed',
];
const services = ['ssh', 'dbus', 'systemd-journald', 'systemd-logind', 'cron'];

/** Sixty resources of six kinds, as a small host has them. */
export function benchPlaybook(inventory: Inventory) {
  return playbook({ inventory, plays: [play({ hosts: 'all', resources: benchResources })] });
}

function benchResources() {
  const numbers = Array.from({ length: 15 }, (_, index) => index);
  return [
    packages.map((name) => Package({ name })),
    Package({ name: 'cron' }),
    services.slice(0, 4).map((name) => Service({ name, running: true })),
    Service({ name: 'cron', running: true, enabled: true }),
    numbers.slice(0, 10).map((index) => Directory({ path: `/etc/bench/${index}`, mode: '0755' })),
    Directory({ path: '/etc/bench', mode: '0755' }),
    numbers.slice(0, 9).map((index) => Group({ name: `bench${index}` })),
    numbers.slice(0, 9).map((index) => User({ name: `bench${index}`, group: `bench${index}` })),
    numbers.map((index) =>
      File({
        path: `/etc/bench/${index % 10}/file${index}.conf`,
        mode: '0644',
        content: `# file ${index}\n`.repeat(50),
      }),
    ),
  ];
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallHost } from '../small-host.ts';
import type { Task, Tool } from './tool.ts';

export const ansible = ansibleAs('ansible', '');

/** Mitogen for Ansible, which Debian's ansible-mitogen installs as a strategy. */
export const mitogen = ansibleAs('mitogen', 'strategy = mitogen_linear\n');

/**
 * As somebody writes it who wants it fast: one task for all packages, no facts, pipelining, connections that stay, as many forks as
 * hosts.
 */
function ansibleAs(name: string, strategy: string): Tool {
  return {
    name,
    version:
      name === 'ansible'
        ? ['ansible-playbook', '--version']
        : ['/usr/bin/python3', '-c', 'import mitogen; print("mitogen", mitogen.__version__)'],
    prepare(task) {
      writeFileSync(join(task.folder, 'ansible.cfg'), configuration(task.hosts.length, strategy));
      writeFileSync(join(task.folder, 'hosts.ini'), inventory(task));
      // YAML is a superset of JSON.
      writeFileSync(join(task.folder, 'site.yml'), JSON.stringify([play()], null, 2));
    },
    command: () => ['ansible-playbook', 'site.yml'],
    environment: ({ folder }) => ({
      LC_ALL: 'C.UTF-8',
      ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
    }),
    differs: /\b(changed|failed|unreachable)=[1-9]/,
  };
}

function configuration(forks: number, strategy: string): string {
  return `[defaults]
forks = ${forks}
inventory = hosts.ini
interpreter_python = /usr/bin/python3
${strategy}[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=60s
`;
}

function inventory({ lab: { identityFile, knownHosts }, hosts }: Task): string {
  const all = `[all:vars]
ansible_user=root
ansible_ssh_private_key_file=${identityFile}
ansible_ssh_common_args=-o UserKnownHostsFile=${knownHosts}
`;
  return hosts.map(({ name, address }) => `${name} ansible_host=${address}\n`).join('') + all;
}

function play() {
  const { packages, running, enabled, directories, users, files } = smallHost;
  const name = '{{ item }}';
  const path = '{{ item.path }}';
  const mode = '0644';
  return {
    hosts: 'all',
    gather_facts: false,
    tasks: [
      { 'ansible.builtin.apt': { name: packages, state: 'present' } },
      { 'ansible.builtin.systemd': { name, state: 'started' }, loop: running },
      { 'ansible.builtin.systemd': { name, state: 'started', enabled: true }, loop: enabled },
      {
        'ansible.builtin.file': { path: name, state: 'directory', mode: '0755' },
        loop: directories,
      },
      { 'ansible.builtin.group': { name }, loop: users },
      { 'ansible.builtin.user': { name, group: name }, loop: users },
      {
        'ansible.builtin.copy': { dest: path, content: '{{ item.content }}', mode },
        loop: files,
        loop_control: { label: path },
      },
    ],
  };
}

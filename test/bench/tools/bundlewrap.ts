import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallHost } from '../small-host.ts';
import type { Task, Tool } from './tool.ts';

/** With connections that stay, which BundleWrap recommends, and all hosts at once. */
export const bundlewrap: Tool = {
  name: 'bundlewrap',
  version: ['bw', '--version'],
  prepare(task) {
    const bundle = join(task.folder, 'bundles/small');
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(task.folder, 'nodes.py'), `nodes = ${pythonOf(nodes(task))}\n`);
    writeFileSync(join(task.folder, 'groups.py'), 'groups = {}\n');
    const items = Object.entries(itemsOf()).map(
      ([name, value]) => `${name} = ${pythonOf(value)}\n`,
    );
    writeFileSync(join(bundle, 'items.py'), items.join(''));
  },
  command: ({ hosts }) => ['bw', 'apply', '-p', String(hosts.length), ...hosts.map(nameOf)],
  environment: ({ lab: { identityFile, knownHosts }, folder }) => ({
    LC_ALL: 'C.UTF-8',
    BW_REPO_PATH: folder,
    BW_SSH_ARGS: [
      ...['-i', identityFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'ControlMaster=auto'],
      ...['-o', `ControlPath=${folder}/%C`, '-o', 'ControlPersist=60s'],
    ].join(' '),
  }),
  differs: /\b[1-9]\d* (fixed|failed)/,
};

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function nodes({ hosts }: Task) {
  const entries = hosts.map(({ name, address }) => {
    return [name, { hostname: address, username: 'root', bundles: ['small'] }] as const;
  });
  return Object.fromEntries(entries);
}

function itemsOf() {
  const { packages, running, enabled, directories, users, files } = smallHost;
  const owned = { owner: 'root', group: 'root' };
  return {
    pkg_apt: each(packages, () => ({})),
    svc_systemd: {
      ...each(running, () => ({ enabled: null, running: true })),
      ...each(enabled, () => ({ enabled: true, running: true })),
    },
    directories: each(directories, () => ({ ...owned, mode: '0755' })),
    groups: each(users, () => ({})),
    users: each(users, (name) => ({ gid: name })),
    files: Object.fromEntries(
      files.map(({ path, content }) => [path, { ...owned, content, mode: '0644' }]),
    ),
  };
}

function each<Value>(names: readonly string[], value: (name: string) => Value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

/** JSON is Python but for three words, which stand for themselves here: no text of the small host contains them. */
function pythonOf(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('true', 'True').replaceAll('null', 'None');
}

import type { Way } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { Directory } from './directory.ts';
import { File } from './file.ts';
import { threatsOfContent, threatsOfRemoval } from './way-in.ts';

const asDeploy: Way = {
  host: 'mx1',
  connection: 'ssh',
  address: '198.51.100.1',
  port: 22,
  user: 'deploy',
  becomeUser: 'root',
};
const { becomeUser: _, ...bare } = asDeploy;
const asRoot: Way = { ...bare, user: 'root' };

test.each([
  ['/etc/ssh/sshd_config', 1, 1],
  ['/etc/ssh', 1, 1],
  ['/etc/sudoers', 1, 0],
  ['/etc/sudoers.d/deploy', 1, 0],
  ['/home/deploy/.ssh/authorized_keys', 1, 0],
  ['/home/deploy/.ssh', 1, 0],
  ['/home/deploy', 1, 0],
  ['/srv/deploy/.ssh/authorized_keys', 1, 0],
  ['/root/.ssh/authorized_keys', 0, 1],
  ['/home/deployer/.ssh/authorized_keys', 0, 0],
  ['/etc/ssh/sshd_config.d/x.conf', 0, 0],
  ['/etc/motd', 0, 0],
])(
  'removing %s threatens who comes as deploy by sudo: %d, who comes as root: %d',
  (path, deploy, root) => {
    expect(threatsOfRemoval(path, asDeploy)).toHaveLength(deploy);
    expect(threatsOfRemoval(path, asRoot)).toHaveLength(root);
  },
);

const sshd = (content: string, way = asDeploy) =>
  threatsOfContent('/etc/ssh/sshd_config.d/own.conf', content, way);

test('settings of sshd that keep the run out', () => {
  expect(sshd('PermitRootLogin no\n', asRoot)).toEqual([
    'It forbids root to log in, as this run does.',
  ]);
  expect(sshd('PermitRootLogin no\n')).toEqual([]);
  expect(sshd('Port 2222\n')).toHaveLength(1);
  expect(sshd('Port 22\nPort 2222\n')).toEqual([]);
  expect(sshd('AllowUsers alice bob\n')).toHaveLength(1);
  expect(sshd('AllowUsers alice deploy\n')).toEqual([]);
  expect(sshd('AllowUsers dep*\n')).toEqual([]);
  expect(sshd('DenyUsers deploy\n')).toHaveLength(1);
  expect(sshd('PubkeyAuthentication no # never\n')).toHaveLength(1);
  expect(sshd('#Port 2222\nMatch Address 192.0.2.0/24\n  PubkeyAuthentication no\n')).toEqual([]);
});

test('keys that are all gone, and a host that is closed', () => {
  const keys = '/home/deploy/.ssh/authorized_keys';
  expect(threatsOfContent(keys, '# none\n', asDeploy)).toHaveLength(1);
  expect(threatsOfContent(keys, 'ssh-ed25519 AAAA me\n', asDeploy)).toEqual([]);
  expect(threatsOfContent(keys, undefined, asDeploy)).toEqual([]);
  expect(threatsOfContent('/etc/nologin', 'closed', asDeploy)).toHaveLength(1);
  expect(threatsOfContent('/etc/nologin', 'closed', asRoot)).toEqual([]);
});

test('File and Directory ask for what they do', () => {
  const asked = { way: asDeploy, isKeptOpen: false, reading: { is: 'absent' as const } };
  const gone = { path: '/etc/ssh/sshd_config', ensure: 'absent' as const };
  expect(File.type.threatens({ ...asked, spec: gone })).toHaveLength(1);
  expect(
    File.type.threatens({ ...asked, spec: { path: gone.path, content: 'Port 22\n' } }),
  ).toEqual([]);
  const folder = { path: '/home/deploy/.ssh', ensure: 'absent' as const };
  expect(Directory.type.threatens({ ...asked, spec: folder })).toHaveLength(1);
  expect(Directory.type.threatens({ ...asked, spec: { path: folder.path } })).toEqual([]);
});

import { join } from 'node:path';
import { inventory } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { fromVagrant } from './from-vagrant.ts';

test('a machine of Vagrant, with host keys that are recorded and then checked', () => {
  const { input, notes } = fromVagrant({ path: join(import.meta.dirname, 'captured/vagrant.txt') });
  expect(inventory(input).hosts.get('default')).toMatchObject({
    address: '127.0.0.1',
    user: 'vagrant',
    become: {},
    ssh: {
      port: 2222,
      knownHosts: ['.vagrant/known_hosts'],
      hostKeyPolicy: 'accept-new',
      identityFiles: ['/srv/box/.vagrant/machines/default/virtualbox/private_key'],
    },
  });
  expect(notes.filter(({ isLost }) => isLost).map(({ what }) => what)).toEqual([
    'pubkeyacceptedkeytypes +ssh-rsa',
    'hostkeyalgorithms +ssh-rsa',
  ]);
});

test('machines of vagrant-libvirt, as Vagrant 2.3.4 printed them', () => {
  const path = join(import.meta.dirname, 'captured/vagrant-libvirt.txt');
  const { input, notes } = fromVagrant({ path });
  const { hosts } = inventory(input);
  expect([...hosts.values()].map(({ name, address, ssh }) => [name, address, ssh.port])).toEqual([
    ['mx1', '198.19.1.107', 22],
    ['mx2', '198.19.1.241', 22],
    ['dns', '198.19.1.98', 22],
  ]);
  expect(notes.filter(({ isLost }) => isLost)).toEqual([]);
});

test('what Vagrant says instead, when a machine is not up, is no inventory without hosts', () => {
  const text =
    'The provider for this Vagrant-managed machine is reporting that it\nis not yet ready.\n';
  expect(() => fromVagrant({ text })).toThrow('it names no host');
});

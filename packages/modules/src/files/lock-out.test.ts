import { expect, test } from '@jest/globals';
import { wayBackOf } from './lock-out.ts';

test('R32: files by which people get in have a way back, and only these', () => {
  const found = wayBackOf([
    '/etc/motd',
    '/etc/ssh/sshd_config.d/10-ours.conf',
    '/etc/sudoers.d/deploy',
    '/home/deploy/.ssh/authorized_keys',
    '/etc/sshguard.conf',
  ]);
  expect(found?.paths).toEqual([
    '/etc/ssh/sshd_config.d/10-ours.conf',
    '/etc/sudoers.d/deploy',
    '/home/deploy/.ssh/authorized_keys',
  ]);
  expect(found?.restore.script).toContain('systemctl restart ssh.service');
  expect(found?.restore.script).not.toContain('nft');
  expect(wayBackOf(['/etc/motd'])).toBeUndefined();
});

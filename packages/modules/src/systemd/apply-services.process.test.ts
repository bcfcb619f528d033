import { spawnSync } from 'node:child_process';
import { shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Service } from './service.ts';

const driver = shellDriver(Service);

/** systemd as a function: what it is asked for, and a service whose unit file has changed. */
const systemctl = `
journalctl() { :; }
sleep() { :; }
systemctl() {
  case "$*" in
    *'-p Triggers '*job.timer | *'-p Triggers '*job.path) echo job.service ;;
    *'-p NeedDaemonReload '*' job.service') echo yes ;;
    *'-p NeedDaemonReload '*) echo no ;;
    *'-p ActiveState '*) echo active ;;
    *'-p NRestarts '*) echo 0 ;;
    *show*) : ;;
    *) echo "systemctl $*" ;;
  esac
}
`;

function run(script: string): readonly string[] {
  const { stdout, stderr, status } = spawnSync('/bin/sh', [], {
    input: systemctl + script,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

test.each(['job.timer', 'job.path'])(
  '%s, told of a change, has systemd read the service that it starts anew',
  (name) => {
    const { script } = driver.refresh?.([{ name, running: true }]) ?? { script: '' };
    expect(run(script)).toContain('systemctl daemon-reload');
  },
);

test('a service that nothing changed is not read anew', () => {
  const { script } = driver.refresh?.([{ name: 'other', running: true }]) ?? { script: '' };
  expect(run(script)).not.toContain('systemctl daemon-reload');
});

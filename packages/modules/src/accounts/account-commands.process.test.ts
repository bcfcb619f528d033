import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { absent } from '@hostwright/core';
import { shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { User } from './user.ts';

const driver = shellDriver(User);
const spec = { name: 'hwnosuch', password: '!' };
const field = (name: string) => ({ field: name, from: null, to: '' });

/** Runs a change with functions in the place of the commands: nothing of this machine is touched. */
function run(functions: string, fields: readonly string[]) {
  const reading = fields.includes('exists') ? absent : observed;
  const { script } = driver.apply([{ spec, reading, fields: fields.map(field) }]);
  const input = `sleep() { :; }\n${functions}\n${script}`;
  return spawnSync('/bin/sh', [], { input, encoding: 'utf8' });
}

const observed = {
  is: 'present',
  observed: {
    ...{ uid: 1, gid: 1, group: 'g', groups: [], home: '/', hasHome: true, shell: '', comment: '' },
    passwordDigest: undefined,
  },
} as const;

const locked = "echo 'chpasswd: cannot lock /etc/shadow; try again later.' >&2; return 1";

test('without root, an account is not tried again and again', () => {
  const { status, stderr, stdout } = run(
    `exec 3>&1
getent() { return 2; }
useradd() { printf 'useradd: Permission denied.\\nuseradd: cannot lock /etc/passwd; try again later.\\n'; echo tried >&3; return 1; }`,
    ['exists'],
  );
  expect(status).toBe(1);
  expect(stderr.match(/Permission denied/g)).toHaveLength(1);
  expect(stdout).toBe('tried\n');
});

test('a password waits for whoever else edits accounts', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hostwright-')), 'tried');
  const { status, stderr, stdout } = run(
    `chpasswd() { if [ ! -e ${file} ]; then : >${file}; ${locked}; fi; cat >/dev/null; echo "$@" >&3; }
exec 3>&1`,
    ['password'],
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe('-e\n');
  rmSync(dirname(file), { recursive: true });
});

test('a password that may not be set says why, and is not in what is said', () => {
  const { status, stderr } = run(`chpasswd() { ${locked}; }`, ['password']);
  expect(status).toBe(1);
  expect(stderr).toBe('chpasswd: cannot lock /etc/shadow; try again later.\n');
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeOutput, shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Hostname } from './hostname.ts';

// A real shell, with an /etc of its own, and a host whose name is in a file.

const driver = shellDriver(Hostname);

let place = '';
const at = (...names: readonly string[]) => join(place, ...names);

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-hostname-'));
  for (const name of ['etc', 'bin']) mkdirSync(at(name));
  writeFileSync(at('live'), 'old\n');
  const mode = 0o755;
  writeFileSync(at('bin/uname'), `#!/bin/sh\ncat ${at('live')}\n`, { mode });
  const name = `#!/bin/sh\n[ ! -e ${at('refuses')} ] || { echo "no" >&2; exit 1; }\necho "$1" >${at('live')}\n`;
  writeFileSync(at('bin/hostname'), name, { mode });
});
afterEach(() => rmSync(place, { recursive: true }));

function run(script: string) {
  const moved = script.replaceAll('/etc/', `${place}/etc/`);
  const env = { ...process.env, LC_ALL: 'C', PATH: `${at('bin')}:${process.env.PATH}` };
  return spawnSync('/bin/sh', { input: `{ ${moved}\n} </dev/null`, env, encoding: 'utf8' });
}

function converge(name: string) {
  const spec = { name };
  const [reading] = driver.parse(probeOutput(run(driver.probe([spec]).script).stdout), [spec]);
  if (reading?.is !== 'present') throw new Error(JSON.stringify(reading));
  const fields = Hostname.type.diff(spec, reading);
  if (fields.length === 0) return [];
  const { status, stderr } = run(driver.apply([{ spec, reading, fields }]).script);
  return [...fields.map(({ field }) => field), status, stderr];
}

test('both places are set, found as they are, and mended', () => {
  writeFileSync(at('etc/hostname'), '# by hand\n\n  old.example.com  \n');
  expect(converge('mail')).toEqual(['stored', 'live', 0, '']);
  expect(converge('mail')).toEqual([]);
  writeFileSync(at('live'), 'dhcp-7\n');
  expect(converge('mail')).toEqual(['live', 0, '']);
  writeFileSync(at('etc/hostname'), '');
  expect(converge('mail')).toEqual(['stored', 0, '']);
  expect(readFileSync(at('etc/hostname'), 'utf8')).toBe('mail\n');
});

test('where the host may not name itself, nothing is stored', () => {
  writeFileSync(at('refuses'), '');
  expect(converge('mail')).toEqual(['stored', 'live', 1, 'no\n']);
  expect(existsSync(at('etc/hostname'))).toBe(false);
});

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeOutput, shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Timezone } from './timezone.ts';

// A real shell, with an /etc and zones of its own.

const driver = shellDriver(Timezone);

let place = '';
const at = (...names: readonly string[]) => join(place, ...names);

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-timezone-'));
  for (const name of ['etc', 'usr/share/zoneinfo/Europe']) mkdirSync(at(name), { recursive: true });
  for (const name of ['UTC', 'Europe/Berlin']) writeFileSync(at('usr/share/zoneinfo', name), name);
});
afterEach(() => rmSync(place, { recursive: true }));

function run(script: string) {
  const moved = script.replaceAll(/\/(?=(etc|usr)\/)/g, `${place}/`);
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('/bin/sh', { input: `{ ${moved}\n} </dev/null`, env, encoding: 'utf8' });
}

function converge(name: string) {
  const spec = { name };
  const { stdout } = run(driver.probe([spec]).script);
  const [reading] = driver.parse(probeOutput(stdout.replaceAll(place, '')), [spec]);
  if (reading?.is !== 'present') return reading?.is;
  const fields = Timezone.type.diff(spec, reading);
  if (fields.length === 0) return [];
  const { status, stderr } = run(driver.apply([{ spec, reading, fields }]).script);
  return [...fields.map(({ field, from }) => `${field} ${from}`), status, stderr];
}

test('a link that is missing, leads elsewhere or is a file becomes the right one, in one step', () => {
  expect(converge('Europe/Berlin')).toEqual(['localtime null', 0, '']);
  expect(converge('Europe/Berlin')).toEqual([]);
  expect(converge('UTC')).toEqual(['localtime Europe/Berlin', 0, '']);
  rmSync(at('etc/localtime'));
  writeFileSync(at('etc/localtime'), 'a copy');
  expect(converge('Europe/Berlin')).toEqual(['localtime a file', 0, '']);
  expect(readlinkSync(at('etc/localtime'))).toBe(at('usr/share/zoneinfo/Europe/Berlin'));
  expect(readdirSync(at('etc'))).toEqual(['localtime']);
});

test('/etc/timezone is kept true where it is, and made nowhere', () => {
  symlinkSync('../usr/share/zoneinfo/Europe/Berlin', at('etc/localtime'));
  expect(converge('Europe/Berlin')).toEqual([]);
  expect(existsSync(at('etc/timezone'))).toBe(false);
  writeFileSync(at('etc/timezone'), 'Etc/UTC\n');
  expect(converge('Europe/Berlin')).toEqual(['timezone Etc/UTC', 0, '']);
  expect(readFileSync(at('etc/timezone'), 'utf8')).toBe('Europe/Berlin\n');
  expect(converge('Europe/Nowhere')).toBe('unknown');
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent } from '@hostwright/core';
import { shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Directory } from './directory.ts';

/** Makes what is missing as the probe saw it. */
function make(path: string) {
  const spec = { path, mode: '0710' };
  const { script } = shellDriver(Directory).apply([{ spec, reading: absent, fields: [] }]);
  return spawnSync('/bin/sh', [], { input: script, encoding: 'utf8' });
}

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

test('a directory that somebody made since it was looked at is as declared all the same', () => {
  const path = join(place, 'www');
  mkdirSync(path, { mode: 0o755 });
  expect(make(path)).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(path).mode & 0o7777).toBe(0o710);
});

test('a link that somebody put there since is not followed', () => {
  mkdirSync(join(place, 'etc'), { mode: 0o755 });
  symlinkSync(join(place, 'etc'), join(place, 'www'));
  expect(make(join(place, 'www')).status).toBe(1);
  expect(statSync(join(place, 'etc')).mode & 0o7777).toBe(0o755);
});

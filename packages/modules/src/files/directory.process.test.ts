import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent } from '@hostwright/core';
import { shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Directory } from './directory.ts';

test('a directory that somebody made since it was looked at is as declared all the same', () => {
  const place = mkdtempSync(join(tmpdir(), 'hostwright-'));
  try {
    const path = join(place, 'www');
    mkdirSync(path, { mode: 0o755 });
    const spec = { path, mode: '0710' };
    const { script } = shellDriver(Directory).apply([{ spec, reading: absent, fields: [] }]);
    const { status, stderr } = spawnSync('/bin/sh', [], { input: script, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(statSync(path).mode & 0o7777).toBe(0o710);
  } finally {
    rmSync(place, { recursive: true });
  }
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent } from '@hostwright/core';
import { shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Package } from './package.ts';

const driver = shellDriver(Package);

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

function command(name: string, text: string): void {
  writeFileSync(join(place, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** What is said where apt says this about a transaction; no package of this machine is touched. */
function saidOf(name: string, aptSays: string): string {
  const fields = [{ field: 'exists', from: false, to: true }];
  const { script } = driver.apply([{ spec: { name }, reading: absent, fields }]);
  command('dpkg', ':');
  command('apt-mark', 'echo tree; echo bind9');
  command(
    'apt-get',
    `case "$*" in *install*) cat >&2 <<'END'\nE: ${aptSays}\nEND\nexit 100 ;; esac`,
  );
  const { stderr, status } = spawnSync('/bin/sh', [], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${place}:/usr/bin:/bin` },
  });
  expect(status).toBe(1);
  return stderr;
}

test('packages that are held back are named', () => {
  const held = 'Held packages were changed and -y was used without --allow-change-held-packages.';
  expect(saidOf('tree', held)).toBe(
    `E: ${held}\nHeld back on this host: tree bind9. To let one go: apt-mark unhold NAME.\n`,
  );
});

test('a name without a candidate may be one that many provide, or pinned away', () => {
  const none = "Package 'mail-transport-agent' has no installation candidate";
  expect(saidOf('mail-transport-agent', none)).toContain('apt-cache policy');
});

test('a package of an architecture that is not enabled says so', () => {
  expect(saidOf('libc6:i386', 'Unable to locate package libc6:i386')).toContain(
    'dpkg --add-architecture',
  );
  const dotted = "Unable to locate package a.b\nE: Couldn't find any package by glob 'a.b'";
  expect(saidOf('a.b', dotted)).not.toContain('architecture');
});

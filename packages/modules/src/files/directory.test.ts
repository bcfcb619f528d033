import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Directory } from './directory.ts';

const { diff } = Directory.type;
const driver = shellDriver(Directory);

const releases = ['debian-12', 'debian-13'];
const specs = [
  { path: '/srv/hw/sub', group: 'mail', mode: '2775' },
  { path: '/srv/hw/sublink', owner: 'root', group: '8' },
  { path: '/tmp', mode: '1777' },
  { path: '/srv/hw/new' },
  { path: '/srv/hw/no/parent' },
  { path: '/srv/hw/no/parent2/x', parents: true },
  { path: '/srv/hw/plain' },
  { path: '/srv/hw/dangling' },
  { path: '/srv/hw/plain/below' },
  { path: '/srv/hw/gone', ensure: 'absent' as const },
  { path: '/srv/hw/no/gone', ensure: 'absent' as const },
];

describeResource(Directory, {
  valid: [
    { path: '/srv/mail', owner: 'vmail', group: 'vmail', mode: '2770', parents: true },
    { path: '/srv/old', ensure: 'absent', recursive: true },
  ],
  invalid: {
    'a final slash': { path: '/srv/' },
    'a step up': { path: '/srv/../etc' },
    'a mode of five digits': { path: '/srv', mode: '00755' },
    'the removal of /etc with all in it': { path: '/etc', ensure: 'absent', recursive: true },
    'a mode of what is absent': { path: '/srv/a', ensure: 'absent', mode: '0755' },
    'recursion without removal': { path: '/srv/a', recursive: true },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `directory.${release}`), specs.slice(0, 3)],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `directory.${release}`),
        [
          { path: '/srv/hw/sub', mode: '0775' },
          { path: '/tmp', ensure: 'absent' as const },
        ],
      ],
    ]),
  ),
});

test.each(releases)('%s: every kind of thing that can stand at a path', (release) => {
  const readings = driver.parse(captured(import.meta, `directory.${release}`), specs);
  expect(readings.slice(3)).toMatchObject([
    { is: 'absent' },
    { is: 'unknown', reason: 'the directory /srv/hw/no does not exist' },
    { is: 'absent' },
    { is: 'unreadable', error: { code: 'DIRECTORY_IN_THE_WAY' } },
    { is: 'unreadable', error: { problem: expect.stringContaining('leads to nothing') } },
    { is: 'unreadable', error: { problem: expect.stringContaining('Not a directory') } },
    { is: 'absent' },
    { is: 'absent' },
  ]);
});

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-directory-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

type Spec = Parameters<typeof diff>[0];

/** Probe, diff and apply, as the engine does them, on this machine. */
function converge(wanted: readonly Spec[]) {
  const run = (script: string) => spawnSync('/bin/sh', { input: script, encoding: 'utf8' });
  const readings = driver.parse(probeOutput(run(driver.probe(wanted).script).stdout), wanted);
  const differences = wanted.flatMap((spec, index) => {
    const reading = readings[index] ?? absent;
    if (reading.is === 'unknown' || reading.is === 'unreadable') throw new Error(reading.is);
    const fields = diff(spec, reading);
    return fields.length === 0 ? [] : [{ spec, reading, fields }];
  });
  const { status, stderr } = run(driver.apply(differences).script);
  return { status, stderr, changed: differences.length };
}

test('directories are made, with parents, and all mode bits are set both ways', () => {
  const path = join(place, "it's $(id) -", 'b');
  expect(converge([{ path, mode: '2770', parents: true }])).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(statSync(path).mode & 0o7777).toBe(0o2770);
  expect(converge([{ path, mode: '0750' }])).toMatchObject({ status: 0, changed: 1 });
  expect(statSync(path).mode & 0o7777).toBe(0o750);
  expect(converge([{ path, mode: '0750' }])).toMatchObject({ changed: 0 });
});

test('a link to a directory counts as the directory', () => {
  mkdirSync(join(place, 'real'));
  chmodSync(join(place, 'real'), 0o700);
  symlinkSync('real', join(place, 'link'));
  expect(converge([{ path: join(place, 'link'), mode: '0711' }])).toMatchObject({ status: 0 });
  expect(statSync(join(place, 'real')).mode & 0o7777).toBe(0o711);
});

test.each([false, true])(
  'of a link to a directory only the link is removed (recursive: %s)',
  (recursive) => {
    const path = join(place, 'link');
    mkdirSync(join(place, 'real'));
    writeFileSync(join(place, 'real', 'kept'), '');
    symlinkSync('real', path);
    expect(
      converge([{ path, ensure: 'absent', ...(recursive ? { recursive } : {}) }]),
    ).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(place, 'real', 'kept'))).toBe(true);
  },
);

test('a directory that is not empty is removed only when asked', () => {
  const path = join(place, 'full');
  mkdirSync(path);
  writeFileSync(join(path, 'a'), '');
  const refused = converge([{ path, ensure: 'absent' }]);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('not empty') });
  expect(converge([{ path, ensure: 'absent', recursive: true }])).toMatchObject({ status: 0 });
  expect(existsSync(path)).toBe(false);
});

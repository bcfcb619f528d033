import { spawnSync } from 'node:child_process';
import { secret } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Command } from './command.ts';

const { diff } = Command.type;
const driver = shellDriver(Command);
const releases = ['debian-12', 'debian-13'];
type Spec = Parameters<typeof diff>[0];

/** The specs that the captures were made with. */
const specs: Spec[] = [
  { name: 'creates, there', run: ['true'], creates: '/etc/passwd' },
  { name: 'creates, missing', run: ['true'], creates: "/srv/it's missing/x" },
  { name: 'unless true', script: 'true', unless: 'test -e /etc/passwd' },
  { name: 'unless false', script: 'true', unless: 'command -v nothing-of-that-name' },
  { name: 'onlyIf true', script: 'true', onlyIf: 'echo noise; exit 0' },
  { name: 'onlyIf false', script: 'true', onlyIf: 'exit 7' },
  { name: 'both, one satisfied', script: 'true', creates: '/nowhere', unless: 'true' },
  { name: 'refreshOnly', script: 'true', refreshOnly: true },
  { name: 'in a directory', script: 'true', unless: 'test "$PWD" = /etc', cwd: '/etc' },
  { name: 'not to be seen', run: ['true'], creates: '/etc/passwd/x' },
];

describeResource(Command, {
  valid: [
    {
      name: 'dhparam',
      run: ['openssl', 'dhparam', '-out', '/etc/dh.pem', '2048'],
      creates: '/etc/dh.pem',
      timeout: 3600,
      cwd: '/',
    },
    {
      name: 'load the key',
      script: 'read -r key; [ -n "$key" ]',
      stdin: 'not a real key',
      unless: 'exit 1',
      onlyIf: 'exit 0',
      cwd: '/srv/a b',
    },
    { name: 'aliases', run: ['newaliases'], refreshOnly: true, config: ['/etc/aliases'] },
    { run: ['touch', '/srv/a'], creates: '/srv/a' },
  ],
  invalid: {
    'no command': { name: 'a', creates: '/a' },
    'two commands': { name: 'a', run: ['a'], script: 'a', creates: '/a' },
    'neither a name nor a path': { run: ['a'], unless: 'b' },
    'no guard': { name: 'a', run: ['a'] },
    'a guard of what runs only when notified': {
      name: 'a',
      run: ['a'],
      unless: 'a',
      refreshOnly: true,
    },
    'an empty command': { name: 'a', run: [''], creates: '/a' },
    'a name of two lines': { name: 'a\nb', run: ['a'], creates: '/a' },
    'a relative path': { name: 'a', run: ['a'], creates: 'a' },
    'a relative path to listen to': { name: 'a', run: ['a'], refreshOnly: true, config: ['a'] },
    'a secret argument': { name: 'a', run: ['a', secret('b')], creates: '/a' },
    'a secret script': { name: 'a', script: secret('b'), creates: '/a' },
    'no time at all': { name: 'a', run: ['a'], creates: '/a', timeout: 0 },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `command.${release}`), specs.slice(0, 1)],
    ]),
  ),
  drifted: {
    'a path that is not there': [
      probeOutput("C0 ls: cannot access '/a': No such file or directory\n"),
      [{ name: 'a', run: ['a'], creates: '/a' }],
    ],
  },
  isNeverAbsent: true,
});

test.each(releases)('%s: a command runs while all of its guards ask for it', (release) => {
  const readings = driver.parse(captured(import.meta, `command.${release}`), specs);
  const due = readings.map((reading) => reading.is === 'present' && reading.observed.isDue);
  expect(due).toEqual([false, true, false, true, true, false, false, false, false, false]);
  expect(readings[9]).toMatchObject({
    is: 'unreadable',
    error: { code: 'PROBE_FAILED', problem: expect.stringContaining('Not a directory') },
  });
});

test('a guard that takes too long is an error', () => {
  const spec = { name: 'a', script: 'b', unless: 'sleep 100' };
  expect(driver.parse(probeOutput('U0 124\n'), [spec])).toMatchObject([
    { is: 'unreadable', error: { code: 'PROBE_TIMEOUT' } },
  ]);
});

test('a guard whose directory is not there yet says nothing, and is no guard that says no', () => {
  const spec = { name: 'a', script: 'b', onlyIf: 'true', cwd: '/srv/not yet' };
  const { stdout } = spawnSync('/bin/sh', { input: driver.probe([spec]).script, encoding: 'utf8' });
  expect(driver.parse(probeOutput(stdout), [spec])).toEqual([
    { is: 'unknown', reason: 'the directory /srv/not yet does not exist' },
  ]);
  expect(driver.parse(probeOutput('D0 closed\nO0 2\n'), [spec])).toMatchObject([
    { is: 'unreadable', error: { code: 'PROBE_FAILED' } },
  ]);
});

test('the plan shows what will run', () => {
  const reading = { is: 'present', observed: { isDue: true } } as const;
  expect(diff({ name: 'a', run: ['a', 'b c'] }, reading)).toEqual([
    { field: 'run', from: null, to: "a 'b c'" },
  ]);
});

function apply(wanted: readonly Spec[]) {
  const reading = { is: 'present', observed: { isDue: true } } as const;
  const { script } = driver.apply(wanted.map((spec) => ({ spec, reading, fields: [] })));
  return spawnSync('/bin/sh', { input: `{ ${script}\n} </dev/null`, encoding: 'utf8' });
}

test('arguments arrive as they are, and a failure is told and stops no other', () => {
  const odd = ["it's", '$HOME `id`', '', '-n', '*', 'a\nb'];
  const ran = apply([
    { name: 'first', script: 'echo out; echo err >&2; exit 3' },
    { name: 'second', run: ['printf', '<%s>', ...odd], cwd: '/tmp' },
    { name: 'third', run: ['pwd'], cwd: '/nowhere/at all' },
    { name: 'fourth', run: ['sleep', '20'], timeout: 1 },
  ]);
  expect(ran.stdout).toBe(`out\n${odd.map((word) => `<${word}>`).join('')}`);
  expect(ran.stderr).toMatch(/^err\nfirst: exit code 3\.\n.*cd.*\nthird: exit code 2\.\n/);
  expect(ran.stderr).toMatch(/fourth: ended after its time limit of 1 s\.\n$/);
  expect(ran.status).toBe(1);
});

test('what somebody else killed has not reached its time limit', () => {
  const { stderr } = apply([
    { name: 'killed', script: 'kill -9 $$' },
    { name: 'odd', script: 'exit 124' },
  ]);
  expect(stderr).toContain('killed: exit code 137.\n');
  expect(stderr).toContain('odd: exit code 124.\n');
  expect(stderr).not.toContain('time limit');
});

test('standard input is the declared text, or empty', () => {
  const ran = apply([
    { name: 'fed', script: 'cat', stdin: secret("it's $x\n") },
    { name: 'not fed', script: 'cat; echo end' },
  ]);
  expect(ran).toMatchObject({ stdout: "it's $x\nend\n", stderr: '', status: 0 });
});

test('it is notified by what is declared at the paths it names', () => {
  const provided = Command.type.provides({ name: 'aliases', config: ['/etc/aliases'] });
  expect(provided).toEqual(['config:/etc/aliases']);
});

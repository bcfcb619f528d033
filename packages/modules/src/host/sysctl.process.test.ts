import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeOutput, shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Sysctl } from './sysctl.ts';

// A real shell, with folders of its own in place of /etc and /proc/sys.

const driver = shellDriver(Sysctl);
type Spec = Parameters<typeof Sysctl.type.diff>[0];

let place = '';
const at = (...names: readonly string[]) => join(place, ...names);

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-sysctl-'));
  for (const name of ['etc/sysctl.d', 'proc/sys/net/ipv4']) {
    mkdirSync(at(name), { recursive: true });
  }
  writeFileSync(at('proc/sys/net/ipv4/ip_forward'), '0\n');
  writeFileSync(at('proc/sys/net/ipv4/tcp_rmem'), '4096\t131072\t6291456\n');
});
afterEach(() => rmSync(place, { recursive: true }));

function run(script: string) {
  const moved = script.replaceAll(
    /\/(?=(etc|run|usr\/lib|usr\/local\/lib|lib|proc)\/)/g,
    `${place}/`,
  );
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('/bin/sh', { input: `{ ${moved}\n} </dev/null`, env, encoding: 'utf8' });
}

/** Fields that differ, by declaration; what else a reading is, in its words. */
function converge(...specs: readonly Spec[]) {
  const { stdout, status, stderr } = run(driver.probe(specs).script);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const readings = driver.parse(probeOutput(stdout.replaceAll(place, '')), specs);
  const differences = specs.flatMap((spec, index) => {
    const reading = readings[index];
    if (reading?.is !== 'present') throw new Error(JSON.stringify(reading));
    const fields = Sysctl.type.diff(spec, reading);
    return fields.length === 0 ? [] : [{ spec, reading, fields }];
  });
  const applied = run(driver.apply(differences).script);
  const names = differences.map(({ fields }) => fields.map(({ field }) => field));
  return { names, status: applied.status, stderr: applied.stderr.replaceAll(place, '') };
}

const forward = { name: 'net.ipv4.ip_forward', value: 1 };
const memory = { name: 'net/ipv4/tcp_rmem', value: '4096 131072 6291456' };
const fine = { status: 0, stderr: '' };

test('both places are set, found as they are, mended, and the file goes', () => {
  expect(converge(forward, memory)).toEqual({ names: [['stored', 'live'], ['stored']], ...fine });
  expect(converge(forward, memory)).toEqual({ names: [], ...fine });
  expect(readFileSync(at('proc/sys/net/ipv4/ip_forward'), 'utf8')).toBe('1\n');
  expect(readFileSync(at('proc/sys/net/ipv4/tcp_rmem'), 'utf8')).toContain('\t');
  writeFileSync(at('proc/sys/net/ipv4/ip_forward'), '0\n');
  expect(converge(forward)).toEqual({ names: [['live']], ...fine });
  const gone = { name: 'net/ipv4/ip_forward', ensure: 'absent' as const };
  expect(converge(gone, memory)).toEqual({ names: [['exists', 'live']], ...fine });
  expect(readdirSync(at('etc/sysctl.d'))).toEqual(['zz-hostwright-net.ipv4.tcp_rmem.conf']);
});

test('what the kernel does not take is not stored', () => {
  // Nobody can write into a folder as into a file, not even root.
  rmSync(at('proc/sys/net/ipv4/ip_forward'));
  mkdirSync(at('proc/sys/net/ipv4/ip_forward'));
  const fields = Sysctl.type.diff(forward, { is: 'absent' });
  const { script } = driver.apply([{ spec: forward, reading: { is: 'absent' }, fields }]);
  const { status, stderr } = run(script);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^The kernel does not take 1 for net\.ipv4\.ip_forward, and nothing is stored: tee: .*: Is a directory\n$/,
  );
  expect(readdirSync(at('etc/sysctl.d'))).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent, graph, inventory, play, playbook } from '@hostwright/core';
import { captured, probeOutput, shellDriver } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Directory } from '../files/directory.ts';
import { File } from '../files/file.ts';
import { AptSource } from './apt-source.ts';
import { Package } from './package.ts';

// A real shell and the apt of this machine, with another folder of sources. It only reads them.

const driver = shellDriver(AptSource);
const testWithApt = existsSync('/usr/bin/apt-get') ? test : test.skip;
const { stdout: key } = captured(import.meta, 'archive-key');

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-sources-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const shop = {
  name: 'shop',
  uris: ['https://apt.example.com/debian'],
  suites: ['stable'],
  components: ['main'],
  signedBy: key,
};

type Spec = Parameters<typeof AptSource.type.diff>[0];

function run(script: string) {
  const input = `{ ${script.replaceAll('/etc/apt/sources.list.d', place)}\n} </dev/null`;
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('/bin/sh', { input, env, encoding: 'utf8' });
}

function apply(...specs: readonly Spec[]) {
  const { script } = driver.apply(specs.map((spec) => ({ spec, reading: absent, fields: [] })));
  const { status, stderr } = run(script);
  return { status, stderr };
}

function changed(...specs: readonly Spec[]) {
  const { stdout } = run(driver.probe(specs).script);
  return driver.parse(probeOutput(stdout), specs).map((reading, index) => {
    if (reading.is !== 'present' && reading.is !== 'absent') return reading.is;
    return AptSource.type.diff(specs[index] ?? shop, reading).map(({ field }) => field);
  });
}

const fine = { status: 0, stderr: '' };

testWithApt('it is written, found as it is, mended, and removed', () => {
  const gone = { name: 'shop', ensure: 'absent' as const };
  expect(changed(shop, gone)).toEqual([
    ['exists', 'Types', 'URIs', 'Suites', 'Components', 'Signed-By'].map(propertyOf),
    [],
  ]);
  expect(apply(shop)).toEqual(fine);
  expect(changed(shop)).toEqual([[]]);
  const path = join(place, 'shop.sources');
  writeFileSync(path, readFileSync(path, 'utf8').replace('stable', 'testing'));
  expect(changed(shop, gone)).toEqual([['suites'], ['exists']]);
  expect(apply(shop)).toEqual(fine);
  expect(changed(shop)).toEqual([[]]);
  expect(apply(gone)).toEqual(fine);
  expect(readdirSync(place)).toEqual([]);
});

function propertyOf(field: string): string {
  return field === 'Signed-By' ? 'signedBy' : field.toLowerCase();
}

testWithApt('one that contradicts another source is not put in place, and apt says why', () => {
  const old =
    'deb [signed-by=/etc/apt/keyrings/old.asc] https://apt.example.com/debian stable main\n';
  writeFileSync(join(place, 'old.list'), old);
  const { status, stderr } = apply(shop);
  expect(status).toBe(1);
  expect(stderr).toMatch(/they are as they were\.\nE: Conflicting values set for option Signed-By/);
  expect(readdirSync(place)).toEqual(['old.list']);
  expect(apply({ ...shop, signedBy: '/etc/apt/keyrings/old.asc' })).toEqual(fine);
});

testWithApt('a change that takes a broken source away is made', () => {
  writeFileSync(join(place, 'broken.sources'), 'Types: deb\nURIs: https://apt.example.com\n');
  const { status, stderr } = apply(shop);
  expect(status).toBe(1);
  expect(stderr).toContain(`Malformed entry 1 in sources file ${place}/broken.sources (Suite)`);
  expect(apply(shop, { name: 'broken', ensure: 'absent' })).toEqual(fine);
  expect(readdirSync(place)).toEqual(['shop.sources']);
});

test('what sources need comes before them, what they bring after them, and nothing waits in a circle', async () => {
  const keyring = '/usr/share/keyrings/archive-keyring.gpg';
  const resources = () => [
    ['nginx', 'shop-keyring', 'archive-keyring', 'ca-certificates', 'gnupg', 'apt-utils'].map(
      (name) => Package({ name }),
    ),
    AptSource(shop),
    AptSource({ ...shop, name: 'archive', signedBy: keyring }),
    AptSource({ name: 'old', ensure: 'absent' }),
    Directory({ path: '/etc/apt/sources.list.d' }),
    File({ path: '/etc/apt/sources.list.d/shop.list', ensure: 'absent' }),
    File({ path: '/etc/apt/apt.conf.d/01proxy', content: '// none\n' }),
  ];
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  const { graph: found } = await graph(
    playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] }),
  );
  const layers = new Map(found.nodes.map(({ id, layer }) => [id.replace('here/', ''), layer]));
  const order = (...ids: readonly string[]) => {
    const own = ids.map((id) => layers.get(id) ?? -1);
    expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b));
  };
  const proxy = 'File[/etc/apt/apt.conf.d/01proxy]';
  order(proxy, 'Package[ca-certificates]', 'AptSource[shop]', 'Package[nginx]');
  order('File[/etc/apt/sources.list.d/shop.list]', 'AptSource[shop]', 'Package[shop-keyring]');
  order('Package[archive-keyring]', 'AptSource[archive]', 'Package[nginx]');
});

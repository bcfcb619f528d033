import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aptFunctions } from './apt-functions.ts';

// The functions in a real shell, with an apt-get that notes what it is asked for and says what a test tells it to.

let place = '';
const at = (...names: readonly string[]) => join(place, ...names);

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-apt-'));
  for (const name of ['bin', 'lists/partial', 'etc/sources.list.d']) {
    mkdirSync(at(name), { recursive: true });
  }
  writeFileSync(at('lists/debian_main_Packages'), '');
  writeFileSync(at('log'), '');
  writeFileSync(
    at('bin/apt-get'),
    `#!/bin/sh
for word; do case $word in
update) echo update >>"$PLACE/log" ;;
install) echo install >>"$PLACE/log" ;;
*) continue ;;
esac
if [ -e "$PLACE/$word.fails" ]; then cat "$PLACE/$word.fails" >&2; exit 100; fi
done
`,
    { mode: 0o755 },
  );
});
afterEach(() => rmSync(place, { recursive: true }));

/** Two transactions in one run, as packages with and without recommends are. */
function run() {
  const functions = aptFunctions.script
    .replaceAll('/var/lib/apt/lists', at('lists'))
    .replaceAll('/etc/apt', at('etc'))
    .replaceAll('/usr/sbin/policy-rc.d', at('policy'));
  const calls = 'hw_refresh_stale\nhw_transaction one\nhw_refresh_stale\nhw_transaction two';
  writeFileSync(at('log'), '');
  const { status, stderr } = spawnSync('/bin/sh', {
    input: `${functions}\n${calls}\n`,
    env: { ...process.env, LC_ALL: 'C', PLACE: place, PATH: `${at('bin')}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  return { status, stderr, log: readFileSync(at('log'), 'utf8').trim().split('\n') };
}

/** Minutes since the lists were fetched. */
function fetched(minutesAgo: number): void {
  const then = Date.now() / 1000 - minutesAgo * 60;
  utimesSync(at('lists/partial'), then, then);
  for (const name of ['etc', 'etc/sources.list.d']) utimesSync(at(name), then - 60, then - 60);
}

test('lists that are younger than an hour, and than the sources, are good enough', () => {
  fetched(30);
  expect(run()).toEqual({ status: 0, stderr: '', log: ['install', 'install'] });
});

test('a source that changed has the lists fetched before the install, once', () => {
  fetched(30);
  writeFileSync(at('etc/sources.list.d/shop.sources'), 'Types: deb\n');
  const asked = { status: 0, stderr: '', log: ['update', 'install', 'install'] };
  expect(run()).toEqual(asked);
  expect(run()).toEqual({ ...asked, log: ['install', 'install'] });
  rmSync(at('etc/sources.list.d/shop.sources'));
  expect(run()).toEqual(asked);
});

test('lists that cannot be fetched keep nobody from installing, and are fetched again the next time', () => {
  fetched(90);
  writeFileSync(at('update.fails'), 'E: NO_PUBKEY 0123\n');
  const asked = { status: 0, stderr: '', log: ['update', 'install', 'install'] };
  expect(run()).toEqual(asked);
  expect(run()).toEqual(asked);
  rmSync(at('update.fails'));
  expect(run()).toEqual(asked);
  expect(run().log).toEqual(['install', 'install']);
});

test('a package that is not found where lists could not be fetched: both are said', () => {
  fetched(90);
  writeFileSync(at('update.fails'), 'E: NO_PUBKEY 0123\n');
  writeFileSync(at('install.fails'), 'E: Unable to locate package one\n');
  expect(run()).toEqual({
    status: 1,
    stderr:
      'E: Unable to locate package one\nNot all package lists could be fetched:\nE: NO_PUBKEY 0123\n',
    log: ['update', 'install'],
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { HostwrightError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import { Note } from '../testing/note.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { failedHosts } from './failed-hosts.ts';
import type { RunSettings } from './options.ts';
import { failLimitOf } from './rollout.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-rollout-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = ['h1', 'h2', 'h3', 'h4', 'h5'];
const hosts = inventory({
  hosts: Object.fromEntries(names.map((name) => [name, { connection: 'local' as const }])),
});

/** A note for each host; those of `broken` cannot be written. */
function book(broken: readonly string[] = []) {
  const pathOf = (name: string) => join(folder, broken.includes(name) ? `no/folder/${name}` : name);
  const resources = ({ host }: { host: Host }) => Note({ path: pathOf(host.name), text: 'x' });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

async function rolled(settings: RunSettings, broken: readonly string[] = [], down = '') {
  const batches: (readonly string[])[] = [];
  const onEvent = (event: RunEvent) => {
    if (event.type === 'batch.started') batches.push(event.hosts);
  };
  const connect = async (host: Host) => {
    if (host.name !== down) return openLocal(host);
    throw new HostwrightError('TRANSPORT_UNREACHABLE', { problem: 'No route to host.' });
  };
  const { outcome } = await apply(book(broken), { ...settings, onEvent, connect });
  const left = outcome.hosts.filter(({ isNotAttempted }) => isNotAttempted);
  const done = names.filter((name) => existsSync(join(folder, name)));
  return { outcome, batches, left: left.map(({ host }) => host), done };
}

test('a canary, then the rest in batches; each is proved before the next begins', async () => {
  const { outcome, batches, left } = await rolled({ serial: [1, '50%'] });
  expect(batches).toEqual([['h1'], ['h2', 'h3'], ['h4', 'h5']]);
  expect([outcome.isConverged, left]).toEqual([true, []]);
});

test('R17: a canary that fails stops the rollout; the other hosts are not attempted, and say so', async () => {
  const { outcome, left, done } = await rolled({ serial: [1, '50%'] }, ['h1']);
  expect([outcome.isConverged, left, done]).toEqual([false, ['h2', 'h3', 'h4', 'h5'], []]);
  expect(outcome.steps.map(({ result, because }) => [result, because])).toEqual([
    ['failed', undefined],
    ...Array(4).fill(['skipped', 'not attempted']),
  ]);
  expect(failedHosts(outcome)).toEqual(names);
});

test('R17: hosts that cannot be reached count as failed, before their batch is begun', async () => {
  const strict = await rolled({ serial: 2 }, [], 'h3');
  expect([strict.done, strict.left]).toEqual([
    ['h1', 'h2'],
    ['h4', 'h5'],
  ]);
  const lenient = await rolled({ serial: 2, maxFail: 1 }, [], 'h3');
  expect([lenient.done, lenient.left]).toEqual([['h1', 'h2', 'h4', 'h5'], []]);
  expect(failedHosts(lenient.outcome)).toEqual(['h3']);
});

test('R17: a rerun of the hosts that failed touches no other', async () => {
  const { outcome } = await rolled({}, ['h2']);
  expect(failedHosts(outcome)).toEqual(['h2']);
  const again = await rolled({ limit: failedHosts(outcome) });
  expect(again.outcome.hosts.map(({ host }) => host)).toEqual(['h2']);
  expect(again.outcome.isConverged).toBe(true);
});

test('a number counts the hosts of the run, a percentage those of each batch', () => {
  expect(failLimitOf({})(99, 99, 99)).toBe(false);
  expect(failLimitOf({ serial: 1 })(1, 1, 1)).toBe(true);
  expect([2, 3].map((all) => failLimitOf({ maxFail: 2 })(all, 0, 9))).toEqual([false, true]);
  const quarter = failLimitOf({ maxFail: '25%' });
  expect([quarter(9, 1, 4), quarter(9, 2, 4)]).toEqual([false, true]);
  for (const maxFail of [-1, 1.5, '101%'] as const)
    expect(() => failLimitOf({ maxFail })).toThrow(
      expect.objectContaining({ code: 'ROLLOUT_INVALID' }),
    );
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { slowKind } from '../testing/slow.ts';
import { apply } from './apply.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-beside-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function logOf(first: readonly string[], second: readonly string[]) {
  const [One, Other, Refreshed] = [
    slowKind('One', first),
    slowKind('Other', second),
    slowKind('Refreshed', []),
  ];
  // There already, so that the third kind is refreshed and not changed.
  writeFileSync(at('log'), '');
  const inventoryHere = inventory({ hosts: { here: { connection: 'local' } } });
  const resources = () => {
    const log = at('log');
    const refreshed = Refreshed({ path: log, log });
    const notify = [refreshed];
    return [
      One({ path: at('one'), log }, { notify }),
      Other({ path: at('two'), log }, { notify }),
      refreshed,
    ];
  };
  const book = playbook({
    inventory: inventoryHere,
    plays: [play({ hosts: 'all', resources })],
  });
  const { outcome } = await apply(book);
  expect(outcome.isConverged).toBe(true);
  return readFileSync(at('log'), 'utf8').trim().split('\n').join(' ');
}

test('R22: changes of two kinds run beside each other, share the lock, and what both notify is refreshed once', async () => {
  expect(await logOf(['one'], ['other'])).toBe('begin begin end end refresh');
  const state = process.env.HOSTWRIGHT_STATE_FOLDER ?? '';
  expect([existsSync(join(state, 'run')), readdirSync(join(state, 'owed'))]).toEqual([false, []]);
});

test('changes of two kinds that need the same for themselves are made one after the other', async () => {
  expect(await logOf(['accounts', 'one'], ['accounts'])).toBe('begin end begin end refresh');
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { absent, present } from '../model/reading.ts';
import { lines, sh } from '../shell/sh.ts';
import { apply } from './apply.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-beside-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

/** Makes a file, and logs that it begins and, two seconds later, that it ends. */
function slowKind(kind: string, exclusive: readonly string[]) {
  return defineResource({
    kind,
    schema: Type.Object(
      { path: Type.String({ description: 'File that it makes.', maxLength: 4096 }) },
      { additionalProperties: false },
    ),
    keys: ['path'],
    identity: (spec) => spec.path,
    driver: {
      via: 'shell',
      commands: [],
      exclusive,
      probe: (specs) =>
        lines(specs.map(({ path }) => sh`if [ -e ${path} ]; then echo y; else echo n; fi`)),
      parse: ({ stdout }, specs) =>
        specs.map((_, index) => (stdout.split('\n')[index] === 'y' ? present({}) : absent)),
      apply: (all) =>
        lines(
          all.map(
            ({ spec }) =>
              sh`echo begin >>${at('log')}; sleep 2; echo end >>${at('log')}; : >${spec.path}`,
          ),
        ),
      refresh: () => sh`echo refresh >>${at('log')}`,
    },
    diff: (_, reading) =>
      reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : [],
  });
}

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
    const refreshed = Refreshed({ path: at('log') });
    const notify = [refreshed];
    return [
      One({ path: at('one') }, { notify }),
      Other({ path: at('two') }, { notify }),
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

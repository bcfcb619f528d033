import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { controller, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { present } from '../model/reading.ts';
import { runBatch } from '../shell/batch.ts';
import { recordOwed } from '../shell/owed.ts';
import { lines, sh } from '../shell/sh.ts';
import { armWayBack, newArmed, stageWayBack } from '../shell/way-back.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-earlier-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const state = process.env.HOSTWRIGHT_STATE_FOLDER ?? '/nowhere';

/** Never differs; when it is refreshed, it writes down what is armed at that moment. */
const Gate = defineResource({
  kind: 'Gate',
  schema: Type.Object(
    { path: Type.String({ description: 'File that it writes.', maxLength: 4096 }) },
    { additionalProperties: false },
  ),
  keys: ['path'],
  identity: () => 'gate',
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    parse: (_, specs) => specs.map(() => present({})),
    apply: () => sh`:`,
    refresh: ([spec]) => sh`(cd ${state} && ls back/*/armed-*) >${spec?.path ?? '/dev/null'}`,
  },
  diff: () => [],
});

function book() {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  const resources = () => Gate({ path: at('armed') });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

/** What a run leaves that changed a file which somebody is to be told of, and died then. */
async function leave(armed: ReturnType<typeof newArmed>, proofSeconds?: number) {
  writeFileSync(at('door'), 'open');
  const wayBack = { paths: [at('door')], restore: sh`:` };
  const arm =
    proofSeconds === undefined ? sh`:` : armWayBack(armed, { changeSeconds: 5, proofSeconds });
  const text = lines([
    recordOwed(['Gate[gate]']),
    stageWayBack(armed.id, wayBack),
    arm,
    sh`echo closed >${at('door')}`,
  ]);
  await runBatch(openLocal(controller), [{ text, commands: [], timeoutMs: 10_000 }]);
}

test('R32: a refresh that a dead run owes is done under the way back that it staged, which is then cleared away', async () => {
  const armed = newArmed();
  await leave(armed);
  const { outcome } = await apply(book());
  expect(outcome.steps.map(({ result, error }) => error ?? result)).toEqual(['changed']);
  expect(readFileSync(at('armed'), 'utf8')).toMatch(
    new RegExp(`^back/${armed.id}/armed-[0-9a-f]+\n$`),
  );
  expect(existsSync(join(state, 'back', armed.id))).toBe(false);
  expect(readFileSync(at('door'), 'utf8')).toBe('closed\n');
});

test('R32: a way back that a dead run armed is named by a plan, and waited for by an apply before it reads', async () => {
  const armed = newArmed();
  await leave(armed, 4);
  const warnings: string[] = [];
  const onEvent = (event: { type: string; text?: string }) => {
    if (event.type === 'warning') warnings.push(event.text ?? '');
  };
  await plan(book(), { onEvent });
  expect(warnings).toEqual([expect.stringMatching(/may take it back/)]);
  expect(readFileSync(at('door'), 'utf8')).toBe('closed\n');
  const { outcome } = await apply(book(), { onEvent });
  expect(warnings[1]).toMatch(/waiting until/);
  expect(readFileSync(at('door'), 'utf8')).toBe('open');
  expect(outcome.isConverged).toBe(true);
  expect(existsSync(join(state, 'back', armed.id))).toBe(false);
});

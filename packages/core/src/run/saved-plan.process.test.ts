import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type HostInput, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import type { Plan } from '../model/plan.ts';
import { Note } from '../testing/note.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { parsePlan } from './read-plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-saved-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const here: HostInput<never, object> = { connection: 'local' };

function book(resources: () => Declarations, host = here) {
  const hosts = inventory({ hosts: { here: host } });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

/** A plan as a file would carry it. */
async function saved(...parameters: Parameters<typeof plan>): Promise<Plan> {
  return parsePlan(JSON.stringify((await plan(...parameters)).plan));
}

const note = () => Note({ path: at('a'), text: 'declared' });

test('a saved plan is applied while it is true, and not a second time', async () => {
  const then = await saved(book(note));
  expect((await apply(book(note), { plan: then })).outcome.isConverged).toBe(true);
  expect(readFileSync(at('a'), 'utf8')).toBe('declared');
  await expect(apply(book(note), { plan: then })).rejects.toMatchObject({
    code: 'PLAN_OUTDATED',
    detail: expect.stringContaining('exists was false, is as declared'),
  });
});

test('a host that moved is named with field, then and now, and nothing is changed', async () => {
  writeFileSync(at('a'), 'old');
  const then = await saved(book(note));
  writeFileSync(at('a'), 'moved');
  await expect(apply(book(note), { plan: then })).rejects.toMatchObject({
    code: 'PLAN_OUTDATED',
    detail: expect.stringMatching(
      /^here Note\[.*\/a] \(.*saved-plan\.process\.test\.ts:\d+\) text was "old", is "moved"$/,
    ),
  });
  expect(readFileSync(at('a'), 'utf8')).toBe('moved');
});

test('a playbook that says something else is refused; a way that changed is, too', async () => {
  const then = await saved(book(note));
  const other = () => [note(), Note({ path: at('b'), text: 'x' })];
  await expect(apply(book(other), { plan: then })).rejects.toMatchObject({
    detail: expect.stringMatching(/\/b].* declaration is new/),
  });
  const elsewhere = { ...here, address: '192.0.2.1' };
  await expect(apply(book(note, elsewhere), { plan: then })).rejects.toMatchObject({
    detail: expect.stringContaining('address was'),
  });
  expect(existsSync(at('a'))).toBe(false);
});

test('a plan of some hosts and tags is applied to them, and to no others', async () => {
  const hosts = inventory({ hosts: { one: here, two: here, three: here } });
  const value = Note({ path: at('value'), text: 'v' });
  const site = playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'one', resources: () => [value] }),
      play({
        hosts: ['two', 'three'],
        resources: ({ host: { name } }) => [
          Note({ path: at(name), text: value.out.path }, { tags: ['a'] }),
          Note({ path: at(`${name}-b`), text: name }, { tags: ['b'] }),
        ],
      }),
    ],
  });
  await apply(site, { limit: 'one' });
  const then = await saved(site, { limit: 't*,!three', tags: ['a'] });
  expect(then).toMatchObject({ readOnly: ['one'], selection: { limit: ['two'], tags: ['a'] } });
  await expect(apply(site, { plan: then, limit: 'three' })).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    problem:
      'The plan was made for two, only the tags a, and limit of this run selects something else.',
  });
  await expect(apply(site, { plan: then, tags: ['b'] })).rejects.toThrow('tags of this run');
  const whole = await saved(site);
  await expect(apply(site, { plan: whole, limit: 'two' })).rejects.toThrow('made for all hosts,');
  const { outcome } = await apply(site, { plan: then });
  expect(outcome.steps.map(({ id }) => id)).toEqual([`two/Note[${at('two')}]`]);
  expect(['two-b', 'three'].map((name) => existsSync(at(name)))).toEqual([false, false]);
  const next = await saved(site, { limit: 'three,two' });
  const again = await apply(site, { plan: next, limit: ['two', 'three'] });
  expect(again.outcome.isConverged).toBe(true);
});

test.each([
  ['a host that the inventory has no more', ['one'], 'a'],
  ['a host that no play is for any more', ['one', 'two'], 'a'],
  ['a tag that nothing has any more', ['one', 'two', 'three'], 'b'],
])('a plan of some hosts and tags is outdated by %s, and says so', async (_, names, tag) => {
  const site = (own: readonly string[], tags: readonly string[]) =>
    playbook({
      inventory: inventory({ hosts: Object.fromEntries(own.map((name) => [name, here])) }),
      plays: own
        .filter((name) => own.length !== 2 || name !== 'two')
        .map((name) =>
          play({ hosts: name, resources: () => Note({ path: at(name), text: 'x' }, { tags }) }),
        ),
    });
  const then = await saved(site(['one', 'two', 'three'], ['a']), { limit: 'two', tags: ['a'] });
  await expect(apply(site(names, [tag]), { plan: then })).rejects.toMatchObject({
    code: 'PLAN_OUTDATED',
    stage: 'plan',
    problem: expect.stringContaining(tag === 'b' ? 'tag "a"' : 'two'),
  });
  expect(existsSync(at('two'))).toBe(false);
});

test('a plan that removes nothing is not refused by the strictest limit', async () => {
  const then = await saved(book(note), { removalsMax: { count: 0 } });
  expect(then.refusals).toEqual([]);
  expect((await apply(book(note), { removalsMax: { count: 0 } })).outcome.isConverged).toBe(true);
});

const broken = (change: (value: Record<string, unknown>) => void) => async () => {
  const value = JSON.parse(JSON.stringify(await saved(book(note))));
  change(value);
  return parsePlan(JSON.stringify(value), 'plan.json');
};

test('a file that is no plan is refused with the place that is wrong', async () => {
  expect(() => parsePlan('{', 'plan.json')).toThrow('plan.json is no JSON');
  await expect(broken((value) => Reflect.deleteProperty(value, 'ways'))).rejects.toThrow(
    'Property ways is missing.',
  );
  const shorten = (value: Record<string, unknown>) => {
    value.steps = [{ id: 3 }];
  };
  await expect(broken(shorten)).rejects.toThrow(/steps\.0/);
  await expect(broken((value) => Object.assign(value, { extra: 1 }))).rejects.toThrow('"extra"');
});

test('a plan of another version is named as such', async () => {
  await expect(broken((value) => Object.assign(value, { version: 2 }))).rejects.toMatchObject({
    code: 'PLAN_VERSION',
    problem: 'plan.json is a plan of version 2; this Hostwright reads version 1.',
  });
});

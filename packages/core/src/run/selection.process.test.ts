import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { RunEvent } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import { Bell, Note } from '../testing/note.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { facts } from './facts.ts';
import type { RunSettings } from './options.ts';
import { plan } from './plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-selection-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const local = { connection: 'local' } as const;
const hosts = inventory({
  hosts: { web: { ...local, groups: ['front'] }, db: local, cache: local },
});

/** `web` gets a value from `db`, which gets one from `cache`; each has something of its own beside that. */
function chain() {
  const deep = Note({ path: at('cache-value'), text: 'deep' });
  const value = Note({ path: at('db-value'), text: deep.out.path });
  const own = (name: string) => Note({ path: at(`${name}-own`), text: name });
  return playbook({
    inventory: hosts,
    plays: [
      play({
        hosts: 'web',
        resources: () => [Note({ path: at('web'), text: value.out.path }), own('web')],
      }),
      play({ hosts: 'db', resources: () => [value, own('db')] }),
      play({ hosts: 'cache', resources: () => [deep, own('cache')] }),
    ],
  });
}

/** Names of the hosts that were connected to, beside the settings. */
function watching(): { readonly asked: string[]; readonly settings: RunSettings } {
  const asked: string[] = [];
  const connect = async (host: Host) => {
    asked.push(host.name);
    return openLocal(host);
  };
  return { asked, settings: { connect } };
}

test('R18: values from hosts outside a limit are the same; those hosts are read for them and never changed', async () => {
  const book = chain();
  expect((await apply(book)).outcome.isConverged).toBe(true);
  for (const name of ['web', 'web-own', 'db-own', 'cache-own']) writeFileSync(at(name), 'drift');
  const { outcome, plan: planned } = await apply(book, { limit: 'front' });
  expect(outcome.steps.map(({ id, result }) => [id.replace(folder, ''), result])).toEqual([
    ['web/Note[/web-own]', 'changed'],
    ['web/Note[/web]', 'changed'],
  ]);
  expect(readFileSync(at('web'), 'utf8')).toBe(at('db-value'));
  expect(['db-own', 'cache-own'].map((name) => readFileSync(at(name), 'utf8'))).toEqual([
    'drift',
    'drift',
  ]);
  expect(planned.readOnly).toEqual(['cache', 'db']);
  expect(
    outcome.hosts.map(({ host, isReadOnly, roundTrips }) => [host, isReadOnly, roundTrips > 2]),
  ).toEqual([
    ['web', undefined, true],
    ['db', true, false],
    ['cache', true, false],
  ]);
  expect(outcome.isConverged).toBe(true);
});

test('a value that a host outside the limit does not have yet is an error that names it, and changes nothing there', async () => {
  const book = chain();
  const { plan: planned } = await plan(book, { limit: 'web' });
  const verdicts = planned.steps.map(({ label, verdict }) => [label.replace(folder, ''), verdict]);
  expect(Object.fromEntries(verdicts)).toMatchObject({
    'Note[/web-own]': { is: 'change' },
    'Note[/web]': {
      is: 'error',
      error: {
        code: 'NEED_HELD',
        problem: expect.stringMatching(/db\/Note\[.*db-value\], .* its host is not in the limit/),
      },
    },
  });
  const { outcome } = await apply(book, { limit: 'web' });
  expect(outcome.steps.map(({ result }) => result).toSorted()).toEqual(['changed', 'failed']);
  expect(['db-value', 'db-own', 'cache-value'].map((name) => existsSync(at(name)))).toEqual([
    false,
    false,
    false,
  ]);
});

test('a limit connects to no host that nothing is needed of; a wrong name connects to none at all', async () => {
  const resources = () => Note({ path: at('x'), text: 'x' });
  const book = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
  const some = watching();
  await plan(book, { ...some.settings, limit: '!web' });
  expect(some.asked).toEqual(['db', 'cache']);
  const none = watching();
  await expect(plan(book, { ...none.settings, limit: 'wep' })).rejects.toMatchObject({
    code: 'LIMIT_INVALID',
    message: expect.stringContaining('Did you mean web?'),
  });
  await expect(facts(book, { ...none.settings, limit: 'nowhere' })).rejects.toThrow('no host or');
  expect(none.asked).toEqual([]);
  const { hosts: found } = await facts(book, { limit: 'c*' });
  expect(found.map(({ host }) => host)).toEqual(['cache']);
});

function tagged() {
  const config = Note({ path: at('config'), text: 'c' }, { tags: ['config'] });
  const page = Note({ path: at('page'), text: 'p' }, { tags: ['page', 'slow'], needs: [config] });
  const bell = Bell({ log: at('log'), hears: [at('config')] });
  const resources = () => [config, page, bell, Note({ path: at('rest'), text: 'r' })];
  return playbook({ inventory: hosts, plays: [play({ hosts: 'web', resources })] });
}

test('tags change what they select and nothing else; a refresh that they leave out stays owed and is said', async () => {
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const { outcome } = await apply(tagged(), { tags: ['config'], onEvent });
  expect(outcome.steps.map(({ label, result }) => [label.replace(folder, ''), result])).toEqual([
    ['Note[/config]', 'changed'],
  ]);
  expect(['page', 'rest', 'log'].map((name) => existsSync(at(name)))).toEqual([
    false,
    false,
    false,
  ]);
  expect(events.find(({ type }) => type === 'warning')).toMatchObject({
    host: 'web',
    text: expect.stringContaining(`Bell[${at('log')}] must be refreshed`),
  });
  const all = await apply(tagged());
  expect(all.outcome.isConverged).toBe(true);
  expect(readFileSync(at('log'), 'utf8')).toBe('rung\n');
});

test('what a selected declaration needs must be as declared, also where it is not selected', async () => {
  const early = await apply(tagged(), { tags: ['page'] });
  expect(early.outcome.steps).toMatchObject([
    { result: 'failed', error: { code: 'NEED_HELD', problem: expect.stringContaining('tags') } },
  ]);
  expect(existsSync(at('config'))).toBe(false);
  writeFileSync(at('config'), 'c');
  expect((await apply(tagged(), { tags: ['page'] })).outcome.isConverged).toBe(true);
  expect([existsSync(at('page')), existsSync(at('rest'))]).toEqual([true, false]);
});

test('tags to skip win over tags to select, and a tag that nobody has is refused', async () => {
  const { plan: planned } = await plan(tagged(), { skipTags: ['slow'] });
  expect(planned.steps.map(({ label }) => label.replace(folder, '')).toSorted()).toEqual([
    'Bell[/log]',
    'Note[/config]',
    'Note[/rest]',
  ]);
  const both = await plan(tagged(), { tags: ['page', 'config'], skipTags: ['slow'] });
  expect(both.plan.steps).toHaveLength(1);
  await expect(plan(tagged(), { tags: ['confg'] })).rejects.toMatchObject({
    code: 'TAG_UNKNOWN',
    message: expect.stringContaining('Did you mean config?'),
  });
});

test('tags that leave nothing are an error that names them and those there are', async () => {
  const left = { tags: ['page'], skipTags: ['slow', 'config'] };
  await expect(plan(tagged(), left)).rejects.toMatchObject({
    code: 'TAGS_SELECT_NOTHING',
    problem:
      'No declaration of these hosts is left with page and without slow, config; their tags are config, page, slow.',
  });
  const note = () => Note({ path: at('x'), text: 'x' }, { tags: ['only'] });
  const book = playbook({ inventory: hosts, plays: [play({ hosts: 'web', resources: note })] });
  await expect(apply(book, { skipTags: ['only'] })).rejects.toThrow('left without only; their');
});

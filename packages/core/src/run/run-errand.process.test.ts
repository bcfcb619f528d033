import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Errand } from '../model/errand.ts';
import { sh } from '../shell/sh.ts';
import { errands } from './errands.ts';
import { health } from './health.ts';
import { type ErrandReport, runErrand } from './run-errand.ts';

// A heap of words in a file of this machine: it is listed, counted, and words are taken out.

const wordsLike = Type.Object(
  { like: Type.Optional(Type.String({ description: 'The word.' })) },
  { additionalProperties: false },
);

const take: Errand<{ path: string }, { readonly like?: string; readonly most?: number }> = {
  summary: 'Takes words out.',
  schema: Type.Object(
    { ...wordsLike.properties, most: Type.Optional(Type.Integer({ description: 'So many.' })) },
    { additionalProperties: false, minProperties: 1 },
  ),
  isFinal: true,
  commands: ['sed'],
  look: ({ path }) => sh`cat ${path}`,
  find(stdout, { like, most = 99 }, { path }) {
    const found = stdout.split('\n').filter((word) => word === like);
    const due = found.slice(0, most);
    const act = sh`sed -i ${`/^${like}$/d`} ${path} && echo gone`;
    return { lines: found, value: found, ...(due.length > 0 ? { act } : {}) };
  },
};

const Heap = defineResource({
  kind: 'Heap',
  schema: Type.Object(
    { path: Type.String({ description: 'A file.' }) },
    { additionalProperties: false },
  ),
  keys: ['path'],
  identity: ({ path }) => path,
  driver: { via: 'nothing' },
  diff: () => [],
  health: {
    commands: ['wc'],
    script: ({ path }) => sh`wc -l <${path}`,
    read: (stdout) => [
      {
        name: 'words',
        title: 'words',
        value: Number(stdout),
        unit: 'words',
        wanted: '< 3',
        verdict: Number(stdout) < 3 ? 'good' : 'bad',
        notes: [],
      },
    ],
  },
  errands: { take: take as Errand<{ path: string }> },
});

let folder = '';
let heap = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-runErrand-'));
  heap = join(folder, 'heap');
});
afterAll(() => rmSync(folder, { recursive: true }));

const site = () =>
  playbook({
    inventory: inventory({
      hosts: {
        here: { connection: 'local' },
        gone: { address: '127.0.0.1', ssh: { port: 1, agent: null, config: null } },
      },
    }),
    plays: [play({ hosts: 'all', resources: () => [Heap({ path: heap })] })],
  });

const here = (report: ErrandReport) => report.hosts.find(({ host }) => host === 'here');

test('indicators of a host, and why another one has none', async () => {
  writeFileSync(heap, 'a\nb\nb\n');
  const { hosts } = await health(site());
  expect(hosts).toMatchObject([
    {
      host: 'here',
      checks: [{ resource: `Heap[${heap}]`, indicators: [{ value: 3, verdict: 'bad' }] }],
    },
    { host: 'gone', error: { code: expect.any(String), host: 'gone' } },
  ]);
});

test('what cannot be read is an error of the check, with its place', async () => {
  rmSync(heap);
  const { hosts } = await health(site(), { limit: 'here' });
  expect(hosts).toMatchObject([
    {
      checks: [
        {
          error: {
            code: 'HEALTH_FAILED',
            host: 'here',
            source: { file: expect.stringContaining('run-errand.process.test') },
          },
        },
      ],
    },
  ]);
});

test('an errand looks, asks with what it found, and does it', async () => {
  writeFileSync(heap, 'a\nb\nb\n');
  const no = await runErrand(site(), 'Heap.take', { like: 'b' }, { confirm: async () => false });
  expect(no).toMatchObject({ isFinal: true, isDone: false });
  expect(readFileSync(heap, 'utf8')).toBe('a\nb\nb\n');
  let asked: ErrandReport | undefined;
  const yes = await runErrand(
    site(),
    'Heap.take',
    { like: 'b', most: '1' },
    {
      confirm: async (found) => {
        asked = found;
        return true;
      },
    },
  );
  expect(asked && here(asked)).toMatchObject({ resources: [{ lines: ['b', 'b'], isDue: true }] });
  expect(yes.isDone).toBe(true);
  expect(here(yes)).toMatchObject({ resources: [{ value: ['b', 'b'], output: 'gone\n' }] });
  expect(yes.hosts.find(({ host }) => host === 'gone')).toMatchObject({
    error: { host: 'gone' },
  });
  expect(readFileSync(heap, 'utf8')).toBe('a\n');
});

test('where nothing is due nobody is asked', async () => {
  const confirm = async () => {
    throw new Error('asked');
  };
  const { isDone } = await runErrand(
    site(),
    'Heap.take',
    { like: 'z' },
    { confirm, limit: 'here' },
  );
  expect(isDone).toBe(false);
});

test('an unknown errand, and one that was given something else, say what there is', async () => {
  await expect(runErrand(site(), 'Heap.burn', {}, { limit: 'here' })).rejects.toMatchObject({
    code: 'ERRAND_UNKNOWN',
    detail: expect.stringContaining('Heap.take'),
  });
  for (const given of [{}, { most: 'many' }, { lik: 'a' }]) {
    await expect(runErrand(site(), 'Heap.take', given, { limit: 'here' })).rejects.toMatchObject({
      code: 'ERRAND_INVALID',
    });
  }
  const { errands: all } = await errands(site(), { limit: 'here' });
  expect(all).toEqual([
    {
      name: 'Heap.take',
      summary: 'Takes words out.',
      isFinal: true,
      takes: { like: 'The word.', most: 'So many.' },
      hosts: ['here'],
    },
  ]);
});

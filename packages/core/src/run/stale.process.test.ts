import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import { present } from '../model/reading.ts';
import { lines, sh } from '../shell/sh.ts';
import { apply } from './apply.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-stale-'));
  writeFileSync(join(folder, 'list'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const text = (description: string) => Type.String({ maxLength: 4096, description });

/** A word of a list. The whole list is written anew, from what was read of it. */
const Word = defineResource({
  kind: 'Word',
  schema: Type.Object(
    { word: text('What is to be in the list.'), before: text('Run before each change.') },
    { additionalProperties: false },
  ),
  keys: ['word'],
  identity: (spec) => spec.word,
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`cat ${at('list')}`,
    parse: ({ stdout }, specs) => specs.map(() => present(stdout)),
    apply: (differences) =>
      lines([
        sh`hw_status=0`,
        ...differences.map(({ spec, reading }) => {
          const old = reading.is === 'present' ? reading.observed.trimEnd() : '';
          return sh`echo ${spec.word} >>${at('tries')}; sh -c ${spec.before}
if [ "$(cat ${at('list')})" = ${old} ]; then echo ${`${old} ${spec.word}`} >${at('list')}
else echo 'it was changed since it was read' >&2; hw_status=1; fi`;
        }),
        sh`exit $hw_status`,
      ]),
    isStale: (stderr) => stderr.includes('it was changed since'),
  },
  diff: ({ word }, reading) => {
    const words = reading.is === 'present' ? reading.observed.split(/\s/) : [];
    return words.includes(word) ? [] : [{ field: 'there', from: false, to: true }];
  },
});

async function applied(resources: () => Declarations) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  const plays = [play({ hosts: 'all', resources })];
  const { outcome } = await apply(playbook({ inventory: hosts, plays }));
  return outcome.steps;
}

test('R4: a change that comes too late for what it was worked out from is worked out anew, in one apply', async () => {
  const [one, two, three] = ['one', 'two', 'three'].map((word) => Word({ word, before: ':' }));
  if (one === undefined) throw new Error('there is none');
  const last = Word({ word: 'last', before: ':' }, { needs: [one] });
  const steps = await applied(() => [one, two, three, last]);
  expect(steps.map(({ result }) => result)).toEqual(Array(4).fill('changed'));
  expect(readFileSync(at('list'), 'utf8').trim().split(' ')).toEqual([
    'one',
    'two',
    'three',
    'last',
  ]);
});

test('R50: a change that always comes too late fails in the end, and says why', async () => {
  const steps = await applied(() => Word({ word: 'one', before: `echo x >>${at('list')}` }));
  expect(steps).toMatchObject([
    {
      result: 'failed',
      error: { code: 'APPLY_FAILED', detail: expect.stringContaining('it was changed since') },
    },
  ]);
  expect(readFileSync(at('tries'), 'utf8').trim().split('\n')).toHaveLength(5);
});

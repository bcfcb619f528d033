import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import type { RunEvent } from '../model/event.ts';
import { absent, present } from '../model/reading.ts';
import { apply } from '../run/apply.ts';
import type { RunSettings } from '../run/options.ts';
import { plan } from '../run/plan.ts';
import { lines, sh } from '../shell/sh.ts';
import { Bell, Note } from '../testing/note.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-apply-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const owed = () => existsSync(join(process.env.HOSTWRIGHT_STATE_FOLDER ?? '', 'owed'));

function book(resources: () => Declarations) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

async function results(resources: () => Declarations, settings: RunSettings = {}) {
  const { outcome } = await apply(book(resources), settings);
  return outcome.steps.map(({ label, result }) => `${label.replace(folder, '')} ${result}`);
}

/** Aborts when a run says this for the first time. */
function abortAt(type: RunEvent['type']): RunSettings {
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.type === type) controller.abort();
  };
  return { signal: controller.signal, onEvent };
}

/** Rings a bell in a folder that may be missing. */
const ringing = () => [
  Note({ path: at('a'), text: 'x' }),
  Bell({ log: at('tower/log'), hears: [at('a')] }),
];

test('a refresh that failed stays owed until it has worked, also where it fails a second time', async () => {
  expect(await results(ringing)).toEqual(['Note[/a] changed', 'Bell[/tower/log] failed']);
  expect(await results(ringing)).toEqual(['Note[/a] ok', 'Bell[/tower/log] failed']);
  mkdirSync(at('tower'));
  expect(await results(ringing)).toEqual(['Note[/a] ok', 'Bell[/tower/log] changed']);
  expect(readFileSync(at('tower/log'), 'utf8')).toBe('rung\n');
  expect(await results(ringing)).toEqual(['Note[/a] ok', 'Bell[/tower/log] ok']);
});

test('a refresh that an earlier run owes stays owed where this one is interrupted before it', async () => {
  await results(ringing);
  mkdirSync(at('tower'));
  expect(await results(ringing, abortAt('plan.ready'))).toEqual([
    'Note[/a] skipped',
    'Bell[/tower/log] skipped',
  ]);
  expect(await results(ringing)).toEqual(['Note[/a] ok', 'Bell[/tower/log] changed']);
});

test('a refresh may have a name that is longer than that of a file', async () => {
  const long = `glocke-${'ü'.repeat(100)}`;
  const rings = () => [
    Note({ path: at('a'), text: 'x' }),
    Bell({ log: at(`${long}/log`), hears: [at('a')] }),
  ];
  expect((await results(rings)).map((line) => line.split(' ').at(-1))).toEqual([
    'changed',
    'failed',
  ]);
  mkdirSync(at(long));
  await results(rings);
  expect(readFileSync(at(`${long}/log`), 'utf8')).toBe('rung\n');
  expect((await results(rings)).at(-1)).toMatch(/ ok$/);
});

test('a refresh that nobody declares any more is forgotten', async () => {
  await results(ringing);
  await results(() => [Note({ path: at('a'), text: 'x' })]);
  mkdirSync(at('tower'));
  expect(await results(ringing)).toEqual(['Note[/a] ok', 'Bell[/tower/log] ok']);
});

/** A file whose text is replaced; then its refresh logs, also where it was just changed. May be told to fail after its work. */
const Sign = defineResource({
  kind: 'Sign',
  schema: Type.Object(
    {
      path: Type.String({ pattern: '^/', maxLength: 4096, description: 'The file.' }),
      text: Type.String({ maxLength: 64, description: 'Its text.' }),
      exit: Type.Optional(Type.Integer({ description: 'Exit code of a change.' })),
    },
    { additionalProperties: false },
  ),
  keys: ['path'],
  identity: (spec) => spec.path,
  driver: {
    via: 'shell',
    commands: [],
    probe: (specs) =>
      lines(specs.map(({ path }) => sh`if [ -e ${path} ]; then cat ${path}; else echo none; fi`)),
    parse: ({ stdout }, specs) =>
      specs.map((_, index) => {
        const line = stdout.split('\n')[index] ?? '';
        return line === 'none' ? absent : present(line);
      }),
    apply: (all) =>
      lines(
        all.map(
          ({ spec }) => sh`echo ${spec.text} >${spec.path}; [ ${spec.exit ?? 0} = 0 ] || exit 1`,
        ),
      ),
    refresh: (specs) => lines(specs.map(({ path }) => sh`echo lit >>${`${path}.log`}`)),
    isFreshAfter: () => false,
  },
  diff: (spec, reading) =>
    reading.is === 'present' && reading.observed === spec.text
      ? []
      : [{ field: 'text', from: null, to: spec.text }],
});

test('a change that failed after its work leaves a refresh owed, as nobody knows what it did', async () => {
  const signs = (exit: number) => () => {
    const bell = Bell({ log: at('log') });
    return [bell, Sign({ path: at('sign'), text: 'a', exit }, { notify: [bell] })];
  };
  expect(await results(signs(1))).toEqual(['Sign[/sign] failed', 'Bell[/log] skipped']);
  expect(await results(signs(0))).toEqual(['Sign[/sign] ok', 'Bell[/log] changed']);
  expect(readFileSync(at('log'), 'utf8')).toBe('rung\n');
});

test('what is changed and refreshed as well says both, in the plan and in the outcome', async () => {
  const both = () => {
    const sign = Sign({ path: at('sign'), text: 'new' });
    return [sign, Note({ path: at('a'), text: 'x' }, { notify: [sign] })];
  };
  writeFileSync(at('sign'), 'old\n');
  const { plan: planned, outcome } = await apply(book(both));
  expect(readFileSync(at('sign.log'), 'utf8')).toBe('lit\n');
  const verdict = {
    is: 'change',
    action: 'update',
    fields: [{ field: 'text', from: null, to: 'new' }],
    notifiedBy: [`Note[${at('a')}]`],
  };
  expect(planned.steps.at(-1)?.verdict).toEqual(verdict);
  expect(outcome.steps.at(-1)).toMatchObject({ result: 'changed', verdict });
});

const chain = () => {
  const last = Bell({ log: at('last') });
  const middle = Bell({ log: at('dir/middle') }, { notify: [last] });
  return [last, middle, Note({ path: at('a'), text: 'x' }, { notify: [middle] })];
};

test('a refresh refreshes what it notifies in its turn, and the plan says so', async () => {
  mkdirSync(at('dir'));
  const { plan: planned } = await plan(book(chain));
  expect(planned.steps.map(({ verdict }) => verdict)).toMatchObject([
    { is: 'change' },
    { is: 'refresh', notifiedBy: [`Note[${at('a')}]`], isCertain: true },
    { is: 'refresh', notifiedBy: [`Bell[${at('dir/middle')}]`], isCertain: true },
  ]);
  await results(chain);
  expect(readFileSync(at('last'), 'utf8')).toBe('rung\n');
  expect((await plan(book(chain))).plan.steps.map(({ verdict }) => verdict.is)).toEqual(
    Array(3).fill('unchanged'),
  );
});

test('it is owed in its turn where the run ends between the two', async () => {
  mkdirSync(at('dir'));
  let refreshed = 0;
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.type === 'step.finished' && ++refreshed === 2) controller.abort();
  };
  expect(await results(chain, { onEvent, signal: controller.signal })).toEqual([
    'Note[/a] changed',
    'Bell[/dir/middle] changed',
    'Bell[/last] skipped',
  ]);
  expect(owed()).toBe(true);
  expect(await results(chain)).toEqual([
    'Note[/a] ok',
    'Bell[/dir/middle] ok',
    'Bell[/last] changed',
  ]);
});

test('an abort begins no other kind of a layer, and no refresh; what it leaves is done by the next run', async () => {
  const resources = () => {
    const bell = Bell({ log: at('log') });
    const early = Note({ path: at('early'), text: 'x' }, { notify: [bell] });
    return [early, Sign({ path: at('other'), text: 'y' }), bell];
  };
  expect((await results(resources, abortAt('step.started'))).toSorted()).toEqual([
    'Bell[/log] skipped',
    'Note[/early] changed',
    'Sign[/other] skipped',
  ]);
  expect([existsSync(at('other')), existsSync(at('log'))]).toEqual([false, false]);
  expect((await results(resources)).toSorted()).toEqual([
    'Bell[/log] changed',
    'Note[/early] ok',
    'Sign[/other] changed',
  ]);
});

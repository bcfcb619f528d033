import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import { interpolate } from '../model/expression.ts';
import type { Host } from '../model/host.ts';
import { absent, present } from '../model/reading.ts';
import type { Transport } from '../model/transport.ts';
import { lines, sh } from '../shell/sh.ts';
import { Bell, Note } from '../testing/note.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';

let folder = '';
let savedHome: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-run-'));
  savedHome = process.env.HOME;
});

afterEach(() => {
  process.env.HOME = savedHome;
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

function book(resources: () => Declarations) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

async function verdicts(resources: () => Declarations) {
  const { plan: planned } = await plan(book(resources));
  return planned.steps.map(({ label, verdict }) => `${label.replace(folder, '')} ${verdict.is}`);
}

async function results(resources: () => Declarations) {
  const { outcome } = await apply(book(resources));
  return outcome.steps.map(({ label, result }) => `${label.replace(folder, '')} ${result}`);
}

test('R4: plan, apply, an empty second plan, drift found and mended', async () => {
  const notes = () => [
    Note({ path: at('a'), text: "it's\n" }),
    Note({ path: at('b'), text: '$x `id`' }),
  ];
  expect(await verdicts(notes)).toEqual(['Note[/a] change', 'Note[/b] change']);
  expect(await results(notes)).toEqual(['Note[/a] changed', 'Note[/b] changed']);
  expect(readFileSync(at('b'), 'utf8')).toBe('$x `id`');
  expect(await verdicts(notes)).toEqual(['Note[/a] unchanged', 'Note[/b] unchanged']);
  writeFileSync(at('a'), 'drift');
  expect(await results(notes)).toEqual(['Note[/a] changed', 'Note[/b] ok']);
});

test('a converged apply makes two round trips, whatever the number of resources', async () => {
  for (const count of [10, 200]) {
    const notes = () =>
      Array.from({ length: count }, (_, index) => Note({ path: at(`n${index}`), text: 'x' }));
    await apply(book(notes));
    const { outcome } = await apply(book(notes));
    expect(outcome.hosts.map(({ roundTrips, counts }) => [roundTrips, counts.ok])).toEqual([
      [2, count],
    ]);
    expect(outcome.isConverged).toBe(true);
  }
});

const lost = () => new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It broke.' });

test('R50: a failed step skips what depends on it and nothing else, and names both', async () => {
  const resources = () => {
    const broken = Note({ path: at('no/such/folder'), text: 'x' });
    const dependent = Note({ path: at('dependent'), text: 'x' }, { needs: [broken] });
    const second = Note({ path: at('second'), text: 'x' }, { needs: [dependent] });
    return [broken, dependent, second, Note({ path: at('independent'), text: 'x' })];
  };
  const { outcome } = await apply(book(resources));
  const byLabel = new Map(outcome.steps.map((step) => [step.label.replace(folder, ''), step]));
  expect(byLabel.get('Note[/no/such/folder]')?.result).toBe('failed');
  expect(byLabel.get('Note[/dependent]')?.result).toBe('skipped');
  expect(byLabel.get('Note[/second]')?.because).toBe(`here/Note[${at('no/such/folder')}]`);
  expect(byLabel.get('Note[/independent]')?.result).toBe('changed');
  const error = byLabel.get('Note[/no/such/folder]')?.error;
  expect(error).toMatchObject({
    code: 'APPLY_FAILED',
    host: 'here',
    resource: `Note[${at('no/such/folder')}]`,
    source: { file: expect.stringMatching(/run\.process\.test\.ts$/) },
  });
  expect(error?.stage).toBe('apply');
  expect(error?.problem).toMatch(/exit code \d+/);
  expect(error?.detail).toMatch(/no\/such\/folder/);
  expect(error?.remedy).toMatch(/\w+\.$/);
  expect(outcome.isConverged).toBe(false);
});

/** Made in two steps: a folder, and a file in it. The first try stops between the two. */
const Cabin = defineResource({
  kind: 'Cabin',
  schema: Type.Object(
    { path: Type.String({ pattern: '^/', maxLength: 4096, description: 'Where it stands.' }) },
    { additionalProperties: false },
  ),
  keys: ['path'],
  identity: (spec) => spec.path,
  driver: {
    via: 'shell',
    commands: [],
    probe: (specs) =>
      lines(
        specs.map(
          ({ path }) =>
            sh`if [ -e ${path}/roof ]; then echo roof; elif [ -e ${path} ]; then echo walls; else echo none; fi`,
        ),
      ),
    parse: ({ stdout }, specs) => {
      const found = stdout.split('\n');
      return specs.map((_, index) => (found[index] === 'none' ? absent : present(found[index])));
    },
    apply: (differences) =>
      lines(
        differences.map(({ spec, reading }) =>
          reading.is === 'absent'
            ? sh`mkdir ${spec.path} || exit; exit 1`
            : sh`: >${`${spec.path}/roof`}`,
        ),
      ),
  },
  diff: (_spec, reading) => {
    const from = reading.is === 'present' ? reading.observed : 'none';
    return from === 'roof' ? [] : [{ field: 'built', from: from ?? '', to: 'roof' }];
  },
});

test('R50: what a failed batch left half done is finished, and not begun once more', async () => {
  const cabins = () => [Cabin({ path: at('one') }), Note({ path: at('two'), text: 'x' })];
  const pair = () => [Cabin({ path: at('three') }), Cabin({ path: at('four') })];
  expect(await results(cabins)).toEqual(['Cabin[/one] failed', 'Note[/two] changed']);
  expect(await results(pair)).toEqual(['Cabin[/three] changed', 'Cabin[/four] failed']);
  expect(await results(pair)).toEqual(['Cabin[/three] ok', 'Cabin[/four] changed']);
});

test('R50: an error says in which stage of the run it happened', async () => {
  const note = Note({ path: at('a'), text: 'x' });
  await expect(
    plan(
      book(() => note),
      { limit: 'nobody' },
    ),
  ).rejects.toMatchObject({
    stage: 'select',
  });
  const twice = () => [note, Note({ path: at('a'), text: 'y' })];
  await expect(plan(book(twice))).rejects.toMatchObject({ stage: 'compile' });
  const missing = Note({ path: at('dir/inner'), text: 'x', insideOf: at('dir') });
  const { plan: planned } = await plan(book(() => missing));
  expect(planned.steps[0]?.verdict).toMatchObject({ is: 'error', error: { stage: 'plan' } });
  for (const [roundTrips, stage] of [
    [0, 'facts'],
    [1, 'probe'],
  ] as const) {
    const connect = async (host: Host) => {
      const transport = openLocal(host);
      const run: Transport['run'] = (...input) =>
        transport.roundTrips < roundTrips ? transport.run(...input) : Promise.reject(lost());
      return { host: host.name, roundTrips: 0, run, close: () => transport.close() };
    };
    const { plan: partial } = await plan(
      book(() => note),
      { connect, reconnectWaitsMs: [] },
    );
    expect(partial.unreachable[0]?.error.stage).toBe(stage);
  }
});

test('what cannot be read yet is unknown in the plan, and read again once its needs are met', async () => {
  const inner = Note({ path: at('dir/inner'), text: 'x', insideOf: at('dir') });
  const resources = () => [Note({ path: at('dir'), text: 'not a folder' }), inner];
  const { plan: planned } = await plan(book(resources));
  expect(planned.steps.map(({ verdict }) => verdict.is)).toEqual(['change', 'unknown']);
  const { plan: alone } = await plan(book(() => [inner]));
  expect(alone.steps[0]?.verdict).toMatchObject({
    is: 'error',
    error: { code: 'PREREQUISITE_MISSING' },
  });
  mkdirSync(at('dir'));
  expect(await results(() => [inner])).toEqual(['Note[/dir/inner] changed']);
});

test('outputs are unknown until their producer is there, and then flow', async () => {
  const resources = () => {
    const first = Note({ path: at('first'), text: 'four' });
    const second = Note({ path: at('second'), text: interpolate`length ${first.out.length}` });
    return [second, first];
  };
  expect(await verdicts(resources)).toEqual(['Note[/first] change', 'Note[/second] unknown']);
  expect(await results(resources)).toEqual(['Note[/first] changed', 'Note[/second] changed']);
  expect(readFileSync(at('second'), 'utf8')).toBe('length 4');
  expect(await verdicts(resources)).toEqual(['Note[/first] unchanged', 'Note[/second] unchanged']);
});

test('an output flows also to what needs its producer for another reason', async () => {
  const resources = () => {
    const first = Note({ path: at('first'), text: 'four' });
    return [first, Note({ path: at('second'), text: first.out.path }, { needs: [first] })];
  };
  expect(await results(resources)).toEqual(['Note[/first] changed', 'Note[/second] changed']);
});

test('many notifications ring once, after all of them; nothing changed rings nothing', async () => {
  const resources = () => [
    Bell({ log: at('log'), hears: [at('a'), at('b')] }),
    Note({ path: at('a'), text: 'x' }),
    Note({ path: at('b'), text: 'x' }),
  ];
  expect(await results(resources)).toContain('Bell[/log] changed');
  expect(readFileSync(at('log'), 'utf8')).toBe('rung\n');
  expect(await results(resources)).toContain('Bell[/log] ok');
  expect(readFileSync(at('log'), 'utf8')).toBe('rung\n');
});

test('events tell the run in order, and the plan is the same each time, byte for byte', async () => {
  const events: RunEvent[] = [];
  const notes = () => [Note({ path: at('a'), text: 'x' })];
  const first = await plan(book(notes), { onEvent: (event) => events.push(event) });
  const second = await plan(book(notes));
  expect(JSON.stringify(first.plan)).toBe(JSON.stringify(second.plan));
  expect(events.map(({ type }) => type)).toEqual([
    'run.started',
    'host.connecting',
    'host.facts',
    'host.probed',
    'plan.ready',
    'run.finished',
  ]);
});

test('an aborted signal begins nothing', async () => {
  const notes = () => [Note({ path: at('a'), text: 'x' })];
  const aborted = apply(book(notes), { signal: AbortSignal.abort() });
  await expect(aborted).rejects.toBeInstanceOf(HostwrightError);
});

test('R41: bad specs are refused before a host is changed, and name the line and the property', async () => {
  const wrong = () => [
    Note({ path: at('a'), text: 'x' }),
    Note({ path: 'relative', text: 3, txt: '' } as never),
  ];
  await expect(apply(book(wrong))).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    message: expect.stringMatching(
      /run\.process\.test\.ts:\d+.*no property "txt".*Property path must match.*Property text must be string.*found 3/s,
    ),
  });
  expect(() => readFileSync(at('a'))).toThrow();
});

test('an output flows also where the same declaration is needed by name', async () => {
  const resources = () => {
    const first = Note({ path: at('first'), text: 'four' });
    return [first, Note({ path: at('second'), text: first.out.path }, { needs: [first] })];
  };
  expect(await results(resources)).toEqual(['Note[/first] changed', 'Note[/second] changed']);
});

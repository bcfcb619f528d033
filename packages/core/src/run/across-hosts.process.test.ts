import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import { Note } from '../testing/note.ts';
import { emptyShelf, shelved } from '../testing/shelf.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-hosts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hosts = inventory({ hosts: { one: { connection: 'local' }, two: { connection: 'local' } } });
const at = (name: string) => join(folder, name);

/** The local machine in place of every host, but `down` cannot be reached and `weak` breaks in its n-th script. */
function connectWith({
  down = '',
  weak = '',
  breaksAt = 0,
}: {
  down?: string;
  weak?: string;
  breaksAt?: number;
}) {
  return async (host: Host): Promise<Transport> => {
    if (host.name === down)
      throw new HostwrightError('TRANSPORT_UNREACHABLE', { problem: 'No route to host.' });
    const transport = openLocal(host);
    if (host.name !== weak) return transport;
    let scripts = 0;
    return {
      host: host.name,
      get roundTrips() {
        return transport.roundTrips;
      },
      run(script, options) {
        scripts += 1;
        if (scripts < breaksAt) return transport.run(script, options);
        return Promise.reject(
          new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It broke.' }),
        );
      },
      close: () => transport.close(),
    };
  };
}

function chain() {
  const shelf = emptyShelf();
  const Shelved = shelved(shelf);
  const first = Note({ path: at('one'), text: 'made on one' });
  const second = Note({ path: at('two'), text: first.out.path });
  const book = playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'two', resources: () => [second, Note({ path: at('free'), text: 'x' })] }),
      play({ hosts: 'one', resources: () => first }),
      play({
        hosts: 'controller',
        resources: () => Shelved({ label: 'path', thing: second.out.path }),
      }),
    ],
  });
  return { shelf, book };
}

test('outputs cross hosts and reach what is behind an API; one apply does it all, a second plan is empty', async () => {
  const { shelf, book } = chain();
  const { plan: planned } = await plan(book);
  expect(
    Object.fromEntries(
      planned.steps.map(({ id, verdict }) => [id.replace(folder, ''), verdict.is]),
    ),
  ).toEqual({
    'one/Note[/one]': 'change',
    'two/Note[/two]': 'unknown',
    'two/Note[/free]': 'change',
    'controller/Shelved[path]': 'unknown',
  });
  expect((await apply(book)).outcome.isConverged).toBe(true);
  expect(readFileSync(at('two'), 'utf8')).toBe(at('one'));
  expect(shelf.things.get('path')).toBe(at('two'));
  const again = await plan(book);
  expect(again.plan.steps.map(({ verdict }) => verdict.is)).toEqual(Array(4).fill('unchanged'));
  expect(again.hosts.map(({ roundTrips }) => roundTrips)).toEqual([2, 2, 1]);
});

test('an API whose server was only just started may take a moment to answer', async () => {
  const { shelf, book } = chain();
  shelf.mute = 3;
  expect((await apply(book)).outcome.isConverged).toBe(true);
  expect(shelf.things.get('path')).toBe(at('two'));
});

test('one place in the queue is enough for hosts that wait for each other', async () => {
  expect((await apply(chain().book, { forks: 1 })).outcome.isConverged).toBe(true);
});

test('R17 R18: what waits for a host that is down is skipped with the reason; the rest of the fleet goes on', async () => {
  const { shelf, book } = chain();
  const { outcome } = await apply(book, { connect: connectWith({ down: 'one' }) });
  const results = Object.fromEntries(
    outcome.steps.map(({ label, result, because }) => [
      label.replace(folder, ''),
      [result, because],
    ]),
  );
  expect(results).toEqual({
    'Note[/free]': ['changed', undefined],
    'Note[/two]': ['skipped', 'one'],
    'Shelved[path]': ['skipped', 'one'],
  });
  expect(outcome.hosts[0]).toMatchObject({ host: 'one', error: { code: 'TRANSPORT_UNREACHABLE' } });
  expect([outcome.isConverged, shelf.things.size]).toEqual([false, 0]);
});

test('a connection that breaks while a change is made fails that step and ends that host only, where it does not come back', async () => {
  const { outcome } = await apply(chain().book, {
    connect: connectWith({ weak: 'one', breaksAt: 3 }),
    reconnectWaitsMs: [],
  });
  const results = Object.fromEntries(
    outcome.steps.map((step) => [step.label.replace(folder, ''), step]),
  );
  expect(results['Note[/one]']).toMatchObject({
    result: 'failed',
    error: { code: 'TRANSPORT_CONNECTION_LOST', host: 'one' },
  });
  expect(results['Note[/two]']).toMatchObject({
    result: 'skipped',
    because: `one/Note[${at('one')}]`,
  });
  expect(results['Note[/free]']?.result).toBe('changed');
});

test('R3: a connection that breaks when the results are checked is no success, and no proof', async () => {
  const proved: string[] = [];
  const { outcome } = await apply(chain().book, {
    connect: connectWith({ weak: 'two', breaksAt: 7 }),
    reconnectWaitsMs: [],
    onEvent: (event) => {
      if (event.type === 'host.verified') proved.push(event.host);
    },
  });
  expect(proved.toSorted()).toEqual(['controller', 'one']);
  expect(outcome.isConverged).toBe(false);
  expect(outcome.hosts.find(({ host }) => host === 'two')?.error?.code).toBe(
    'TRANSPORT_CONNECTION_LOST',
  );
});

test('of many writes behind an API each has its own result', async () => {
  const shelf = emptyShelf();
  shelf.stuck.add('b');
  const Shelved = shelved(shelf);
  const resources = () => ['a', 'b', 'c'].map((label) => Shelved({ label, thing: 'x' }));
  const { outcome } = await apply(
    playbook({ inventory: hosts, plays: [play({ hosts: 'controller', resources })] }),
  );
  expect(outcome.steps.map(({ result }) => result)).toEqual(['changed', 'failed', 'changed']);
  const onHost = playbook({ inventory: hosts, plays: [play({ hosts: 'one', resources })] });
  await expect(apply(onHost)).rejects.toMatchObject({ code: 'PLAY_WRONG_HOST' });
});

test.each([
  ['after the last change', 3],
  ['during the second look', 4],
])('what was done when an abort comes %s is proved and reported', async (_, scripts) => {
  const controller = new AbortController();
  const spoiled = Note({ path: at('spoiled'), text: 'x' });
  const book = playbook({
    inventory: hosts,
    plays: [play({ hosts: 'one', resources: () => [spoiled] })],
  });
  let begun = 0;
  const connect = async (host: Host): Promise<Transport> => {
    const transport = openLocal(host);
    const run: Transport['run'] = (script, options) => {
      begun += 1;
      if (begun === 4) rmSync(at('spoiled'));
      const running = transport.run(script, options);
      if (begun === scripts) controller.abort();
      return running;
    };
    return { host: host.name, roundTrips: 0, run, close: () => transport.close() };
  };
  const { outcome } = await apply(book, { connect, signal: controller.signal });
  expect(outcome.steps).toMatchObject([{ result: 'failed', error: { code: 'VERIFY_DIFFERENT' } }]);
});

test('an abort in the middle finishes the step at work, begins no other, and says which were left', async () => {
  const controller = new AbortController();
  const first = Note({ path: at('first'), text: 'x' });
  const second = Note({ path: at('second'), text: 'x' }, { needs: [first] });
  const book = playbook({
    inventory: hosts,
    plays: [play({ hosts: 'one', resources: () => [first, second] })],
  });
  const { outcome } = await apply(book, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'step.started') controller.abort();
    },
  });
  expect(outcome.steps.map(({ result, because }) => [result, because])).toEqual([
    ['changed', undefined],
    ['skipped', 'interrupted'],
  ]);
  expect(outcome.isConverged).toBe(false);
});

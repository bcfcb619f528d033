import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { HostwrightError } from '../model/errors.ts';
import { Bell, Note } from '../testing/note.ts';
import { emptyShelf, shelved } from '../testing/shelf.ts';
import { graph } from './graph.ts';
import { why } from './why.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-why-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const short = (text: string) => text.replaceAll(folder, '');
const hosts = inventory({ hosts: { one: { connection: 'local' }, two: { connection: 'local' } } });

function book() {
  const Shelved = shelved(emptyShelf());
  const first = Note({ path: at('first'), text: 'x' });
  const second = Note({ path: at('second'), text: first.out.path }, { needs: [first] });
  const bell = Bell({ log: at('log'), hears: [at('first')] });
  return playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'all', resources: () => Note({ path: at('both'), text: 'x'.repeat(500) }) }),
      play({ hosts: 'one', resources: () => [first, second, bell] }),
      play({
        hosts: 'controller',
        resources: () => Shelved({ label: 'l', thing: first.out.path.on('one') }),
      }),
    ],
  });
}

test('the graph has hosts, nodes and every edge with its reasons, for one round trip a host', async () => {
  const { graph: found, hosts: summary } = await graph(book());
  expect(found.hosts).toEqual(['one', 'two', 'controller']);
  expect(
    found.edges.map(({ from, to, reason, because, notifies }) =>
      [short(from), short(to), reason, because.join(' + '), notifies].join(' | '),
    ),
  ).toEqual(
    [
      'one/Note[/first] | one/Bell[/log] | automatic | bell:/first | true'.replace(
        'bell:/first',
        `bell:${at('first')}`,
      ),
      'one/Note[/first] | one/Note[/second] | output | needs + out.path | false',
      'one/Note[/first] | controller/Shelved[l] | output | out.path | false',
    ].toSorted((a, b) => order(a) - order(b)),
  );
  expect(summary.map(({ roundTrips }) => roundTrips)).toEqual([1, 1, 1]);
});

/** Nodes come in layers, and in a layer as they were declared. */
function order(line: string): number {
  return ['Note[/second]', 'Bell[/log]', 'Shelved[l]'].findIndex(
    (name) => line.includes(`| one/${name}`) || line.includes(`| controller/${name}`),
  );
}

test('why tells what would change, what was read, and both sides of every edge', async () => {
  writeFileSync(at('first'), 'old');
  const found = await why(book(), `one/Note[${at('first')}]`);
  expect(found.step.verdict).toMatchObject({ is: 'change', fields: [{ from: 'old', to: 'x' }] });
  expect(found.reading).toEqual({ is: 'present', observed: 'old' });
  expect(found.needs).toEqual([]);
  expect(
    found.neededBy.map(({ edge, step }) => [short(step.id), step.verdict.is, edge.notifies]),
  ).toEqual(
    expect.arrayContaining([
      ['one/Bell[/log]', 'refresh', true],
      ['one/Note[/second]', 'unknown', false],
      ['controller/Shelved[l]', 'unknown', false],
    ]),
  );
  const second = await why(book(), 'second');
  expect(second.needs).toMatchObject([
    { edge: { because: ['needs', 'out.path'] }, step: { source: { line: expect.any(Number) } } },
  ]);
});

test('long states are cut', async () => {
  writeFileSync(at('both'), 'y'.repeat(500));
  const { reading } = await why(book(), `two/Note[${at('both')}]`);
  expect(reading).toEqual({ is: 'present', observed: `${'y'.repeat(200)}…` });
});

test('a name that several declarations have, or none, lists the candidates', async () => {
  const several = await why(book(), `Note[${at('both')}]`).catch((thrown) => thrown);
  expect(several).toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  expect(short((several as HostwrightError).detail ?? '')).toMatch(
    /^one\/Note\[\/both] \(.*why\.process\.test\.ts:\d+\)\ntwo\/Note\[\/both] \(/,
  );
  await expect(why(book(), 'nowhere')).rejects.toMatchObject({
    problem: 'Nothing is called "nowhere".',
    detail: expect.stringContaining('controller/Shelved[l]'),
  });
});

import { expect, test } from '@jest/globals';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Serial } from '../model/rollout.ts';
import { batchesOf } from './rollout.ts';

const hosts = Array.from({ length: 10 }, (_, index) => `h${index}`);

/** Nodes of one declaration each, by `HOST/NAME`, with the ids that they need. */
function program(needs: Readonly<Record<string, readonly string[]>>): Program {
  const nodes = Object.entries(needs).map(([id, own]): ProgramNode => {
    const [host = '', label = ''] = id.split('/');
    const edges = own.map(
      (need) => ({ needs: need, reason: 'output', because: [], notifies: false }) as const,
    );
    const declaration = { source: undefined } as unknown as ProgramNode['declaration'];
    return { id, host, label, declaration, edges, blocked: undefined, layer: 0 };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return { hosts: [], nodes, byId, placements: new Map() };
}

const independent = program({});
const cut = (serial: Serial | undefined, names = hosts, own = independent) =>
  batchesOf(names, own, serial).map((batch) => batch.hosts);
const sizes = (serial: Serial | undefined) => cut(serial).map(({ length }) => length);

test.each<[Serial | undefined, readonly number[]]>([
  [undefined, [10]],
  [4, [4, 4, 2]],
  ['25%', [2, 2, 2, 2, 2]],
  ['1%', Array(10).fill(1)],
  [
    [1, '20%', '50%'],
    [1, 2, 5, 2],
  ],
  [100, [10]],
])('serial %j', (serial, expected) => expect(sizes(serial)).toEqual(expected));

test.each([[0], [1.5], [[]], ['0%'], ['101%'], ['ten'], [[1, -1]]])(
  'serial %j is refused',
  (serial) => {
    expect(() => sizes(serial as Serial)).toThrow(
      expect.objectContaining({ code: 'ROLLOUT_INVALID' }),
    );
  },
);

test('a host comes after those that it needs something of; the controller takes no place', () => {
  const needs = program({ 'a/x': ['c/x'], 'c/x': [], 'controller/x': ['a/x'] });
  expect(cut(1, ['a', 'b', 'c', 'controller'], needs)).toEqual([['c'], ['a'], ['b', 'controller']]);
});

test('hosts that need each other go together, or not at all', () => {
  const circle = program({ 'a/x': ['b/x'], 'b/x': [], 'b/y': ['a/x'] });
  expect(cut(2, ['a', 'b'], circle)).toEqual([['b', 'a']]);
  expect(() => cut(1, ['a', 'b'], circle)).toThrow(
    expect.objectContaining({ code: 'ROLLOUT_CIRCLE', resource: 'y', host: 'b' }),
  );
});

import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { compile } from '../compile/compile.ts';
import { specValidator } from '../compile/validate.ts';
import { defineResource } from '../declare/define-resource.ts';
import { controller, type HostInput, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import type { Facts } from '../model/facts.ts';
import { absent, present, type Reading, unknown } from '../model/reading.ts';
import type { Way } from '../model/way.ts';
import { sh } from '../shell/sh.ts';
import { Note } from '../testing/note.ts';
import { type PlanTerms, planProgram } from './plan.ts';

/** A gate to one port, open or closed. */
const Gate = defineResource({
  kind: 'Gate',
  schema: Type.Object(
    {
      name: Type.String({ maxLength: 9, description: 'Name.' }),
      port: Type.Integer({ description: 'Port.' }),
      isOpen: Type.Boolean({ description: 'Whether it lets through.' }),
    },
    { additionalProperties: false },
  ),
  keys: ['name'],
  identity: ({ name }) => name,
  edges: () => ({ after: ['path:/gate'] }),
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    parse: (_, specs) => specs.map(() => absent),
    apply: () => sh`:`,
  },
  diff: (_, reading) =>
    reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : [],
  threatens: ({ spec, way, isKeptOpen }) =>
    spec.isOpen === false && spec.port === way.port && !isKeptOpen ? ['It closes the port.'] : [],
  keepsOpen: ({ isOpen, port }, way) => isOpen === true && port === way.port,
});

const closed = Gate({ name: 'c', port: 22, isOpen: false });
const open = Gate({ name: 'o', port: 22, isOpen: true });

function refusalsOf(
  resources: () => Declarations,
  {
    found = absent,
    host = {},
    terms = {},
  }: { found?: Reading<unknown>; host?: HostInput<never, object>; terms?: PlanTerms } = {},
) {
  const hosts = inventory({ hosts: { a: host } });
  const validate = specValidator();
  const program = compile({
    playbook: playbook({ inventory: hosts, plays: [play({ hosts: 'a', resources })] }),
    controller,
    facts: new Map([['a', {} as Facts]]),
    unreachable: [],
    validate,
  });
  const readings = new Map(
    program.nodes.map(({ id, declaration }) => [id, declaration.kind === 'Note' ? absent : found]),
  );
  const observation = {
    readings,
    owed: new Map(),
    waysBack: new Map(),
    held: new Set<string>(),
    unreachable: new Map(),
  };
  return planProgram(program, observation, () => [], terms).refusals;
}

test('a plan that closes its own port is refused, with host, declaration and line', () => {
  expect(refusalsOf(() => closed)).toMatchObject([
    {
      code: 'PLAN_CUTS_OFF',
      host: 'a',
      resource: 'Gate[c]',
      source: closed.source,
      problem: 'It closes the port.',
      remedy: expect.stringContaining('mayCutOff: true'),
    },
  ]);
});

test('not so where it is meant, is so already, or another declaration opens the port', () => {
  const meant = Gate({ name: 'm', port: 22, isOpen: false }, { mayCutOff: true });
  expect(refusalsOf(() => meant)).toEqual([]);
  expect(refusalsOf(() => closed, { found: present({}) })).toEqual([]);
  expect(refusalsOf(() => [closed, open])).toEqual([]);
});

test('a declaration does not excuse itself', () => {
  expect(refusalsOf(() => [closed, Gate({ name: 'o', port: 25, isOpen: true })])).toHaveLength(1);
});

test('what cannot be known yet is asked as well', () => {
  const gate = Note({ path: '/gate', text: '' });
  expect(refusalsOf(() => [gate, closed], { found: unknown('no gate yet') })).toHaveLength(1);
});

test('only a host that is reached by SSH can be cut off, and its own port counts', () => {
  expect(refusalsOf(() => closed, { host: { connection: 'local' } })).toEqual([]);
  expect(refusalsOf(() => closed, { host: { ssh: { port: 2222 } } })).toEqual([]);
  const forwarded = new Map<string, Partial<Way>>([['a', { port: 22 }]]);
  const terms = { seenWays: forwarded };
  expect(refusalsOf(() => closed, { host: { ssh: { port: 2222 } }, terms })).toHaveLength(1);
});

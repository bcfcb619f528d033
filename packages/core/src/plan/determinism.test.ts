import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../compile/compile.ts';
import { specValidator } from '../compile/validate.ts';
import { controller, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declaration } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Plan } from '../model/plan.ts';
import { absent, present, type Reading, unknown } from '../model/reading.ts';
import { Bell, Note } from '../testing/note.ts';
import { movesBetween } from './moves.ts';
import { planProgram } from './plan.ts';

interface World {
  /** For each note: numbers of earlier notes that it needs, whether its spec is written backwards, what is found. */
  readonly notes: readonly { needs: number[]; found: number; seed: number }[];
  /** Numbers that shuffle hosts, declarations, maps. */
  readonly order: readonly number[];
}

const world = fc.record({
  notes: fc.array(
    fc.record({ needs: fc.array(fc.nat(), { maxLength: 3 }), found: fc.nat(3), seed: fc.nat() }),
    { minLength: 1, maxLength: 8 },
  ),
  order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
});

const facts = { os: { id: 'debian' } } as unknown as Facts;
const down = ['down1', 'down2'];
const readings: readonly Reading<unknown>[] = [
  absent,
  present('declared'),
  present('other'),
  unknown('not there yet'),
];

/** The same things in another order, the same for the same numbers. */
function shuffled<T>(things: readonly T[], order: readonly number[]): readonly T[] {
  return things
    .map((thing, index) => ({ thing, rank: order[index] ?? 0, index }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ thing }) => thing);
}

function declared({ notes, order }: World, isShuffled: boolean): readonly Declaration[] {
  const made: Declaration[] = [];
  for (const [index, { needs }] of notes.entries()) {
    const earlier = index === 0 ? [] : needs.flatMap((n) => made[n % index] ?? []);
    const spec = { path: `/n${index}`, text: 'declared' };
    const backwards = { text: spec.text, path: spec.path };
    const own = isShuffled ? shuffled(earlier, order) : earlier;
    made.push(Note(isShuffled ? backwards : spec, { needs: own }));
  }
  const bell = Bell({ log: '/log', hears: notes.map((_, index) => `/n${index}`) });
  return isShuffled ? shuffled([bell, ...made], order) : [bell, ...made];
}

interface Shuffles {
  /** Insertion order of what was read: chance, as hosts answer when they do. */
  readonly maps: boolean;
  /** Order of hosts and declarations in the playbook. */
  readonly playbook: boolean;
}

function planOf(own: World, { maps, playbook: isShuffled }: Shuffles): Plan {
  const mix = <T>(things: readonly T[], is: boolean) => (is ? shuffled(things, own.order) : things);
  const names = mix(['a', 'b', ...down], isShuffled);
  const hosts = inventory({ hosts: Object.fromEntries(names.map((name) => [name, {}])) });
  const resources = declared(own, isShuffled);
  const validate = specValidator();
  const program = compile({
    playbook: playbook({
      inventory: hosts,
      plays: [play({ hosts: 'all', resources: () => resources })],
    }),
    controller,
    facts: new Map(mix(['a', 'b'], maps).map((name) => [name, facts])),
    unreachable: mix(down, maps),
    validate,
  });
  const found = program.nodes.map(({ id, label }) => {
    const note = own.notes[Number(/\d+/.exec(label)?.[0])];
    return [id, note === undefined ? present({}) : (readings[note.found] ?? absent)] as const;
  });
  const error = new HostwrightError('TRANSPORT_UNREACHABLE', { problem: 'No answer.' });
  return planProgram(
    program,
    {
      readings: new Map(mix(found, maps)),
      owed: new Map(mix(['a', 'b'], maps).map((name) => [name, []])),
      waysBack: new Map(),
      held: new Set(),
      unreachable: new Map(mix(down, maps).map((name) => [name, error])),
    },
    (type, spec) => validate(type, spec).map(({ text }) => text),
  );
}

test('R40: the same playbook and the same hosts give the same plan, byte for byte, in whatever order they answer', () => {
  fc.assert(
    fc.property(world, (own) => {
      const straight = planOf(own, { maps: false, playbook: false });
      const mixed = planOf(own, { maps: true, playbook: false });
      expect(JSON.stringify(mixed)).toBe(JSON.stringify(straight));
    }),
    { numRuns: 30 },
  );
});

test('hosts, declarations, needs and properties in another order are no other plan', () => {
  fc.assert(
    fc.property(world, (own) => {
      const straight = planOf(own, { maps: false, playbook: false });
      const mixed = planOf(own, { maps: true, playbook: true });
      expect(movesBetween(straight, mixed)).toEqual([]);
      const digests = ({ steps }: Plan) =>
        steps.map(({ id, digest }) => `${id} ${digest}`).toSorted();
      expect(digests(mixed)).toEqual(digests(straight));
    }),
    { numRuns: 30 },
  );
});

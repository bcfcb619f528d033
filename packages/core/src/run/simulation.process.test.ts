import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SimulatedFault } from '../testing/simulated-host.ts';
import {
  chimeCount,
  hostNames,
  nameOf,
  type SimulatedItem,
  SimulatedWorld,
} from '../testing/simulated-world.ts';

/**
 * Random programs, for all laws together; each goes through plan and apply, most of them more than once.
 * HOSTWRIGHT_PROGRAMS=10000 is the long form; HOSTWRIGHT_SEED repeats a failure.
 */
const programsInAll = Number(process.env.HOSTWRIGHT_PROGRAMS ?? 800);
const lawCount = 9;
const programs = Math.ceil(programsInAll / lawCount);
const seed = Number(process.env.HOSTWRIGHT_SEED ?? 1);
const timeoutMs = 600_000;

const index = fc.nat({ max: 9 });
const item: fc.Arbitrary<SimulatedItem> = fc.record({
  host: fc.constantFrom(0 as const, 1 as const),
  kind: fc.constantFrom('Thing' as const, 'Gadget' as const, 'Gizmo' as const, 'Loner' as const),
  value: fc.nat({ max: 3 }),
  before: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  needs: fc.array(index, { maxLength: 2 }),
  takes: fc.option(index, { nil: undefined, freq: 3 }),
  inside: fc.option(index, { nil: undefined, freq: 3 }),
  chimes: fc.uniqueArray(fc.nat({ max: chimeCount - 1 }), { maxLength: 2 }),
});
const items = fc.array(item, { minLength: 1, maxLength: 10 });
const faultNames = ['drop', 'drop, script goes on', 'hang', 'locked', 'disk full', 'lie'] as const;
const faults = fc.array(
  fc.record({
    host: fc.constantFrom(0 as const, 1 as const),
    at: fc.nat({ max: 6 }),
    fault: fc.constantFrom<SimulatedFault>(...faultNames),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Connects again at once, or never. */
const waits = fc.constantFrom<readonly number[]>([], [0, 0]);

/** One law over many random programs. A failure names the seed and the smallest program that breaks the law. */
function law<Input extends readonly unknown[]>(
  name: string,
  inputs: readonly [...{ [Part in keyof Input]: fc.Arbitrary<Input[Part]> }],
  check: (...input: Input) => Promise<void>,
): void {
  test(
    `${name} (${programs} random programs, HOSTWRIGHT_SEED=${seed})`,
    async () => {
      const parts = fc.tuple(...inputs) as unknown as fc.Arbitrary<Input>;
      await fc.assert(
        fc.asyncProperty(parts, async (input) => check(...input)),
        { numRuns: programs, seed },
      );
    },
    timeoutMs,
  );
}

const hostOf = (world: SimulatedWorld, position: number) =>
  hostNames[world.items[position]?.host ?? 0];
const placeOf = (world: SimulatedWorld, position: number) =>
  world.last(`${hostOf(world, position)} set ${nameOf(position)}`);

/** Positions of the last ring of a chime and of the last change of each thing that notifies it. */
function chimesOf(world: SimulatedWorld) {
  return hostNames.flatMap((host, number) =>
    Array.from({ length: chimeCount }, (_, chime) => {
      const notifiers = world.items.flatMap((one, position) =>
        one.host === number && one.chimes.includes(chime) ? [placeOf(world, position)] : [],
      );
      const rings = world.actions.filter((action) => action === `${host} ring c${chime}`).length;
      return {
        rings,
        at: world.last(`${host} ring c${chime}`),
        changed: Math.max(-1, ...notifiers),
      };
    }),
  );
}

law(
  'R4: an apply does everything once, in the order of the edges, and a second one nothing',
  [items],
  async (list) => {
    const world = new SimulatedWorld(list);
    const outcome = await world.apply();
    expect(outcome.isConverged && world.isAsDeclared()).toBe(true);
    expect(new Set(world.actions).size).toBe(world.actions.length);
    list.forEach((_, position) => {
      const done = placeOf(world, position);
      expect(done >= 0).toBe(world.differs(position));
      for (const needed of world.needs(position)) {
        if (done >= 0) expect(placeOf(world, needed)).toBeLessThan(done);
      }
    });
    const count = world.actions.length;
    expect((await world.apply()).steps.every(({ result }) => result === 'ok')).toBe(true);
    expect(world.actions).toHaveLength(count);
  },
);

law(
  'a chime rings at most once, after all that notified it, and only when something did',
  [items],
  async (list) => {
    const world = new SimulatedWorld(list);
    await world.apply();
    for (const { rings, at, changed } of chimesOf(world)) {
      expect(rings).toBe(changed >= 0 ? 1 : 0);
      expect(at).toBeGreaterThanOrEqual(changed);
    }
    expect(world.hosts.flatMap(({ owed }) => [...owed])).toEqual([]);
  },
);

law(
  'R5 R40: a plan is the same each time, byte for byte, and does nothing',
  [items],
  async (list) => {
    const world = new SimulatedWorld(list);
    const first = JSON.stringify(await world.plan());
    expect(JSON.stringify(await world.plan())).toBe(first);
    expect(world.actions).toEqual([]);
  },
);

law(
  'R5: an apply does what the plan said, field by field, and nothing else',
  [items],
  async (list) => {
    const world = new SimulatedWorld(list);
    const { steps } = await world.plan();
    const { steps: done } = await world.apply();
    const results = new Map(done.map(({ id, result, verdict }) => [id, { result, verdict }]));
    for (const { id, verdict } of steps) {
      if (verdict.is === 'change') expect(results.get(id)).toEqual({ result: 'changed', verdict });
      if (verdict.is === 'unchanged') expect(results.get(id)?.result).toBe('ok');
    }
  },
);

law(
  'what fails skips exactly what depends on it',
  [items, fc.array(index, { minLength: 1, maxLength: 2 })],
  async (list, stuck) => {
    const world = new SimulatedWorld(list);
    for (const position of stuck) {
      world.hosts[list[position]?.host ?? 0]?.stuck.set(nameOf(position), 'disk full');
    }
    const outcome = await world.apply();
    const expected: string[] = [];
    list.forEach((_, position) => {
      const isBehind = world
        .needs(position)
        .some((needed) => /failed|skipped/.test(expected[needed] ?? ''));
      const differs = world.differs(position);
      expected.push(
        isBehind ? 'skipped' : !differs ? 'ok' : stuck.includes(position) ? 'failed' : 'changed',
      );
    });
    const found = list.map((one, position) => {
      const id = `${hostNames[one.host]}/${one.kind}[${nameOf(position)}]`;
      return outcome.steps.find((step) => step.id === id)?.result;
    });
    expect(found).toEqual(expected);
  },
);

law(
  'R3: whatever happens on the way, success is only said of hosts that are as declared',
  [items, faults, waits],
  async (list, wrong, reconnectWaitsMs) => {
    const world = new SimulatedWorld(list);
    for (const { host, at, fault } of wrong) world.hosts[host]?.faults.set(at, fault);
    const outcome = await world.apply({ reconnectWaitsMs });
    if (outcome.isConverged) expect(world.isAsDeclared()).toBe(true);
  },
);

law(
  'R20: two runs that were broken off and a plain one come to what a clean run comes to, and nothing is owed',
  [items, faults, faults, waits],
  async (list, first, second, reconnectWaitsMs) => {
    const world = new SimulatedWorld(list);
    for (const wrong of [first, second]) {
      for (const host of world.hosts) {
        host.faults.clear();
        host.actions = 0;
      }
      for (const { host, at, fault } of wrong) world.hosts[host]?.faults.set(at, fault);
      await world.apply({ reconnectWaitsMs });
    }
    for (const host of world.hosts) host.faults.clear();
    const outcome = await world.apply();
    expect(outcome.isConverged && world.isAsDeclared()).toBe(true);
    expect(world.hosts.flatMap(({ owed }) => [...owed])).toEqual([]);
    for (const { at, changed } of chimesOf(world)) expect(at).toBeGreaterThanOrEqual(changed);
  },
);

law(
  'R3: a run that loses its connections goes on, and does no more than a clean one',
  [
    items,
    fc.array(fc.tuple(fc.constantFrom(0, 1), fc.nat({ max: 6 })), { minLength: 1, maxLength: 3 }),
  ],
  async (list, drops) => {
    const world = new SimulatedWorld(list);
    for (const [host, at] of drops) world.hosts[host]?.faults.set(at, 'drop, script goes on');
    const outcome = await world.apply({ reconnectWaitsMs: [0] });
    expect(outcome.isConverged && world.isAsDeclared()).toBe(true);
    expect(new Set(world.actions).size).toBe(world.actions.length);
    expect(world.hosts.flatMap(({ owed }) => [...owed])).toEqual([]);
  },
);

law(
  'R22: what must not meet on a host never does, whatever breaks',
  [items, faults, waits],
  async (list, wrong, reconnectWaitsMs) => {
    const world = new SimulatedWorld(list);
    for (const { host, at, fault } of wrong) world.hosts[host]?.faults.set(at, fault);
    await world.apply({ reconnectWaitsMs });
    expect(world.hosts.flatMap(({ clashes }) => clashes)).toEqual([]);
    expect(world.hosts.map(({ atWork }) => atWork.size)).toEqual([0, 0]);
  },
);

test('changes that may meet are made beside each other, and the report is the same each time', async () => {
  const one = {
    host: 0,
    before: undefined,
    needs: [],
    takes: undefined,
    inside: undefined,
  } as const;
  const list = (['Thing', 'Gadget', 'Thing', 'Loner'] as const).map((kind, value) => ({
    ...one,
    kind,
    value,
    chimes: [0],
  }));
  const reports = await Promise.all(
    [1, 2].map(async () => {
      const world = new SimulatedWorld(list);
      const { steps } = await world.apply();
      expect(world.hosts[0]).toMatchObject({ atWorkMax: 2, clashes: [] });
      return steps.map(({ id, result, verdict }) => ({ id, result, verdict }));
    }),
  );
  expect(reports[0]).toEqual(reports[1]);
});

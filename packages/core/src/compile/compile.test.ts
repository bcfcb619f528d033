import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { controller, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declaration, Declarations } from '../model/declaration.ts';
import type { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Program } from '../model/program.ts';
import { secret } from '../model/secret.ts';
import { Note } from '../testing/note.ts';
import { compile } from './compile.ts';
import { specValidator } from './validate.ts';

const facts: Facts = {
  hostname: 'a',
  fqdn: 'a.example',
  os: { id: 'debian', version: '12', codename: 'bookworm' },
  arch: 'x86_64',
  kernel: '6',
  cpus: 2,
  memoryMiB: 1024,
  diskFreeMiB: 1024,
  addresses: [],
  init: 'systemd',
  user: 'root',
  uid: 0,
  bootId: 'x',
};
const hosts = inventory({ hosts: { a: { groups: ['web'] }, b: { groups: ['web'] } } });

function compileOn(selector: 'a' | 'web' | 'controller', resources: () => Declarations): Program {
  return compile({
    playbook: playbook({ inventory: hosts, plays: [play({ hosts: selector, resources })] }),
    controller,
    facts: new Map([
      ['a', facts],
      ['b', facts],
      ['controller', facts],
    ]),
    unreachable: [],
    validate: specValidator(),
  });
}

function errorOf(run: () => unknown): HostwrightError {
  try {
    run();
  } catch (thrown) {
    return thrown as HostwrightError;
  }
  throw new Error('it did not throw');
}

test('a play that throws shows frames of the playbook, and none of what called it', () => {
  const play = () => {
    throw new TypeError('no such size');
  };
  const { code, detail } = errorOf(() => compileOn('a', play)).toJSON();
  expect([code, detail]).toEqual([
    'PLAY_FAILED',
    expect.stringMatching(/^TypeError: no such size\n {4}at /),
  ]);
  expect(detail).not.toMatch(/runPlay|placing|compiling/);
});

test('nested arrays, false and undefined are fine; a promise is not', () => {
  const note = Note({ path: '/x', text: '' });
  expect(compileOn('a', () => [[note], false, undefined, [[null]]]).nodes).toHaveLength(1);
  const wrong = errorOf(() => compileOn('a', () => Promise.resolve([note]) as never));
  expect(wrong).toMatchObject({
    code: 'PLAY_NOT_DECLARATIONS',
    problem: expect.stringContaining('a Promise'),
  });
});

test('two claims of one thing name both lines', () => {
  const first = Note({ path: '/x', text: 'a' });
  const second = Note({ path: '/x', text: 'b' });
  const error = errorOf(() => compileOn('a', () => [first, second]));
  expect(error.code).toBe('CLAIM_TWICE');
  expect(error.source).toEqual(second.source);
  expect(error.problem).toContain(`compile.test.ts:${first.source?.line}`);
  expect(second.source?.line).toBe((first.source?.line ?? 0) + 1);
});

/** A note that others may write on beside it. */
const Margin = {
  ...Note.type,
  kind: 'Margin',
  identity: (spec: { readonly text?: string }) => spec.text ?? '',
  claims: () => [],
  shares: (spec: { readonly path: string }) => [`path:${spec.path}`],
};
const margin = (text: string) =>
  Object.freeze({ ...Note({ path: '/x', text }), kind: 'Margin', type: Margin as never });

test('parts of one thing are shared, and a claim on all of it beside them names both lines', () => {
  const whole = Note({ path: '/x', text: 'whole' });
  expect(compileOn('a', () => [margin('a'), margin('b')]).nodes).toHaveLength(2);
  const late = errorOf(() => compileOn('a', () => [whole, margin('a')]));
  expect(late).toMatchObject({ code: 'CLAIM_TWICE', resource: 'Margin[a]' });
  expect(late.problem).toContain(`path:/x is claimed already, as a whole, by Note[/x] in `);
  expect(late.problem).toContain(`compile.test.ts:${whole.source?.line}`);
  const early = errorOf(() => compileOn('a', () => [margin('a'), whole]));
  expect(early.problem).toContain('A part of path:/x is claimed already by Margin[a] in ');
});

test('a cycle is reported with its path', () => {
  const spec = (path: string, insideOf: string) => Note({ path, text: '', insideOf });
  const error = errorOf(() =>
    compileOn('a', () => [spec('/x', '/z'), spec('/y', '/x'), spec('/z', '/y')]),
  );
  expect(error.code).toBe('GRAPH_CYCLE');
  expect(error.problem).toContain('a/Note[/x] → a/Note[/z] → a/Note[/y] → a/Note[/x]');
});

test('a chain of needs may be longer than calls can be deep', () => {
  const chain: Declaration[] = [];
  for (let number = 0; number < 5000; number += 1) {
    chain.push(Note({ path: `/${number}`, text: '' }, { needs: chain.slice(-1) }));
  }
  const { nodes } = compileOn('a', () => chain.toReversed());
  expect(nodes.map(({ layer }) => layer)).toEqual(chain.map((_, number) => number));
});

test('a need of something that no play returns is an error', () => {
  const ghost = Note({ path: '/ghost', text: '' });
  const error = errorOf(() =>
    compileOn('a', () => [Note({ path: '/x', text: '' }, { needs: [ghost] })]),
  );
  expect(error.code).toBe('NEED_UNDECLARED');
});

/** Plays of both hosts. */
function compileBoth(onA: () => Declarations, onB: () => Declarations): Program {
  return compile({
    playbook: playbook({
      inventory: hosts,
      plays: [play({ hosts: 'a', resources: onA }), play({ hosts: 'b', resources: onB })],
    }),
    controller,
    facts: new Map(['a', 'b'].map((name) => [name, facts])),
    unreachable: [],
    validate: specValidator(),
  });
}

test('a declaration needs and notifies those of other plays and other hosts', () => {
  const other = Note({ path: '/other', text: '' });
  const own = Note({ path: '/own', text: '' }, { needs: [other] });
  const program = compileBoth(
    () => own,
    () => other,
  );
  expect(program.byId.get('a/Note[/own]')?.edges).toEqual([
    { needs: 'b/Note[/other]', reason: 'explicit', because: ['needs'], notifies: false },
  ]);
  const told = Note({ path: '/told', text: '' });
  const telling = Note({ path: '/telling', text: '' }, { notify: [told] });
  const notified = compileBoth(
    () => told,
    () => telling,
  );
  expect(notified.byId.get('a/Note[/told]')?.edges).toEqual([
    { needs: 'b/Note[/telling]', reason: 'explicit', because: ['notify'], notifies: true },
  ]);
});

test('a cycle across hosts is reported with its path, its lines and its reasons', () => {
  const inA = Note({ path: '/in-a', text: '' });
  const inB = Note({ path: '/in-b', text: inA.out.path });
  const last = Note({ path: '/last', text: '' }, { needs: [inB], notify: [inA] });
  const error = errorOf(() =>
    compileBoth(
      () => [inA, last],
      () => inB,
    ),
  );
  expect(error.code).toBe('GRAPH_CYCLE');
  expect(error.problem).toContain('a/Note[/in-a] → a/Note[/last] → b/Note[/in-b] → a/Note[/in-a]');
  expect(error.detail?.split('\n')).toEqual([
    expect.stringMatching(
      /^a\/Note\[\/in-a] \(.*compile\.test\.ts:\d+\) comes after a\/Note\[\/last]: notify$/,
    ),
    expect.stringMatching(/comes after b\/Note\[\/in-b]: needs$/),
    expect.stringMatching(/comes after a\/Note\[\/in-a]: out\.path$/),
  ]);
});

test('one edge has all its reasons, and an output weighs most', () => {
  const first = Note({ path: '/first', text: '' });
  const second = Note(
    { path: '/second', text: first.out.path, insideOf: '/first' },
    { needs: [first] },
  );
  expect(compileOn('a', () => [first, second]).byId.get('a/Note[/second]')?.edges).toEqual([
    {
      needs: 'a/Note[/first]',
      reason: 'output',
      because: ['needs', 'out.path', 'path:/first'],
      notifies: false,
    },
  ]);
});

test('the same thing claimed by two plays of a host names both lines; two hosts may have it each', () => {
  const first = Note({ path: '/x', text: 'a' });
  const second = Note({ path: '/x', text: 'b' });
  const plays = (selector: 'a' | 'b') => [
    play({ hosts: 'a', resources: () => first }),
    play({ hosts: selector, resources: () => second }),
  ];
  const compileWith = (selector: 'a' | 'b') =>
    compile({
      playbook: playbook({ inventory: hosts, plays: plays(selector) }),
      controller,
      facts: new Map(['a', 'b'].map((name) => [name, facts])),
      unreachable: [],
      validate: specValidator(),
    });
  const error = errorOf(() => compileWith('a'));
  expect(error).toMatchObject({ code: 'CLAIM_TWICE', source: second.source });
  expect(error.problem).toContain(`compile.test.ts:${first.source?.line}`);
  expect(compileWith('b').nodes).toHaveLength(2);
});

test('an output of two hosts must say which one is meant', () => {
  const note = Note({ path: '/x', text: 'x' });
  const consumer = (path: string, on?: string) =>
    Note({ path, text: on === undefined ? note.out.path : note.out.path.on(on) });
  const twoHosts = (second: Declaration) =>
    compile({
      playbook: playbook({
        inventory: hosts,
        plays: [
          play({ hosts: 'web', resources: () => [note] }),
          play({ hosts: 'controller', resources: () => [second] }),
        ],
      }),
      controller,
      facts: new Map([
        ['a', facts],
        ['b', facts],
        ['controller', facts],
      ]),
      unreachable: [],
      validate: specValidator(),
    });
  expect(errorOf(() => twoHosts(consumer('/y'))).code).toBe('OUTPUT_AMBIGUOUS');
  expect(twoHosts(consumer('/y', 'b')).byId.get('controller/Note[/y]')?.edges).toMatchObject([
    { needs: 'b/Note[/x]' },
  ]);
  expect(errorOf(() => twoHosts(consumer('/y', 'c'))).code).toMatch(/^OUTPUT_/);
});

test('the text that a secret prints is never taken for its value', () => {
  const password = secret('geheim');
  const compiled = (text: unknown) =>
    compileOn('a', () => Note({ path: '/x', text: text as string }));
  expect(errorOf(() => compiled(`password=${password}`))).toMatchObject({
    code: 'SECRET_AS_TEXT',
    problem: expect.stringContaining('Property text'),
    remedy: expect.stringContaining('interpolate'),
  });
  expect(errorOf(() => compiled(secret(`user:${password}`))).problem).toContain('has <secret>');
  expect(() => compiled('<secret uuid="x"><secret>xml</secret></secret>')).not.toThrow();
  expect(errorOf(() => secret(undefined as never)).code).toBe('SECRET_MISSING');
});

test('a value that is no data is called what it is', () => {
  const problem = (text: unknown) =>
    errorOf(() => compileOn('a', () => Note({ path: '/x', text: text as string }))).problem;
  expect(problem(Promise.resolve('x'))).toContain('found a promise, which is to be awaited.');
  expect(problem(new Date())).toContain('found a Date.');
  expect(problem(Number.NaN)).toContain('found NaN.');
  expect(problem(5n)).toContain('found 5.');
  expect(problem([5n])).toContain('found what JSON cannot say.');
});

test('outputs and secrets cannot name a resource, nor stand where they would show', () => {
  const note = Note({ path: '/x', text: '' });
  expect(
    errorOf(() => compileOn('a', () => [note, Note({ path: note.out.path, text: '' })])).code,
  ).toBe('OUTPUT_IN_KEY');
  expect(
    errorOf(() => compileOn('a', () => Note({ path: '/x', text: secret('geheim') as never }))).code,
  ).toBe('SPEC_SECRET');
});

test('an output used as text throws at once', () => {
  const note = Note({ path: '/x', text: '' });
  expect(() => `${note.out.path}`).toThrow(/interpolate|before it is known/);
  // @ts-expect-error the type has no such output
  expect(note.out.lenght).toBeDefined();
});

test('any acyclic set of needs gives an order that respects all of them, and the same one each time', () => {
  const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(graph, (needs) => {
      const build = () => {
        const made: Declaration[] = [];
        for (const [index, own] of needs.entries()) {
          const before = index === 0 ? [] : [...new Set(own.map((n) => n % index))];
          const earlier = before.flatMap((n) => made[n] ?? []);
          made.push(Note({ path: `/n${index}`, text: '' }, { needs: earlier }));
        }
        return compileOn('a', () => made.toReversed());
      };
      const program = build();
      const position = new Map(program.nodes.map((node, index) => [node.id, index]));
      for (const node of program.nodes) {
        for (const edge of node.edges)
          expect(position.get(edge.needs)).toBeLessThan(position.get(node.id) ?? -1);
      }
      expect(build().nodes.map(({ id }) => id)).toEqual(program.nodes.map(({ id }) => id));
    }),
    { numRuns: 200 },
  );
});

import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { compile } from '../compile/compile.ts';
import { specValidator } from '../compile/validate.ts';
import { defineResource } from '../declare/define-resource.ts';
import { controller, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Observation } from '../model/observation.ts';
import {
  absent,
  present,
  type Reading,
  unknown,
  unknownButFine,
  unreadable,
} from '../model/reading.ts';
import { sh } from '../shell/sh.ts';
import { Bell, Note } from '../testing/note.ts';
import { emptyShelf, shelved } from '../testing/shelf.ts';
import { planProgram } from './plan.ts';

const facts = { os: { id: 'debian' } } as unknown as Facts;

function planOf(
  resources: () => Declarations,
  found: Record<string, Reading<unknown>>,
  owed: readonly string[] = [],
  remote: () => Declarations = () => [],
) {
  const hosts = inventory({ hosts: { a: {} } });
  const book = playbook({
    inventory: hosts,
    plays: [play({ hosts: 'a', resources }), play({ hosts: 'controller', resources: remote })],
  });
  const validate = specValidator();
  const program = compile({
    playbook: book,
    controller,
    facts: new Map(['a', 'controller'].map((name) => [name, facts])),
    unreachable: [],
    validate,
  });
  const readings = new Map(
    Object.entries(found).flatMap(([label, reading]) => [
      [`a/${label}`, reading] as const,
      [`controller/${label}`, reading] as const,
    ]),
  );
  const observation: Observation = {
    readings,
    owed: new Map([['a', owed]]),
    waysBack: new Map(),
    held: new Set(),
    unreachable: new Map(),
  };
  const planned = planProgram(program, observation, (type, spec) =>
    validate(type, spec).map(({ text }) => text),
  );
  return Object.fromEntries(planned.steps.map(({ label, verdict }) => [label, verdict]));
}

const x = Note({ path: '/x', text: 'new' });

test('the three verdicts: it will change, it will not, it cannot be known yet', () => {
  expect(planOf(() => x, { 'Note[/x]': absent })).toMatchObject({
    'Note[/x]': { is: 'change', action: 'create' },
  });
  expect(planOf(() => x, { 'Note[/x]': present('old') })).toMatchObject({
    'Note[/x]': {
      is: 'change',
      action: 'update',
      fields: [{ field: 'text', from: 'old', to: 'new' }],
    },
  });
  expect(planOf(() => x, { 'Note[/x]': present('new') })).toEqual({
    'Note[/x]': { is: 'unchanged' },
  });
  const y = Note({ path: '/y', text: '' }, { needs: [x] });
  const waiting = planOf(() => [x, y], {
    'Note[/x]': absent,
    'Note[/y]': unknown('not installed'),
  });
  expect(waiting['Note[/y]']).toEqual({
    is: 'unknown',
    reason: 'not installed',
    after: ['a/Note[/x]'],
  });
});

/** Wants a path to be gone. */
const Gone = defineResource({
  kind: 'Gone',
  schema: Type.Object(
    { path: Type.String({ maxLength: 100, description: 'Path.' }) },
    { additionalProperties: false },
  ),
  keys: ['path'],
  identity: ({ path }) => path,
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh``,
    parse: () => [],
    apply: () => sh``,
  },
  diff: (_, reading) =>
    reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }],
  outputs: () => ({}),
});

test('what is to be gone, and is, may come with what it needs; then it is looked at again', () => {
  const gone = Gone({ path: '/default' }, { needs: [x] });
  const found = (note: Reading<unknown>) =>
    planOf(() => [x, gone], { 'Note[/x]': note, 'Gone[/default]': absent })['Gone[/default]'];
  expect(found(absent)).toMatchObject({ is: 'unknown', after: ['a/Note[/x]'] });
  expect(found(present('new'))).toEqual({ is: 'unchanged' });
});

test('R30: what nothing in the plan can make readable is an error, not a promise', () => {
  const y = Note({ path: '/y', text: '' }, { needs: [x] });
  const found = { 'Note[/x]': present('new'), 'Note[/y]': unknown('cat is not installed') };
  expect(planOf(() => [x, y], found)['Note[/y]']).toMatchObject({
    is: 'error',
    error: { code: 'PREREQUISITE_MISSING' },
  });
});

test('what is fine as long as nothing brings it waits for what may, and is no error without', () => {
  const y = Note({ path: '/y', text: '' }, { needs: [x] });
  const found = (note: Reading<unknown>) =>
    planOf(() => [x, y], { 'Note[/x]': note, 'Note[/y]': unknownButFine('no such unit') })[
      'Note[/y]'
    ];
  expect(found(absent)).toMatchObject({ is: 'unknown', after: ['a/Note[/x]'] });
  expect(found(present('new'))).toEqual({ is: 'unchanged' });
});

test('a reading that failed is an error, never absence', () => {
  const error = new HostwrightError('PROBE_FAILED', { problem: 'Permission denied.' });
  expect(planOf(() => x, { 'Note[/x]': unreadable(error) })).toMatchObject({
    'Note[/x]': { is: 'error', error: { code: 'PROBE_FAILED' } },
  });
});

test('a refresh is planned when a notifier changes, may be when it is unknown, and when an earlier run owes it', () => {
  const bell = Bell({ log: '/log', hears: ['/x'] });
  const verdict = (reading: Reading<unknown>, owed: readonly string[] = []) =>
    planOf(() => [x, bell], { 'Note[/x]': reading, 'Bell[/log]': present({}) }, owed)['Bell[/log]'];
  expect(verdict(absent)).toEqual({ is: 'refresh', notifiedBy: ['Note[/x]'], isCertain: true });
  expect(verdict(present('new'))).toEqual({ is: 'unchanged' });
  expect(verdict(present('new'), ['Bell[/log]'])).toEqual({
    is: 'refresh',
    notifiedBy: ['an earlier run'],
    isCertain: true,
  });
});

test('a spec that an output makes wrong is an error of the plan', () => {
  const y = Note({ path: '/y', text: x.out.length.map(String) });
  const wrong = Note({ path: '/z', text: x.out.length as never });
  const found = { 'Note[/x]': present('new'), 'Note[/y]': absent, 'Note[/z]': absent };
  const verdicts = planOf(() => [x, y, wrong], found);
  expect(verdicts['Note[/y]']?.is).toBe('change');
  expect(verdicts['Note[/z]']).toMatchObject({
    is: 'error',
    error: { code: 'SPEC_INVALID', problem: expect.stringContaining('must be string') },
  });
});

test('an API that does not answer is an error, unless the plan is about to bring it', () => {
  const Shelved = shelved(emptyShelf());
  const refused = unreadable(new HostwrightError('DNS_UNREACHABLE', { problem: 'No answer.' }));
  const remote = () => Shelved({ label: 'l', thing: 't' }, { needs: [x] });
  const verdictWith = (found: Reading<unknown>) =>
    planOf(() => x, { 'Note[/x]': found, 'Shelved[l]': refused }, [], remote)['Shelved[l]'];
  expect(verdictWith(absent)).toEqual({
    is: 'unknown',
    reason: 'No answer.',
    after: ['a/Note[/x]'],
  });
  expect(verdictWith(present('new'))).toMatchObject({
    is: 'error',
    error: { code: 'DNS_UNREACHABLE' },
  });
});

test('an API that answers no may say yes after its server was refreshed', () => {
  const Shelved = shelved(emptyShelf());
  const refused = unreadable(new HostwrightError('DNS_REFUSED', { problem: 'Refused.' }));
  const bell = Bell({ log: '/log', hears: ['/x'] });
  const remote = () => Shelved({ label: 'l', thing: 't' }, { needs: [bell] });
  const found = { 'Note[/x]': absent, 'Bell[/log]': present({}), 'Shelved[l]': refused };
  expect(planOf(() => [x, bell], found, [], remote)['Shelved[l]']).toMatchObject({
    is: 'unknown',
    after: ['a/Bell[/log]'],
  });
});

import { type TProperties, Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { absent, present, type Reading, unknown } from '../model/reading.ts';
import { lines, sh } from '../shell/sh.ts';

const name = Type.String({ pattern: '^[a-z0-9]+$', maxLength: 32, description: 'Its name.' });

/** A named value on a simulated host, as a kind of its own: of two kinds, each has its own batch. */
function thingOfKind(kind: string, exclusive?: readonly string[]) {
  return defineResource({
    kind,
    schema: Type.Object(
      {
        name,
        value: Type.String({ maxLength: 64, description: 'Its value, a word.' }),
        inside: Type.Optional(
          Type.String({
            maxLength: 32,
            description: 'Thing that must be there before it can be read.',
          }),
        ),
      } satisfies TProperties,
      { additionalProperties: false },
    ),
    keys: ['name'],
    identity: (spec) => spec.name,
    provides: (spec) => [`thing:${spec.name}`],
    edges: ({ inside }) => (inside === undefined ? {} : { after: [`thing:${inside}`] }),
    driver: {
      via: 'shell',
      ...(exclusive === undefined ? {} : { exclusive }),
      commands: [],
      probe: (specs) =>
        lines(specs.map((spec) => sh`simulated read ${spec.name} ${spec.inside ?? '-'}`)),
      parse: ({ stdout }, specs) => {
        const found = stdout.split('\n');
        return specs.map((_, index) => readingOf(found[index] ?? ''));
      },
      apply: (differences) =>
        lines([
          sh`set -e`,
          sh`simulated use ${exclusive?.join('+') ?? 'all'}`,
          ...differences.map(({ spec }) => sh`simulated set ${spec.name} ${spec.value}`),
        ]),
    },
    diff: (spec, reading) => {
      if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }];
      if (reading.observed === spec.value) return [];
      return [{ field: 'value', from: reading.observed, to: spec.value }];
    },
    outputs: (_, observed: string) => ({ value: observed }),
  });
}

function readingOf(line: string): Reading<string> {
  if (line === 'unknown') return unknown('what it is inside of is not there');
  return line.startsWith('present ') ? present(line.slice('present '.length)) : absent;
}

/** Things may be changed beside gadgets, gizmos beside neither, and of what is alone nobody knows. */
export const Thing = thingOfKind('Thing', ['thing']);
export const Gadget = thingOfKind('Gadget', ['gadget']);
export const Gizmo = thingOfKind('Gizmo', ['thing', 'gadget']);
export const Loner = thingOfKind('Loner');

/** Something on a simulated host that can only be notified. */
export const Chime = defineResource({
  kind: 'Chime',
  schema: Type.Object({ name }, { additionalProperties: false }),
  keys: ['name'],
  identity: (spec) => spec.name,
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    parse: (_, specs) => specs.map(() => present({})),
    apply: () => sh`exit 1`,
    refresh: (specs) =>
      lines([sh`simulated use all`, ...specs.map((spec) => sh`simulated ring ${spec.name}`)]),
  },
  diff: () => [],
});

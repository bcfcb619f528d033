import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { HostwrightError } from '../model/errors.ts';
import { absent, present } from '../model/reading.ts';

/** A shelf of labelled things in memory, in the place of an API such as DNS. */
export interface Shelf {
  readonly things: Map<string, string>;
  /** Labels that refuse to be written. */
  readonly stuck: Set<string>;
  /** How often a look at it fails before it answers. */
  mute: number;
}

export function emptyShelf(): Shelf {
  return { things: new Map(), stuck: new Set(), mute: 0 };
}

/** A resource type behind an API, for tests of the engine: `shelved(shelf)({ label, thing })`. */
export function shelved(shelf: Shelf) {
  return defineResource({
    kind: 'Shelved',
    schema: Type.Object(
      {
        label: Type.String({ maxLength: 64, description: 'Name of the thing.' }),
        thing: Type.String({ maxLength: 1024, description: 'What stands there.' }),
      },
      { additionalProperties: false },
    ),
    keys: ['label'],
    identity: (spec) => spec.label,
    driver: {
      via: 'remote',
      read: async (specs) => {
        if (shelf.mute > 0) {
          shelf.mute -= 1;
          throw new HostwrightError('DNS_UNREACHABLE', { problem: 'Nobody answers.' });
        }
        return specs.map(({ label }) => {
          const thing = shelf.things.get(label);
          return thing === undefined ? absent : present(thing);
        });
      },
      write: async (differences) =>
        differences.map(({ spec }) => {
          if (shelf.stuck.has(spec.label)) return new Error(`${spec.label} is stuck`);
          shelf.things.set(spec.label, spec.thing);
          return undefined;
        }),
    },
    diff: (spec, reading) => {
      if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }];
      if (reading.observed === spec.thing) return [];
      return [{ field: 'thing', from: reading.observed, to: spec.thing }];
    },
  });
}

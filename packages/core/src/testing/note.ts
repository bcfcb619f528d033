import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { absent, present, type Reading, unknown } from '../model/reading.ts';
import { lines, sh } from '../shell/sh.ts';

const schema = Type.Object(
  {
    path: Type.String({
      pattern: '^/',
      maxLength: 4096,
      description: 'Absolute path of the file.',
    }),
    text: Type.String({ maxLength: 65536, description: 'Its whole content.' }),
    insideOf: Type.Optional(
      Type.String({
        maxLength: 4096,
        description: 'Folder that must exist before it can be read.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * The smallest whole resource type: a file with a text. For tests of the engine, which knows no real type.
 *
 * Identity: `path`, once per host.
 * Units: none.
 * Cost: one fragment to probe and one to apply, however many notes.
 * Errors: none of its own.
 * Source: POSIX sh.
 * @example Note({ path: '/tmp/hello', text: 'hello' })
 */
export const Note = defineResource({
  kind: 'Note',
  schema,
  keys: ['path'],
  identity: (spec) => spec.path,
  claims: (spec) => [`path:${spec.path}`],
  edges: (spec) => ({ after: [`path:${spec.insideOf}`], notifies: [`bell:${spec.path}`] }),
  driver: {
    via: 'shell',
    commands: ['od'],
    probe: (specs) =>
      lines(
        specs.map(
          ({ path, insideOf = '/' }) =>
            sh`if [ ! -d ${insideOf} ]; then echo unknown; elif [ -f ${path} ]; then echo present; od -An -v -tx1 <${path}; else echo absent; fi`,
        ),
      ),
    parse: (output, specs) => {
      const found = output.stdout.split(/\n(?=[a-z])/);
      return specs.map((_, index) => readingOf(found[index] ?? ''));
    },
    apply: (differences) =>
      lines([
        sh`set -e`,
        ...differences.map(({ spec }) => sh`printf '%s' ${spec.text} >${spec.path}`),
      ]),
  },
  diff: (spec, reading) => {
    if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }];
    if (reading.observed === spec.text) return [];
    return [{ field: 'text', from: reading.observed, to: spec.text, form: 'text' }];
  },
  outputs: (spec, observed: string) => ({ length: observed.length, path: spec.path }),
});

/** A word, and below it the bytes in hex. */
function readingOf(block: string): Reading<string> {
  const [word = '', ...rows] = block.split('\n');
  if (word === 'unknown') return unknown('its folder does not exist');
  if (word !== 'present') return absent;
  return present(Buffer.from(rows.join('').replaceAll(' ', ''), 'hex').toString());
}

/** A thing that can only be refreshed: rings into a log file each time something that notifies it changed. */
export const Bell = defineResource({
  kind: 'Bell',
  schema: Type.Object(
    {
      log: Type.String({
        pattern: '^/',
        maxLength: 4096,
        description: 'File that gets a line each time.',
      }),
      hears: Type.Optional(
        Type.Array(Type.String({ maxLength: 4096, description: 'Path of a note.' }), {
          description: 'Notes that ring it.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  keys: ['log'],
  identity: (spec) => spec.log,
  provides: (spec) => (spec.hears ?? []).map((path) => `bell:${path}`),
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    parse: (_, specs) => specs.map(() => present({})),
    apply: () => sh`exit 1`,
    refresh: (specs) => lines(specs.map(({ log }) => sh`echo rung >>${log}`)),
  },
  diff: () => [],
});

import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { absent, present } from '../model/reading.ts';
import { lines, sh } from '../shell/sh.ts';

/**
 * A resource type whose changes take two seconds each and log their beginning and their end, for tests of what runs when.
 * It makes the file `path`, and says what it needs for itself: see `ShellDriver.exclusive`.
 */
export function slowKind(kind: string, exclusive?: readonly string[]) {
  return defineResource({
    kind,
    schema: Type.Object(
      {
        path: Type.String({ description: 'File that it makes.', maxLength: 4096 }),
        log: Type.String({ description: 'File that it logs to.', maxLength: 4096 }),
      },
      { additionalProperties: false },
    ),
    keys: ['path', 'log'],
    identity: (spec) => spec.path,
    driver: {
      via: 'shell',
      commands: [],
      ...(exclusive === undefined ? {} : { exclusive }),
      probe: (specs) =>
        lines(specs.map(({ path }) => sh`if [ -e ${path} ]; then echo y; else echo n; fi`)),
      parse: ({ stdout }, specs) =>
        specs.map((_, index) => (stdout.split('\n')[index] === 'y' ? present({}) : absent)),
      apply: (all) =>
        lines(
          all.map(
            ({ spec }) =>
              sh`echo begin >>${spec.log}; sleep 2; echo end >>${spec.log}; : >${spec.path}`,
          ),
        ),
      refresh: (specs) => lines(specs.map(({ log }) => sh`echo refresh >>${log}`)),
    },
    diff: (_, reading) =>
      reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : [],
  });
}

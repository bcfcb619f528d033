import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { specValidator } from '../compile/validate.ts';
import { defineResource } from '../declare/define-resource.ts';
import type { FieldDiff } from '../model/plan.ts';
import { absent, present } from '../model/reading.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import { Sh } from '../model/sh.ts';
import { pipeSecret, sh } from '../shell/sh.ts';
import { describeResource } from './describe-resource.ts';
import { probeOutput } from './probe-output.ts';
import { quotingProblems } from './quoting-laws.ts';
import { schemaProblems } from './schema-laws.ts';
import { secretProblems, specsWithSecret } from './secret-laws.ts';

const schema = Type.Object(
  {
    name: Type.String({ maxLength: 64, description: 'Name of the note.' }),
    text: Type.String({ maxLength: 64, description: 'Its text, at most 64 characters.' }),
  },
  { additionalProperties: false },
);

interface Breaks {
  readonly quotes?: boolean;
  readonly secrecy?: boolean;
}

function noteType({ quotes = false, secrecy = false }: Breaks = {}) {
  return defineResource({
    kind: 'Note',
    schema,
    keys: ['name'],
    secrets: ['text'],
    identity: (spec) => spec.name,
    driver: {
      via: 'shell',
      commands: ['note'],
      probe: (specs) => sh`note list -- ${specs.map((spec) => spec.name)}`,
      parse: (output, specs) =>
        specs.map((_spec, index) => {
          const line = output.stdout.split('\n')[index] ?? '';
          return line === '' ? absent : present(line);
        }),
      apply: (differences) =>
        new Sh(
          differences
            .map(({ spec }) => {
              if (quotes) return `note write "${spec.name}"`;
              if (secrecy) return `note write '${String(spec.name)}' Kanarienvogel42x`;
              return pipeSecret(spec.text, sh`note write -- ${spec.name}`).script;
            })
            .join('\n'),
        ),
    },
    diff(_spec, reading): readonly FieldDiff[] {
      if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }];
      const from = '<secret>';
      return reading.observed === 'same' ? [] : [{ field: 'text', from, to: from, form: 'secret' }];
    },
  });
}

const valid = [{ name: 'a', text: 'b' }];

describeResource(noteType(), {
  valid,
  invalid: { 'a name that is a number': { name: 1, text: '' }, 'another property': { nam: 'a' } },
  converged: { 'a host with the note': [probeOutput('same\n'), valid] },
  drifted: { 'a host with another text': [probeOutput('other\n'), valid] },
});

test('double quotes around a value are found', () => {
  const type = noteType({ quotes: true }).type as unknown as AnyResourceType;
  expect(quotingProblems(type, [{ name: 'a', text: 'b' }], specValidator())).toEqual(
    expect.arrayContaining([expect.stringContaining('$(kill -9 $$)')]),
  );
});

test('a secret among the arguments of a command is found', () => {
  const type = noteType({ secrecy: true }).type as unknown as AnyResourceType;
  const problems = specsWithSecret(type, { name: 'a', text: 'b' }, specValidator()).flatMap(
    (spec) => secretProblems(type, spec),
  );
  expect(problems).toEqual(['A secret is an argument of note, where every user sees it.']);
});

test('open, undescribed and unbounded parts of a schema are found', () => {
  const inner = Type.Object({ a: Type.String() });
  const open = Type.Object({ inner, list: Type.Array(Type.String()) });
  expect(schemaProblems(open)).toEqual([
    'The schema is open: it needs additionalProperties: false.',
    'inner has no description.',
    'inner is open: it needs additionalProperties: false.',
    'inner.a has no description.',
    'inner.a is a string without maxLength or a pattern from ^ to $.',
    'list has no description.',
    'list[] is a string without maxLength or a pattern from ^ to $.',
  ]);
});

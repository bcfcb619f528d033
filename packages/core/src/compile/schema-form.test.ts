import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { formOf, type Schema } from './schema-form.ts';

test.each<[string, Schema]>([
  ['integer, 1 to 65535', Type.Integer({ minimum: 1, maximum: 65_535 })],
  ['string, at most 9 characters', Type.String({ maxLength: 9 })],
  ["'present' or 'absent'", Type.Union([Type.Literal('present'), Type.Literal('absent')])],
  ['array of string, at least 1 items', Type.Array(Type.String(), { minItems: 1 })],
  ['boolean or string', Type.Union([Type.Boolean(), Type.String()])],
  ['map of integer', Type.Record(Type.String(), Type.Integer())],
])('%s', (words, schema) => {
  expect(formOf(schema)).toBe(words);
});

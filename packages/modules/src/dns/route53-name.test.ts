import { expect, test } from '@jest/globals';
import { assert, property, uint8Array } from 'fast-check';
import { formatCharacterStrings, parseCharacterStrings } from './character-string.ts';
import { fromRoute53, nameFromRoute53, toRoute53 } from './route53-name.ts';

test('bytes are octal there and decimal here', () => {
  expect(fromRoute53('"caf\\303\\251 \\"x\\" \\\\303"')).toBe('"caf\\195\\169 \\"x\\" \\\\303"');
  expect(toRoute53('"caf\\195\\169 \\"x\\" \\\\303"')).toBe('"caf\\303\\251 \\"x\\" \\\\303"');
  expect(nameFromRoute53('\\052.Example.COM.')).toBe('*.example.com.');
});

test('any bytes survive the way there and back', () => {
  assert(
    property(uint8Array({ maxLength: 300 }), (array) => {
      const bytes = Buffer.from(array);
      const there = toRoute53(formatCharacterStrings(bytes));
      expect(parseCharacterStrings(fromRoute53(there), 'TXT value')).toEqual(bytes);
    }),
  );
});

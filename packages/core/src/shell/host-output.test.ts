import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFrames } from './frame.ts';
import { outputLines } from './output-lines.ts';
import { parseOwed } from './owed.ts';
import { parseWorks } from './work.ts';

const marker = 'Mabc';
/** Bytes, and pieces that look like what is expected. */
const output = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          'Mabc<0\n',
          'Mabc>0 ',
          'Mabc>0 0\n',
          'Mabc<1\n',
          'missing x',
          '99\n',
          'work:ab\n',
          '6162\n',
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

test('whatever a host prints, a frame is an answer, and lists are of names', () => {
  fc.assert(
    fc.property(output, output, (stdout, stderr) => {
      const answers = readFrames(2, marker, stdout, stderr);
      expect(answers.map(({ is }) => ['ran', 'missing', 'timed out', 'lost'].includes(is))).toEqual(
        [true, true],
      );
      const text = stdout.toString();
      for (const id of parseWorks(text)) expect(id).toMatch(/^[0-9a-f]+$/);
      for (const label of parseOwed(text)) expect(typeof label).toBe('string');
      const lines: string[] = [];
      const take = outputLines(marker, (line) => lines.push(line));
      for (const byte of stdout) take(Buffer.from([byte]));
      expect(lines.every((line) => !line.includes(marker))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

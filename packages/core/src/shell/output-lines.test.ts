import { expect, test } from '@jest/globals';
import { outputLines } from './output-lines.ts';

test('lines come whole, whatever the chunks, and without frames', () => {
  const lines: string[] = [];
  const write = outputLines('M1', (line) => lines.push(line));
  const bytes = Buffer.from('M1<0\nGrüße\nno end M1>0 0\n\nlast');
  for (const byte of bytes) write(Buffer.from([byte]));
  expect(lines).toEqual(['Grüße', 'no end ']);
});

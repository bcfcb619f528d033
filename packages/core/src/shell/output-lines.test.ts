import { expect, test } from '@jest/globals';
import { outputLines } from './output-lines.ts';

test('lines come whole, whatever the chunks, and without frames', () => {
  const lines: string[] = [];
  const write = outputLines('M1', (line) => lines.push(line));
  const bytes = Buffer.from('M1<0\nGrüße\nno end M1>0 0\n\nlast');
  for (const byte of bytes) write(Buffer.from([byte]));
  expect(lines).toEqual(['Grüße', 'no end ']);
});

test('R10 no line is cut in two: what is too long is left out, and says so', () => {
  const lines: string[] = [];
  const write = outputLines('M1', (line) => lines.push(line));
  for (let count = 0; count < 30; count += 1) write(Buffer.from('canary-1'.repeat(1000)));
  write(Buffer.from(' end\nnext\n'));
  expect(lines).toEqual(['(a line of more than 65536 characters)', 'next']);
});

test('R21 of a progress bar without line ends the last state is kept', () => {
  const lines: string[] = [];
  const write = outputLines('M1', (line) => lines.push(line));
  for (let percent = 0; percent <= 100; percent += 1)
    write(Buffer.from(`\r${'#'.repeat(1000)} ${percent} %`));
  write(Buffer.from('\n'));
  expect(lines[0]?.split('\r').at(-1)).toBe(`${'#'.repeat(1000)} 100 %`);
});

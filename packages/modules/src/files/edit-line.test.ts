import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editLine, type LineSpec } from './edit-line.ts';
import { bytesOf, linesOf } from './text-lines.ts';

const path = '/etc/x';

function edited(text: string, spec: Omit<LineSpec, 'path'>): string | undefined {
  const lines = editLine(linesOf(Buffer.from(text)), { path, ...spec });
  return lines && bytesOf(lines).toString();
}

const port = { line: 'Port 22', replaces: '^#?Port\\b' };
const section = { after: '^\\[a\\]$', before: '^\\[' };

test.each([
  ['an empty file', '', { line: 'x' }, 'x\n'],
  ['a file without a last end', 'a', { line: 'x' }, 'a\nx\n'],
  ['ends of Windows', 'a\r\n', { line: 'x' }, 'a\r\nx\r\n'],
  ['a line that is there', 'x\r\na', { line: 'x' }, 'x\r\na'],
  ['a line that is there twice', 'x\na\nx\n', { line: 'x' }, 'x\na\nx\n'],
  ['a line that is part of another', 'xx\n', { line: 'x' }, 'xx\nx\n'],
  ['characters of expressions', 'a\n', { line: 'a.*[$^ "\'\\' }, 'a\na.*[$^ "\'\\\n'],
  ['one that matches', '#Port 22\nA b\n', port, 'Port 22\nA b\n'],
  ['the last one, without an end', 'A b\n#Port 1', port, 'A b\nPort 22'],
  ['several that match', '#Port 1\na\nPort 2\n', port, 'Port 22\na\n'],
  ['several that match beside it', '#Port 1\na\nPort 22\nPort 22', port, 'a\nPort 22\n'],
  ['none that matches', 'Ports 1\n', port, 'Ports 1\nPort 22\n'],
  [
    'a later part',
    'a\nMatch x\n Port 1\n',
    { ...port, before: '^Match' },
    'a\nPort 22\nMatch x\n Port 1\n',
  ],
  [
    'a section',
    '[a]\nx=1\n\n[b]\nx=1\n',
    { line: 'x=2', replaces: '^x=', ...section },
    '[a]\nx=2\n\n[b]\nx=1\n',
  ],
  [
    'a new line of a section',
    '[b]\nx=2\n[a]\nz=1\n',
    { line: 'x=2', ...section },
    '[b]\nx=2\n[a]\nx=2\nz=1\n',
  ],
  ['no such section', 'a\n', { line: 'x=2', ...section }, undefined],
  ['its absence', 'x\na\nx', { line: 'x', ensure: 'absent' as const }, 'a\n'],
  [
    'its absence in no such section',
    'a',
    { line: 'x', ensure: 'absent' as const, ...section },
    'a',
  ],
])('a line and %s', (_name, text, spec, wanted) => {
  expect(edited(text, spec)).toBe(wanted);
  if (wanted !== undefined) expect(edited(wanted, spec)).toBe(wanted);
});

test('R4: whatever the file says, a second edit changes nothing, and lines of no concern stay', () => {
  const words = ['x=1', '#x=1', 'x=2', '[a]', '[b]', '', 'other'];
  const text = fc
    .tuple(fc.array(fc.constantFrom(...words)), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));
  const maybe = (source: string) => fc.option(fc.constant(source), { nil: undefined });
  const spec = fc.record({
    replaces: maybe('^#?x='),
    after: maybe('^\\[a\\]$'),
    before: maybe('^\\['),
  });
  const others = (lines = '') => lines.split(/\r?\n/).filter((line) => /^(\[|other)/.test(line));
  fc.assert(
    fc.property(text, spec, (before, { replaces, after, before: until }) => {
      const wish = {
        line: 'x=1',
        ...(replaces === undefined ? {} : { replaces }),
        ...(after === undefined ? {} : { after }),
        ...(until === undefined ? {} : { before: until }),
      };
      const once = edited(before, wish);
      if (once === undefined) return;
      expect(edited(once, wish)).toBe(once);
      expect(others(once)).toEqual(others(before));
      expect(once.split(/\r?\n/)).toContain('x=1');
    }),
    { numRuns: 500 },
  );
});

import { expect, test } from '@jest/globals';
import { type BlockSpec, editBlock } from './edit-block.ts';
import { bytesOf, linesOf } from './text-lines.ts';

function edited(text: string, spec: Omit<BlockSpec, 'path' | 'name'>): string | undefined {
  const lines = editBlock(linesOf(Buffer.from(text)), { path: '/etc/x', name: 'own', ...spec });
  return lines && bytesOf(lines).toString();
}

const block = (inner: string) => `# BEGIN own\n${inner}# END own\n`;

test.each([
  ['an empty file', '', { content: 'a\nb' }, block('a\nb\n')],
  ['a file without a last end', 'z', { content: 'a\n' }, `z\n${block('a\n')}`],
  [
    'what it said before',
    `y\n${block('old\nolder\n')}z`,
    { content: 'a\n' },
    `y\n${block('a\n')}z`,
  ],
  ['nothing in it', block('old\n'), { content: '' }, block('')],
  [
    'ends of Windows',
    'z\r\n',
    { content: 'a\n' },
    `z\r\n${block('a\n')}`.replaceAll(/\r?\n/g, '\r\n'),
  ],
  ['copies of it', `${block('a\n')}z\n${block('b\n')}`, { content: 'a' }, `${block('a\n')}z\n`],
  ['another comment', 'z\n', { content: 'a', comment: ';' }, 'z\n; BEGIN own\na\n; END own\n'],
  [
    'a place before',
    'y\nMatch\nz\n',
    { content: 'a', before: '^Match' },
    `y\n${block('a\n')}Match\nz\n`,
  ],
  ['a place after', 'y\n[s]\nz\n', { content: 'a', after: '^\\[s' }, `y\n[s]\n${block('a\n')}z\n`],
  ['a place that is not there', 'y\n', { content: 'a', after: '^\\[s' }, undefined],
  [
    'a block that stands elsewhere',
    `${block('b\n')}[s]\n`,
    { content: 'a', after: '^\\[s' },
    `${block('a\n')}[s]\n`,
  ],
  ['its absence', `y\n${block('a\n')}z`, { ensure: 'absent' as const }, 'y\nz'],
  ['its absence where it is not', 'y', { ensure: 'absent' as const }, 'y'],
  ['one without its end', '# BEGIN own\na\n', { content: 'a' }, undefined],
  ['one that begins twice', `# BEGIN own\n${block('a\n')}`, { content: 'a' }, undefined],
  ['one that ends first', '# END own\n# BEGIN own\n', { content: 'a' }, undefined],
])('R4: a block and %s; a second edit changes nothing', (_name, text, spec, wanted) => {
  expect(edited(text, spec)).toBe(wanted);
  if (wanted !== undefined) expect(edited(wanted, spec)).toBe(wanted);
});

import { type Reading, secret } from '@hostwright/core';
import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import type { ObservedText } from './edited-file.ts';
import { FileBlock } from './file-block.ts';

const { diff } = FileBlock.type;
const releases = ['debian-12', 'debian-13'];

describeResource(FileBlock, {
  valid: [
    { path: '/etc/hosts', name: 'cluster', content: "192.0.2.1 it's\n192.0.2.2 b\n" },
    {
      path: '/etc/x.lua',
      name: 'ANSIBLE MANAGED BLOCK',
      comment: '--',
      content: 'x = 1',
      before: '^end',
      validate: ['luac', '-p', '%'],
    },
    { path: '/etc/x.lua', name: 'own', content: secret('longer than this'), after: '^return' },
    { path: '/etc/hosts', name: 'old', ensure: 'absent' },
  ],
  invalid: {
    'no content': { path: '/a', name: 'own' },
    'content of an absent block': { path: '/a', name: 'own', content: '', ensure: 'absent' },
    'a name of two lines': { path: '/a', name: 'a\nb', content: '' },
    'a NUL byte': { path: '/a', name: 'own', content: 'a\0' },
    'content that ends the block': { path: '/a', name: 'own', content: 'a\n# END own\n' },
    'a place that matches its content': {
      path: '/a',
      name: 'own',
      content: 'a\n[b]\n',
      before: '^\\[',
    },
    'two places': { path: '/a', name: 'own', content: '', after: 'a', before: 'b' },
    'a comment with a blank': { path: '/a', name: 'own', content: '', comment: '# ' },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `file-line.${release}`),
        [{ path: '/etc/hosts', name: 'own', ensure: 'absent' as const }],
      ],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `file-line.${release}`),
        [
          { path: '/etc/hosts', name: 'own', content: 'a\n' },
          { path: '/srv/hw/crlf', name: 'own', content: secret('a longer secret\n') },
        ],
      ],
    ]),
  ),
});

function having(text: string): Extract<Reading<ObservedText>, { is: 'present' }> {
  return { is: 'present', observed: { content: secret(text) } };
}

const own = { path: '/a', name: 'own' };

test('a diff shows what is in the block, and nothing else of the file', () => {
  const text = 'password=geheim\n# BEGIN own\na\nb\n# END own\n';
  expect(diff({ ...own, content: 'a\nb' }, having(text))).toEqual([]);
  expect(diff({ ...own, content: 'a\nb\n' }, having(text.replaceAll('\n', '\r\n')))).toEqual([]);
  expect(diff({ ...own, content: 'a\nc\n' }, having(text))).toEqual([
    { field: 'content', from: 'a\nb\n', to: 'a\nc\n', form: 'text' },
  ]);
  expect(diff({ ...own, content: secret('a\nc') }, having(text))).toEqual([
    { field: 'content', from: '<secret>', to: '<secret>', form: 'secret' },
  ]);
  expect(diff({ ...own, content: 'a\nb\n' }, having(text + text))).toEqual([
    { field: 'copies', from: 2, to: 1 },
  ]);
  expect(diff({ ...own, ensure: 'absent' }, having(text))).toEqual([
    { field: 'exists', from: true, to: false },
  ]);
});

test('a block without its end, and a place that is not there, are errors with codes of their own', () => {
  const codeOf = (spec: Parameters<typeof diff>[0], text: string) => {
    try {
      return diff(spec, having(text));
    } catch (thrown) {
      return (thrown as { readonly code?: unknown }).code;
    }
  };
  expect(codeOf({ ...own, content: 'a' }, '# BEGIN own\n')).toBe('FILE_BLOCK_BROKEN');
  expect(codeOf({ ...own, ensure: 'absent' }, '# END own\n')).toBe('FILE_BLOCK_BROKEN');
  expect(codeOf({ ...own, content: 'a', after: '^b' }, 'c\n')).toBe('FILE_PLACE_MISSING');
});

test('a block that leaves no key is refused, unless it is not known or secret', () => {
  const way = { host: 'mx1', connection: 'ssh', address: '', port: 22, user: 'root' } as const;
  const spec = { path: '/x/root/.ssh/authorized_keys', name: 'keys' };
  const reading = having('# BEGIN keys\nssh-ed25519 AAAA me\n# END keys\n');
  const threats = (more: object) =>
    FileBlock.type.threatens({ spec: { ...spec, ...more }, reading, way, isKeptOpen: false });
  expect(threats({ ensure: 'absent' })).toHaveLength(1);
  expect(threats({ content: '# none\n' })).toHaveLength(1);
  expect(threats({ content: 'ssh-ed25519 BBBB me\n' })).toEqual([]);
  expect(threats({ content: secret('# none\n') })).toEqual([]);
});

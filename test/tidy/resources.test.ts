import { expect, test } from '@jest/globals';
import { loadType, parseResource, resourceFiles } from '../../scripts/reference/resource-file.ts';
import { treeFiles, treePaths } from '../../scripts/tree/tree.ts';
import { idleCaptures, resourceFindings } from './resource-rules.ts';

const files = resourceFiles();
const doors = treeFiles(/^packages\/modules\/src\/index\.ts$/);
const tests = new Map(
  treeFiles(/^(packages\/modules\/src|examples)\/.*\.test\.ts$/).map(({ path, text }) => [
    path,
    text,
  ]),
);
const paths = new Set(treePaths());

test('every resource type has its file, test, capture, page and list entry', async () => {
  const door = doors.map(({ text }) => text).join('');
  const findings = await Promise.all(
    files.map(async (file) => {
      const { driver } = await loadType(file);
      return resourceFindings(file, { paths, door, tests, isShell: driver.via === 'shell' });
    }),
  );
  expect(findings.flat()).toEqual([]);
});

test('every capture is read by a test', () => {
  expect(idleCaptures(paths, tests)).toEqual([]);
});

test('a resource type without any of it is found', () => {
  const text = 'export const Note = defineResource({ outputs: () => ({ id: 1 }) });';
  const [file] = parseResource({ path: 'packages/modules/src/x/memo.ts', text });
  const around = { paths: new Set<string>(), door: '', tests: new Map(), isShell: true };
  expect(file === undefined ? [] : resourceFindings(file, around)).toEqual([
    expect.stringContaining('memo.ts:1 Note is in another file'),
    expect.stringContaining('is not exported'),
    expect.stringContaining('does not run the laws'),
    expect.stringContaining('is tried on no capture'),
    expect.stringContaining('has no reference page'),
    expect.stringContaining('has no doc comment'),
  ]);
});

test('a capture that no test reads is found', () => {
  const tests = new Map([['a/b.test.ts', "captured(import.meta, 'b.debian-12')"]]);
  const paths = ['a/captured/b.debian-12.stdout', 'a/captured/c.debian-12.stdout'];
  expect(idleCaptures(paths, tests)).toEqual([expect.stringContaining('c.debian-12.stdout:1')]);
});

test('a doc comment that leaves facts out is found', () => {
  const text = `/**
 * A note.
 *
 * Identity: \`name\`, once
 * per host.
 * Cost: none.
 * @example Note({ name: 'a' })
 */
export const Note = defineResource({ outputs: () => ({ id: 1 }) });`;
  const [file] = parseResource({ path: 'packages/modules/src/x/note.ts', text });
  expect(file?.comment?.facts.get('Identity')).toBe('`name`, once per host.');
  const around = {
    paths: new Set(['docs/reference/x/note.md']),
    door: 'Note',
    tests: new Map([['packages/modules/src/x/note.test.ts', 'describeResource(Note, {})']]),
    isShell: false,
  };
  expect(file === undefined ? [] : resourceFindings(file, around)).toEqual([
    expect.stringContaining('no `Units:` line'),
    expect.stringContaining('no `Errors:` line'),
    expect.stringContaining('no `Source:` line'),
    expect.stringContaining('does not describe out.id'),
  ]);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runComplete } from './completion-command.ts';
import type { Console } from './console.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-complete-'));
  mkdirSync(join(folder, 'more'));
  for (const name of ['site.ts', 'site.test.ts', '$(x).ts', 'notes.md', 'more/db.ts']) {
    writeFileSync(join(folder, name), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function fits(...words: readonly string[]): readonly string[] {
  let text = '';
  const stdout = { write: (more: string) => (text += more) };
  runComplete(words, { stdout } as unknown as Console);
  const answers = text.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
  return answers.map((line) => line.split('\t')[0] ?? '');
}

test('verbs, their options, and the values of those', () => {
  expect(fits('ver')).toEqual(['verify']);
  expect(fits('')).not.toContain('complete');
  expect(fits('plan', '--ma')).toEqual(['--max-removals']);
  expect(fits('graph', '--format', '')).toEqual(['mermaid', 'dot', 'json']);
  expect(fits('completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

test('playbooks in the folder and one below, by names that no shell makes more of', () => {
  expect(fits('plan', `${folder}/`)).toEqual([`${folder}/site.ts`, `${folder}/more/db.ts`]);
  expect(fits('plan', '/nowhere/at/all/')).toEqual([]);
});

test('verbs behind help', () => {
  expect(fits('help', 'co')).toEqual(['completion']);
});

test.each([
  [['plan', 'no'], 0],
  [['plan', '-v', 'no'], 0],
  [['plan', '--html', ''], 0],
  [['plan', '--html', 'a.html', ''], 0],
  [['plan', '--html', '=', 'a'], 0],
  [['plan', 'site.ts', ''], 4],
  [['plan', '--forks', ''], 4],
  [['plan', '--'], 4],
  [['init', ''], 16],
  [['docs', 'x'], 4],
  [['nothing', ''], 4],
])('where nothing fits at %j, the shell is told %d', (words, directive) => {
  let text = '';
  const stdout = { write: (more: string) => (text += more) };
  runComplete(words, { stdout } as unknown as Console);
  expect(text).toMatch(new RegExp(`^:${directive}\\n$`, 'm'));
});

test('topics of the documentation', () => {
  expect(fits('docs', 'UfwR')).toEqual(['UfwRule']);
});

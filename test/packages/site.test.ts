import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root, treePaths } from '../../scripts/tree/tree.ts';

// Links that lead nowhere end the build; what it only warns of is an error here.

const docs = join(root, 'docs');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-site-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the documentation is built without a warning, and every page of ours is in it', () => {
  const args = [join(docs, 'node_modules/vitepress/bin/vitepress.js'), 'build', '--outDir', folder];
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
  const built = spawnSync(process.execPath, args, { cwd: docs, env, encoding: 'utf8' });
  expect(built.status).toBe(0);
  expect(`${built.stdout}${built.stderr}`).not.toMatch(/warn|\(!\)|deprecat/i);
  const pages = treePaths().flatMap((path) => /^docs\/(.+)\.md$/.exec(path)?.[1] ?? []);
  expect(pages.filter((page) => !existsSync(join(folder, `${page}.html`)))).toEqual([]);
  // What looks like a template of the site is text.
  expect(readFileSync(join(folder, 'guide/coming-from-ansible.html'), 'utf8')).toContain(
    '{{ item }}',
  );
}, 300_000);

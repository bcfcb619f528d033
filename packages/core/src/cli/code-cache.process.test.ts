import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const home = mkdtempSync(join(tmpdir(), 'hostwright-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the command line leaves what Node compiled for the next time', () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  execFileSync(process.execPath, [main, '--version'], { env: { HOME: home } });
  const [version = ''] = readdirSync(join(home, '.cache/hostwright/code'));
  expect(readdirSync(join(home, '.cache/hostwright/code', version)).length).toBeGreaterThan(10);
});

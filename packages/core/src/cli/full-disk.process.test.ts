import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Real processes, whose standard output is a device that is always full.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
const full = '/dev/full';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-full-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'site.ts'),
    `import { inventory, playbook } from '${core}';
export default playbook({ inventory: inventory({ hosts: {} }), plays: [] });
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

// Each prints once, at its end: the stream says that it failed only after that.
(existsSync(full) ? test.each : test.skip.each)([
  [['--help']],
  [['docs', 'start']],
  [['inventory', 'site.ts', '--json']],
  [['plan', 'site.ts']],
])(
  '%j says that the disk is full',
  (args) => {
    const file = openSync(full, 'w');
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      stdio: ['ignore', file, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(file);
    expect(stderr).toContain('✘ Standard output cannot be written: ENOSPC');
    expect(status).toBe(1);
  },
  30_000,
);

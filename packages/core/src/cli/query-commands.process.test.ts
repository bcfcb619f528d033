import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

// Real processes; the host is this machine, and the resource type one that a playbook brings itself.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
let folder = '';
let heap = '';

const schemaOf = (properties: string) =>
  `{ type: 'object', additionalProperties: false, properties: ${properties} }`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-query-'));
  heap = join(folder, 'heap');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'site.ts'),
    `import { defineResource, inventory, play, playbook, sh } from '${core}';
const word = { type: 'string', description: 'A word.' };
const Heap = defineResource({
  kind: 'Heap', schema: ${schemaOf('{ path: word }')} as never, keys: ['path'], identity: () => 'heap', diff: () => [],
  driver: { via: 'nothing' },
  health: { commands: [], script: ({ path }: any) => sh\`wc -l <\${path}\`, read: (text: string) => [{ name: 'words',
    title: 'words', value: Number(text), unit: 'words', wanted: '< 3', verdict: Number(text) < 3 ? 'good' : 'bad', notes: [] }] },
  errands: { clear: { summary: 'Takes all words out.', schema: ${schemaOf('{ word }')} as never, isFinal: true, commands: [],
    look: ({ path }: any) => sh\`cat \${path}\`,
    find: (text: string, _: unknown, { path }: any) => ({ lines: text.split('\\n'), value: text, act: sh\`: >\${path} && echo gone\` }) } },
} as never);
export default playbook({
  inventory: inventory({ hosts: { here: { connection: 'local' } } }),
  plays: [play({ hosts: 'all', resources: () => [Heap({ path: ${JSON.stringify(heap)} } as never)] })],
});
`,
  );
});
beforeEach(() => writeFileSync(heap, 'a\nb\nc\n'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stdout, stderr };
}

test('health prints indicators and exits with 2 when one of them is bad', () => {
  expect(run('health', 'site.ts')).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^here {2}Heap\[heap\]\n.*\n✘ {2}words +3 +< 3\n$/),
  });
  writeFileSync(heap, 'a\n');
  const { status, stdout } = run('health', 'site.ts', '--json', '--limit', 'here');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    hosts: [{ host: 'here', checks: [{ indicators: [{ value: 1, verdict: 'good' }] }] }],
  });
  rmSync(heap);
  expect(run('health', 'site.ts')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('[HEALTH_FAILED]'),
  });
});

test('do lists errands, asks before what is final, and does it when it is told to', () => {
  expect(run('do', 'site.ts').stdout).toContain(
    'Heap  on here\n  Heap.clear  Takes all words out. Cannot be taken back.\n  which take\n  word=  A word.\n',
  );
  const unasked = run('do', 'site.ts', 'Heap.clear');
  expect(unasked).toMatchObject({ status: 64, stderr: expect.stringContaining('--yes') });
  expect(readFileSync(heap, 'utf8')).toBe('a\nb\nc\n');
  const { status, stdout } = run('do', 'site.ts', 'Heap.clear', 'word=a', '--yes', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    errand: 'Heap.clear',
    isDone: true,
    hosts: [{ host: 'here', resources: [{ output: 'gone\n' }] }],
  });
  expect(readFileSync(heap, 'utf8')).toBe('');
});

test('words that are no properties, and errands that nothing has, are errors of use', () => {
  expect(run('do', 'site.ts', 'Heap.clear', 'word')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('name=value'),
  });
  expect(run('do', 'site.ts', 'Heap.burn')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/ERRAND_UNKNOWN[\s\S]*Heap\.clear/),
  });
});

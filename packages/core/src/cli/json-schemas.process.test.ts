import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { JsonOutputs } from '../run/json-outputs.ts';

// Each verb is called for real, and what it prints is held against the schema that is published, closed for the occasion: a
// field that the types do not have is found too.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
const modules = new URL('../../../modules/src/index.ts', import.meta.url).href;
const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));
let folder = '';

const word = "{ type: 'string', description: 'A word.' }";
const schemaOf = (properties: string) =>
  `{ type: 'object', additionalProperties: false, properties: ${properties} }`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-schemas-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'site.ts'),
    `import { defineResource, inventory, play, playbook, secret, sh } from '${core}';
import { Command, File } from '${modules}';
const Heap = defineResource({
  kind: 'Heap', schema: ${schemaOf(`{ path: ${word} }`)} as never, keys: ['path'], identity: () => 'heap', diff: () => [],
  driver: { via: 'nothing' },
  health: { commands: [], script: () => sh\`echo 4\`, read: () => [{ name: 'words',
    title: 'words', value: 4, unit: 'words', wanted: '< 3', verdict: 'bad', notes: [] }] },
  errands: { count: { summary: 'Counts.', isFinal: false, schema: ${schemaOf(`{ word: ${word} }`)} as never, commands: [],
    look: () => sh\`echo 4\`, find: (text: string) => ({ lines: [text], value: text }) } },
} as never);
export default playbook({
  inventory: inventory({
    vars: { size: 1 },
    hosts: {
      here: { connection: 'local', groups: ['near'] },
      gone: { address: '127.0.0.1', become: true, ssh: { port: 1, agent: null, password: secret('x') } },
    },
  }),
  plays: [play({ hosts: 'all', resources: () => {
    const note = File({ path: ${JSON.stringify(join(folder, 'note'))}, content: 'a\\nb\\n' });
    const broken = Command({ name: 'broken', run: ['false'], unless: 'false' }, { needs: [note] });
    return [note, broken, File({ path: ${JSON.stringify(join(folder, 'after'))}, content: 'c' }, { needs: [broken] }),
      Heap({ path: '/a' } as never)];
  } })],
});
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Closes every object whose properties are named. */
function closed(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) =>
    isOpenObject(value) ? { ...value, additionalProperties: false } : value,
  );
}

function isOpenObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'object' &&
    'properties' in value &&
    !('additionalProperties' in value)
  );
}

/** What a verb prints that its schema does not say. Of a playbook that is not there, that the run failed is all it prints. */
function problemsOf(verb: string, args: readonly string[]): readonly unknown[] {
  const file = fileOf(verb);
  const { stdout } = spawnSync(process.execPath, [main, verb, '--json', ...args], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
    encoding: 'utf8',
    timeout: 50_000,
  });
  const schema: object = JSON.parse(readFileSync(join(schemas, `${file}.json`), 'utf8'));
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    closed(schema) as object,
  );
  const lines = file === 'event' ? stdout.trimEnd().split('\n') : [stdout];
  const values = lines.map((line) => JSON.parse(line));
  const hasFailed = values.some(({ type }) => type === 'run.failed');
  return [
    ...values.flatMap((value) => (validate(value) ? [] : [{ value, errors: validate.errors }])),
    ...(hasFailed === args.includes('nowhere.ts') ? [] : [{ failed: stdout }]),
  ];
}

const calls: Readonly<Record<keyof JsonOutputs, readonly (readonly string[])[]>> = {
  plan: [['site.ts'], ['nowhere.ts']],
  facts: [['site.ts']],
  graph: [['site.ts', '--limit', 'here']],
  why: [['site.ts', 'note', '--limit', 'here']],
  apply: [['site.ts', '--yes', '--limit', 'here']],
  verify: [['site.ts', '--limit', 'here']],
  inventory: [['site.ts']],
  ping: [['site.ts'], ['nowhere.ts']],
  run: [['site.ts', 'here', '--', 'uname']],
  health: [['site.ts', '--limit', 'here']],
  do: [['site.ts'], ['site.ts', 'Heap.count', '--limit', 'here']],
  init: [['made']],
  doctor: [['site.ts'], []],
  docs: [[], ['Package']],
  completion: [['bash']],
};

/** Verbs that run a playbook print the same. */
function fileOf(verb: string): string {
  return ['plan', 'apply', 'verify', 'facts', 'graph', 'why'].includes(verb) ? 'event' : verb;
}

test.each(Object.entries(calls))(
  '%s --json prints what its schema says, and nothing else',
  (verb, all) => {
    for (const args of all) {
      expect(problemsOf(verb, args)).toEqual([]);
    }
  },
  120_000,
);

test('every schema is of a verb', () => {
  const wanted = new Set(Object.keys(calls).map((verb) => `${fileOf(verb)}.json`));
  expect(readdirSync(schemas).toSorted()).toEqual([...wanted].toSorted());
});

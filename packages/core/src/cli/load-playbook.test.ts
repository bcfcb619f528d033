import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Loaded by Node itself, in one process for all: Jest has a loader of its own.

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module" }',
  'none.ts': 'export const a = 1;\n',
  'function.ts': 'export default () => 1;\n',
  'syntax.ts': 'const a = 1;\nconst b = {;\n',
  'twice.ts': 'const a: number = 1;\nconst a = 2;\n',
  'enum.ts': 'enum A { b }\nexport default A;\n',
  'library.ts': "import 'left-pad';\n",
  'missing.ts': "import './gone.ts';\n",
  'ending.ts': "import { web } from './roles/web';\nexport default web;\n",
  'javascript.ts': "import { web } from './roles/web.js';\nexport default web;\n",
  'roles/web.ts': 'export const web = [];\n',
  'export.ts': "import { db } from './roles/web.ts';\nexport default db;\n",
  'throws.ts': "\nfunction role(): never { throw new TypeError('boom'); }\nrole();\n",
  'node_modules/strict/package.json': '{ "main": "index.js" }',
  'node_modules/strict/index.js': "module.exports = () => { throw new Error('no such size'); };\n",
  'strict.ts': "import strict from 'strict';\n\nstrict();\n",
  'old/package.json': '{ "type": "commonjs" }',
  'old/site.ts': "import { web } from '../roles/web.ts';\nexport default web;\n",
  'undefined.ts': 'throw undefined;\n',
  'text.ts': "throw 'no such size';\n",
  'broken/package.json': '{ broken',
  'broken/site.ts': 'export default 1;\n',
  'plan.json': '{}',
  'json.ts': "import plan from './plan.json';\nexport default plan;\n",
  'style.css': '',
  'style.ts': "import './style.css';\n",
  'plan.txt': '{}',
  'promise.ts': 'export default Promise.resolve({});\n',
  'fine.ts': 'export default { inventory: { hosts: new Map() }, plays: [] };\n',
};

let folder = '';
let loaded: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostwright-load-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const script = `
    import { loadPlaybook } from '${new URL('./load-playbook.ts', import.meta.url).href}';
    import { renderError } from '${new URL('../report/error-lines.ts', import.meta.url).href}';
    const loaded = {};
    for (const name of ${JSON.stringify([...Object.keys(files), 'nowhere.ts', 'roles', '.'])}) {
      const said = await loadPlaybook(name).catch((error) => renderError(error, { width: 200 }));
      loaded[name] = typeof said === 'string' ? said : 'a playbook';
    }
    console.log(JSON.stringify(loaded));`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  loaded = JSON.parse(stdout);
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['fine.ts', 'a playbook'],
  ['nowhere.ts', '✘ There is no file nowhere.ts.'],
  ['roles', '✘ roles is a folder.'],
  ['.', '✘ . is a folder.'],
  ['undefined.ts', '✘ The playbook undefined.ts threw undefined\n'],
  ['text.ts', '✘ The playbook text.ts threw no such size\n  → Correct what it says'],
  ['broken/site.ts', '✘ broken/site.ts cannot be loaded: Error: Invalid package config'],
  ['plan.json', '✘ plan.json is no TypeScript file.\n  → Name the playbook. A plan that was saved'],
  ['json.ts', "with { type: 'json' }"],
  ['style.ts', '✘ style.ts cannot be loaded: TypeError: Unknown file extension ".css"'],
  ['plan.txt', '✘ plan.txt is no TypeScript file.'],
  ['promise.ts', '✘ The default export of promise.ts is a promise, which `await`'],
  ['none.ts', '✘ none.ts has no default export.'],
  ['function.ts', '✘ The default export of function.ts is a function and no playbook.'],
  ['syntax.ts', '✘ syntax.ts:2: Unexpected token'],
  ['syntax.ts', '  │ const b = {;\n  │            ^\n'],
  ['twice.ts', "✘ twice.ts: Identifier 'a' has already been declared."],
  ['enum.ts', '✘ enum.ts:1: TypeScript enum is not supported'],
  ['enum.ts', 'write a const object for an enum'],
  ['library.ts', '✘ library.ts imports left-pad, which is not there.'],
  ['library.ts', '→ Install it: `npm install left-pad` in the folder of the playbook.'],
  ['missing.ts', '✘ missing.ts imports gone.ts, which is not there.'],
  ['ending.ts', '→ Name the file in the import as it is: roles/web.ts.'],
  ['javascript.ts', '→ Name the file in the import as it is: roles/web.ts.'],
  ['export.ts', "✘ export.ts:1: The requested module './roles/web.ts' does not provide"],
  ['throws.ts', '✘ throws.ts:2: The playbook threw TypeError: boom'],
  ['strict.ts', '✘ strict.ts:3: The playbook threw Error: no such size'],
  ['old/site.ts', '✘ old/package.json says "type": "commonjs", so that old/site.ts may not use'],
  ['old/site.ts', '`npm pkg set type=module` in old'],
])('loading %s says: %s', (name, expected) => {
  expect(loaded[name]).toContain(expected);
});

test('the frames of an error are those of the playbook alone', () => {
  const frames = loaded['throws.ts']?.split('\n').filter((line) => /│ (?!.*eval)/.test(line)) ?? [];
  expect(frames).toEqual([
    `  │ at role (file://${folder}/throws.ts:2:32)`,
    `  │ at file://${folder}/throws.ts:3:1`,
  ]);
});

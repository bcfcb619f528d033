import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { jsonSchemas, schemaFolder } from '../../scripts/reference/json-schemas.ts';
import { root, treePaths } from '../../scripts/tree/tree.ts';

test('the schemas of JSON outputs are what the published types say', () => {
  const made = jsonSchemas();
  const stale = [...made].filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text);
  expect(stale.map(([path]) => `${path}:1 is stale — run node scripts/docs.ts`)).toEqual([]);
  const there = treePaths().filter((path) => path.startsWith(`${schemaFolder}/`));
  expect(there.filter((path) => !made.has(path))).toEqual([]);
}, 60_000);

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jsonSchemas, schemaFolder } from './reference/json-schemas.ts';
import { referencePages } from './reference/reference-pages.ts';
import { root, treeFiles } from './tree/tree.ts';

/**
 * Writes docs/reference and the schemas of JSON outputs from the source. With `--check` it writes nothing, names what is stale, and exits with 1.
 * Usage: node scripts/docs.ts [--check]
 */
const pages = new Map([...(await referencePages()), ...jsonSchemas()]);
const stale = [...pages].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
const orphans = treeFiles(new RegExp(`^(docs/reference/.*\\.md|${schemaFolder}/.*\\.json)$`))
  .map(({ path }) => path)
  .filter((path) => !pages.has(path));

if (process.argv.includes('--check')) {
  const lines = [
    ...stale.map((path) => `${path} is stale`),
    ...orphans.map((path) => `${path} has no source`),
  ];
  if (lines.length > 0) {
    process.stderr.write(`${lines.join('\n')}\nRun \`node scripts/docs.ts\`.\n`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), pages.get(path) ?? '');
  }
  for (const path of orphans) rmSync(join(root, path));
  process.stdout.write(`${pages.size} pages, ${stale.length} written, ${orphans.length} removed\n`);
}

function textOf(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

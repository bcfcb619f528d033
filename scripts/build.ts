import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tree/tree.ts';

/**
 * Makes the packages ready to publish: JavaScript and types in dist/, and the documentation beside that of core. With a
 * folder it also packs them there, as a registry would get them.
 * Usage: node scripts/build.ts [FOLDER]
 */
const names = ['core', 'modules', 'playbooks', 'inventories'] as const;
const folderOf = (name: string) => join(root, 'packages', name);

for (const name of names) rmSync(join(folderOf(name), 'dist'), { recursive: true, force: true });
const projects = names.map((name) => join(folderOf(name), 'tsconfig.build.json'));
run([join(root, 'node_modules/typescript/bin/tsc'), '--build', '--force', ...projects]);

const docs = join(folderOf('core'), 'docs');
rmSync(docs, { recursive: true, force: true });
for (const part of ['guide', 'reference']) {
  cpSync(join(root, 'docs', part), join(docs, part), { recursive: true });
}

const [, , folder] = process.argv;
if (folder !== undefined) {
  mkdirSync(folder, { recursive: true });
  const pnpm = join(root, '.tools/node_modules/pnpm/bin/pnpm.mjs');
  run([pnpm, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]);
  for (const name of readdirSync(folder)) {
    const kilobytes = Math.round(statSync(join(folder, name)).size / 1000);
    process.stdout.write(`${join(folder, name)}  ${kilobytes} kB\n`);
  }
}

function run(args: readonly string[]): void {
  // tsc says what is wrong on standard output, which is not ours.
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, stdio: [...stdio] });
  if (status === 0) return;
  process.stderr.write(stdout);
  process.exit(1);
}

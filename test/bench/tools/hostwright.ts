import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { labHostInput } from '../../lab/lab-inventory.ts';
import type { Task, Tool } from './tool.ts';

const core = join(import.meta.dirname, '../../../packages/core/src');
const program = join(core, 'cli/main.ts');

export const hostwright: Tool = {
  name: 'hostwright',
  version: [process.execPath, program, '--version'],
  prepare(task) {
    writeFileSync(join(task.folder, 'site.mjs'), siteOf(task));
  },
  command: () => [process.execPath, program, 'apply', '--yes', 'site.mjs'],
  environment: () => ({ NODE_OPTIONS: '' }),
  differs: /\b[1-9]\d* (changed|failed)/,
};

/** Packages by the place of their files: only what lies in the repository finds them by their names. */
function siteOf({ lab, hosts }: Task): string {
  const inputs = hosts.map(({ name }) => [name, labHostInput(lab, name)] as const);
  return `import { inventory } from '${pathToFileURL(join(core, 'index.ts')).href}';
import { benchPlaybook } from '${pathToFileURL(join(import.meta.dirname, '../bench-playbook.ts')).href}';
export default benchPlaybook(inventory(${JSON.stringify({ hosts: Object.fromEntries(inputs) })}));
`;
}

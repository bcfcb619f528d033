import { join } from 'node:path';
import { labSsh } from '../../lab/lab-inventory.ts';
import type { Tool } from './tool.ts';

const program = join(import.meta.dirname, '../../../packages/core/src/cli/main.ts');

export const hostwright: Tool = {
  name: 'hostwright',
  version: [process.execPath, program, '--version'],
  prepare: () => undefined,
  command: () => [
    ...[process.execPath, program, 'apply', '--yes'],
    join(import.meta.dirname, 'hostwright-site.ts'),
  ],
  environment: ({ lab, hosts }) => {
    const given = hosts.map(({ name, address, port }) => {
      return { name, address, ssh: { ...labSsh(lab), port } };
    });
    return { BENCH_HOSTS: JSON.stringify(given), NODE_OPTIONS: '' };
  },
  differs: /\b[1-9]\d* (changed|failed)/,
};

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ansibleInventory } from './ansible-inventory.ts';

const captured = join(import.meta.dirname, 'captured');
const isThere = spawnSync('ansible-inventory', ['--version']).status === 0;

/** Debian's package ansible-core; without it the captures stand in for it, in ansible-inventory.test.ts. */
const describeWithAnsible = isThere ? describe : describe.skip;

describeWithAnsible('beside the ansible-inventory of this machine (skipped without it)', () => {
  test.each(['ini/hosts', 'yaml/hosts.yml', 'folder'])('%s: the same variables', (path) => {
    const file = join(captured, path);
    const printed = execFileSync('ansible-inventory', ['-i', file, '--list'], { encoding: 'utf8' });
    const ours = ansibleInventory({ path: file }, undefined);
    const theirs = ansibleInventory({ text: printed }, 'json');
    for (const [host, { own }] of theirs.hosts) {
      expect([host, ours.hosts.get(host)?.effective]).toEqual([host, own]);
    }
    expect([...ours.hosts.keys()].sort()).toEqual([...theirs.hosts.keys()].sort());
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, type Declaration, inventory, play, playbook } from '@hostwright/core';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Command } from './command.ts';

// Real runs on this machine, by connection: 'local'.

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function problemsOf(resources: () => readonly Declaration[]) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  const site = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
  const { outcome } = await apply(site);
  return outcome.steps.map(({ result, error }) => [result, error?.problem]);
}

test('a command that ends with 0 and does not satisfy its guard fails, and says so', async () => {
  const useless = () => [
    Command({ run: ['touch', at('other')], creates: at('wanted') }),
    Command({ name: 'both', script: 'true', unless: 'false', onlyIf: 'true' }),
  ];
  expect(await problemsOf(useless)).toEqual([
    ['failed', 'It ended with exit code 0, but its guard creates still asks for it.'],
    ['failed', 'It ended with exit code 0, but its guards unless, onlyIf still ask for it.'],
  ]);
  expect(existsSync(at('other'))).toBe(true);
});

test('a guard that another change has undone is said to be that', async () => {
  const undone = () => {
    const first = Command({ name: 'first', script: 'true', unless: `! test -e ${at('made')}` });
    const second = Command({ run: ['touch', at('made')], creates: at('made') }, { needs: [first] });
    return [first, second];
  };
  expect(await problemsOf(undone)).toEqual([
    ['failed', 'It had nothing to do, but after the run its guard unless asks for it.'],
    ['changed', undefined],
  ]);
});

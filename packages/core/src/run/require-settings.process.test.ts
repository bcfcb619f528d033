import { expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { apply } from './apply.ts';
import { facts } from './facts.ts';
import { health } from './health.ts';
import { ping } from './ping.ts';
import { plan } from './plan.ts';
import { runCommand } from './run-command.ts';

const local = { connection: 'local' } as const;
const hosts = inventory({ hosts: { a: { ...local, groups: ['web'] }, b: local } });
const site = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: () => [] })] });

test('a command at once goes to the hosts of the limit and to no other', async () => {
  const report = await runCommand(site, ['true'], { limit: '!b' });
  expect(report.hosts.map(({ host }) => host)).toEqual(['a']);
  const both = await ping(site, { hosts: ['web', 'b'], limit: 'b' });
  expect(both.hosts.map(({ host }) => host)).toEqual(['b']);
  await expect(ping(site, { limit: 'c' })).rejects.toMatchObject({ code: 'LIMIT_INVALID' });
});

test('settings that a call has not are refused before any host is connected to', async () => {
  const refused = { code: 'SETTINGS_INVALID' };
  // @ts-expect-error there are no batches of a command
  await expect(runCommand(site, ['true'], { serial: 1 })).rejects.toMatchObject(refused);
  // @ts-expect-error and no tags of indicators
  await expect(health(site, { tags: ['a'] })).rejects.toMatchObject(refused);
  // @ts-expect-error misspelt
  await expect(apply(site, { limt: 'a' })).rejects.toMatchObject({
    ...refused,
    problem: expect.stringContaining('Did you mean limit?'),
  });
  for (const wrong of [{ forks: 0 }, { forks: '3' }, { limit: 5 }, { tags: 'a' }, { signal: {} }]) {
    await expect(plan(site, wrong as never)).rejects.toMatchObject(refused);
    await expect(facts(site, wrong as never)).rejects.toMatchObject(refused);
  }
  expect((await plan(site, { limit: undefined } as never)).plan.steps).toEqual([]);
});

test('what is no playbook is called so', async () => {
  const invalid = { code: 'PLAYBOOK_INVALID' };
  for (const call of [plan, apply, facts, ping]) {
    await expect(call(undefined as never)).rejects.toMatchObject(invalid);
    await expect(call(Promise.resolve(site) as never)).rejects.toMatchObject({
      ...invalid,
      problem: expect.stringContaining('await it'),
    });
  }
});

import { apply, type Declarations, plan, play, playbook } from '@hostwright/core';
import { File, Service } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { onAllHosts } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

const unit = (name: string, text: string) =>
  File({ path: `/etc/systemd/system/${name}`, content: text });

function onEach(resources: () => Declarations) {
  const plays = [play({ hosts: 'all', resources })];
  return playbook({ inventory: labInventory(lab, 'root'), plays });
}

function book(edition: number) {
  return onEach(() => [
    unit('worker@.service', `[Unit]\nDescription=${edition}\n[Service]\nExecStart=/bin/sleep %i\n`),
    Service({ name: 'worker@3600', running: true }),
    unit('door.socket', `[Unit]\nDescription=${edition}\n[Socket]\nListenStream=7777\n`),
    unit('door.service', '[Service]\nExecStart=/bin/sleep 3600\n'),
    Service({ name: 'door.socket', running: true }),
    // Nothing brings it, and that is as it should be.
    Service({ name: 'gone', running: false, enabled: false }),
  ]);
}

const onAll = (script: string) => onAllHosts(lab, script);

const shown = 'systemctl show --value -p Description -p ActiveState worker@3600 door.socket';

async function converges(edition: number) {
  expect((await apply(book(edition))).outcome.isConverged).toBe(true);
  const { plan: second } = await plan(book(edition));
  expect(second.steps.filter(({ verdict }) => verdict.is !== 'unchanged')).toEqual([]);
}

test('an instance is there after its template, and a socket is open again although its service runs', async () => {
  await converges(1);
  await onAll('systemctl start door.service');
  await converges(2);
  for (const said of await onAll(`${shown}; systemctl is-active door.service`)) {
    expect(said.split(/\n+/).filter((line) => line !== '')).toEqual([
      ...['2', 'active', '2', 'active'],
      'active',
    ]);
  }
  await onAll('systemctl stop door.socket; systemctl is-active door.service');
  await converges(2);
});

test('what a timer starts is what its unit file says now', async () => {
  const timed = (edition: number) =>
    onEach(() => [
      unit('job.service', `[Service]\nType=oneshot\nExecStart=/bin/echo edition ${edition}\n`),
      unit('job.timer', '[Timer]\nOnCalendar=daily\n'),
      Service({ name: 'job.timer', running: true }),
    ]);
  const said = () => onAll('systemctl start job.service; journalctl -q -o cat -n 5 -u job.service');
  for (const edition of [1, 2]) {
    expect((await apply(timed(edition))).outcome.isConverged).toBe(true);
    for (const text of await said()) expect(text).toContain(`edition ${edition}`);
  }
});

test('a reload that fails tells the reason that stands in the journal', async () => {
  const reload = 'grep -q good /etc/picky.conf || { echo line 7 is wrong; exit 1; }';
  const picky = (content: string) =>
    onEach(() => [
      unit(
        'picky.service',
        `[Service]\nExecStart=/bin/sleep 3600\nExecReload=/bin/sh -c "${reload}"\n`,
      ),
      File({ path: '/etc/picky.conf', content }),
      Service({ name: 'picky', running: true }),
    ]);
  expect((await apply(picky('good\n'))).outcome.isConverged).toBe(true);
  const { outcome } = await apply(picky('bad\n'));
  const details = outcome.steps.flatMap(({ error }) => error?.detail ?? []);
  expect(details).toHaveLength(lab.hosts.length);
  for (const detail of details) expect(detail).toContain('line 7 is wrong');
});

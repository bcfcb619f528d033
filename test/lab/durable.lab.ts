import { apply, play, playbook } from '@hostwright/core';
import { Command, File } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([{ name: 'thirteen', release: 'debian-13' }]);

/** Ends all SSH connections of the host, as a network that breaks would. */
const cutConnections =
  "pkill -KILL -f '^sshd: (root|deploy)'; pkill -KILL -f '^sshd-session: (root|deploy)'; true";

test('R3: a connection that breaks in a short step is made again, the host is read, and the run goes on', async () => {
  const script = 'echo x >>/srv/times; sleep 5; : >/srv/slow';
  const resources = () => [
    Command({ run: ['/bin/sh', '-c', script], creates: '/srv/slow' }),
    File({ path: '/srv/after-slow', content: 'x' }),
  ];
  const warnings: string[] = [];
  const book = playbook({
    inventory: labInventory(lab, 'deploy'),
    plays: [play({ hosts: 'all', resources })],
  });
  const { outcome } = await apply(book, {
    onEvent: (event) => {
      if (event.type === 'warning') warnings.push(event.text);
      if (event.type !== 'step.started' || event.kind !== 'Command') return;
      setTimeout(() => void lab.host('thirteen').exec(cutConnections), 1500);
    },
  });
  expect(outcome.steps.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(outcome.steps.map(({ result }) => result)).toEqual(['changed', 'changed']);
  expect(warnings).toHaveLength(1);
  expect((await lab.host('thirteen').exec('cat /srv/times')).stdout).toBe('x\n');
}, 120_000);

import {
  apply,
  type Declarations,
  type Outcome,
  play,
  playbook,
  type RunEvent,
  type RunSettings,
} from '@hostwright/core';
import { Command, File, Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([{ name: 'thirteen', release: 'debian-13' }]);
const timeoutMs = 120_000;

/** Ends all SSH connections of the host, as a network that breaks would. */
const cutConnections =
  "pkill -KILL -f '^sshd: (root|deploy)'; pkill -KILL -f '^sshd-session: (root|deploy)'; true";

interface Cut {
  /** Cut a while after the first step of this kind has started. */
  readonly kind: string;
  readonly afterMs: number;
  readonly times: number;
}

/** Applies as the deploy user, and cuts every connection in the middle of a step. */
async function applyAndCut(resources: () => Declarations, cut: Cut, settings: RunSettings = {}) {
  const lines: string[] = [];
  const warnings: string[] = [];
  let cuts = 0;
  const cutLater = () => {
    if (cuts >= cut.times) return;
    cuts += 1;
    setTimeout(() => void shell(cutConnections), cut.afterMs);
  };
  const onEvent = (event: RunEvent) => {
    if (event.type === 'step.output') lines.push(event.text);
    if (event.type === 'step.started' && event.kind === cut.kind) cutLater();
    if (event.type !== 'warning') return;
    warnings.push(event.text);
    if (cut.times > 1) cutLater();
  };
  const { outcome } = await apply(bookOf(resources), { ...settings, onEvent });
  return { outcome, lines, warnings };
}

function bookOf(resources: () => Declarations) {
  const plays = [play({ hosts: 'all', resources })];
  return playbook({ inventory: labInventory(lab, 'deploy'), plays });
}

const shell = async (script: string) => (await lab.host('thirteen').exec(script)).stdout;
const resultsOf = ({ steps }: Outcome) => steps.map(({ result, error }) => error ?? result);

/** What a run must not leave. */
const left = `find /var/lib/hostwright -mindepth 2; ls /var/lib/hostwright | grep '^run'
systemctl list-units --all --no-legend 'hostwright-*'`;

test(
  'R3: a connection that breaks in a short step is made again, the host is read, and the run goes on',
  async () => {
    const script = 'echo x >>/srv/times; sleep 5; : >/srv/slow';
    const resources = () => [
      Command({ run: ['/bin/sh', '-c', script], creates: '/srv/slow' }),
      File({ path: '/srv/after-slow', content: 'x' }),
    ];
    const cut = { kind: 'Command', afterMs: 1500, times: 1 };
    const { outcome, warnings } = await applyAndCut(resources, cut);
    expect(resultsOf(outcome)).toEqual(['changed', 'changed']);
    expect(warnings).toHaveLength(1);
    expect(await shell(`cat /srv/times; ${left}`)).toBe('x\n');
  },
  timeoutMs,
);

test(
  'R3: a long step runs on when the connection breaks, twice, and every line of it is seen once',
  async () => {
    const script = 'echo begin; sleep 4; echo middle; sleep 4; echo end; echo x >>/srv/long';
    const resources = () =>
      Command({ name: 'long', script, unless: 'test -e /srv/long', timeout: 1200 });
    const cut = { kind: 'Command', afterMs: 1200, times: 2 };
    const { outcome, lines } = await applyAndCut(resources, cut);
    expect(resultsOf(outcome)).toEqual(['changed']);
    expect(lines).toEqual(['begin', 'middle', 'end']);
    expect(await shell(`cat /srv/long; ${left}`)).toBe('x\n');
  },
  timeoutMs,
);

test(
  'R3: a long step lives on where the host ends everything that a login leaves behind, and fails as itself',
  async () => {
    const withLogins = () => Package({ name: 'libpam-systemd' });
    expect((await apply(bookOf(withLogins))).outcome.isConverged).toBe(true);
    await shell(`mkdir -p /etc/systemd/logind.conf.d
printf '[Login]\\nKillUserProcesses=yes\\n' >/etc/systemd/logind.conf.d/kill.conf; systemctl restart systemd-logind`);
    const script = 'umask >/srv/umask; id -u >>/srv/umask; sleep 6; echo why >&2; exit 5';
    const resources = () => {
      const background = 'setsid sleep 99 >/dev/null 2>&1 & echo $! >/srv/login';
      const login = Command({ run: ['/bin/sh', '-c', background], creates: '/srv/login' });
      const kept = { name: 'kept', script, unless: 'false', timeout: 1200 };
      return [login, Command(kept, { needs: [login] })];
    };
    const { outcome } = await applyAndCut(resources, { kind: 'Command', afterMs: 2500, times: 1 });
    expect(outcome.steps[1]?.error).toMatchObject({
      detail: expect.stringMatching(/why\n.*exit code 5/),
    });
    expect(await shell('cat /srv/umask; kill -0 "$(cat /srv/login)" 2>&1; true')).toMatch(
      /^0022\n0\n.*No such process/,
    );
    await shell('rm /etc/systemd/logind.conf.d/kill.conf; systemctl restart systemd-logind');
    expect(await shell(left)).toBe('');
  },
  timeoutMs,
);

test(
  'R3: packages are installed although the connection breaks while apt is at work',
  async () => {
    const resources = () => [Package({ name: 'tree' }), Package({ name: 'hello' })];
    const { outcome } = await applyAndCut(resources, { kind: 'Package', afterMs: 1000, times: 1 });
    expect(resultsOf(outcome)).toEqual(['changed', 'changed']);
    expect(await shell(`dpkg --audit; hello; ${left}`)).toBe('Hello, world!\n');
  },
  timeoutMs,
);

test(
  'R20: a long step of a run that died is found by the next run, waited for and not done twice',
  async () => {
    const script = 'sleep 8; echo x >>/srv/orphan';
    const resources = () =>
      Command({ name: 'orphan', script, unless: 'test -e /srv/orphan', timeout: 1200 });
    const cut = { kind: 'Command', afterMs: 1500, times: 1 };
    const died = await applyAndCut(resources, cut, { reconnectWaitsMs: [] });
    expect(died.outcome.isConverged).toBe(false);
    // This process lives, so its lock would count as that of a run that lives.
    await shell('rm /var/lib/hostwright/run*');
    const { outcome, warnings } = await applyAndCut(resources, { ...cut, times: 0 });
    expect(warnings.join()).toMatch(/earlier run/);
    expect(resultsOf(outcome)).toEqual(['ok']);
    expect(await shell(`cat /srv/orphan; ${left}`)).toBe('x\n');
  },
  timeoutMs,
);

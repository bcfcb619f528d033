import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { plan, type RunEvent } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { mailSystem, type Place } from '../../examples/demo/mail-system.ts';
import { bootLab } from './boot-lab.ts';
import type { ImageWish, Software } from './image-recipe.ts';
import type { Lab } from './lab.ts';
import { labSsh } from './lab-inventory.ts';
import { releases } from './release.ts';
import { sayOnStderr } from './say.ts';

// HOSTWRIGHT_KILLS=20 is the long form; HOSTWRIGHT_SEED gives other moments.

const kills = Number(process.env.HOSTWRIGHT_KILLS ?? 10);
const seed = Number(process.env.HOSTWRIGHT_SEED ?? 1);

/** Hosts that see so many kills, one in each part of the way, before a run is left to finish. */
interface Pairs {
  readonly label: string;
  readonly kills: number;
  /** What is installed before: nothing, or what lets twenty single kills pass in less than half an hour. */
  readonly software: Software;
}

const kindsOfPairs: readonly Pairs[] = [
  { label: 'five in a row on bare hosts', kills: 5, software: 'bare' },
  { label: 'one each on hosts with the packages', kills: 1, software: 'mail' },
];
const timeoutMs = 2 * 3_600_000;

/** Most are soon after a step begins, and some deep in the long ones. */
const afterMsMax = 20_000;

/** A moment of an apply: so long after the first step that begins when this share of all declarations is settled. */
interface Moment {
  readonly share: number;
  readonly afterMs: number;
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Runs a controller, kills it at a moment where one is given, and resolves with what it said until then. */
async function runController(place: Place, moment?: Moment): Promise<readonly RunEvent[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('kill-run.ts', import.meta.url))], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(place));
  const events: RunEvent[] = [];
  let declared = Number.POSITIVE_INFINITY;
  let settled = 0;
  let isDue = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const event: RunEvent = JSON.parse(line);
    events.push(event);
    if (event.type === 'plan.ready') declared = event.plan.steps.length;
    if (event.type === 'step.finished') settled += 1;
    if (event.type !== 'step.started' || moment === undefined || isDue) continue;
    isDue = settled / declared >= moment.share;
    if (isDue) void delay(moment.afterMs).then(() => child.kill('SIGKILL'));
  }
  return events;
}

function placeIn(lab: Lab): Place {
  return {
    mailAddress: lab.host('mail').address,
    dnsAddress: lab.host('dns').address,
    user: 'deploy',
    ssh: labSsh(lab),
    controllerAddress: lab.controllerAddress,
    annasPassword: 'correct horse ~ battery',
    bensPassword: 'Größe, "quoted" & $HOME',
    updateKey: Buffer.alloc(32, 'kill').toString('base64'),
  };
}

/** What no run may leave: temporary files, owed refreshes, works, ways back, a lock, units, half a package. */
const leftovers = `find / -xdev \\( -name '*.hostwright*' -o -name '.new-??????????' -o -name '*.dpkg-new' \\)
find /tmp -mindepth 1 ! -path '*/systemd-private-*' ! -path '*/.*-unix'
find /var/lib/hostwright -mindepth 2; ls /var/lib/hostwright/run* /usr/sbin/policy-rc.d /run/hostwright/restart 2>/dev/null
dpkg --audit
systemctl --failed --no-legend --plain
systemctl list-units --all --no-legend --plain 'hostwright-*'`;

async function linesLeft(lab: Lab): Promise<readonly string[]> {
  const found = await Promise.all(lab.hosts.map((host) => host.exec(leftovers)));
  return found.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line !== '');
}

function problemsOf(events: readonly RunEvent[]): readonly string[] {
  const end = events.at(-1);
  if (end?.type !== 'run.finished') return [`It ended with ${JSON.stringify(end)}.`];
  const hosts = end.hosts.flatMap(({ host, error }) => (error ? `${host}: ${error.problem}` : []));
  const failed = end.outcome?.steps.flatMap(({ id, error }) =>
    error ? `${id}: ${error.problem} ${error.detail ?? ''}` : [],
  );
  return [...hosts, ...(failed ?? []), ...(end.outcome?.isConverged ? [] : ['not converged'])];
}

/** What it was at, for whoever reads along. */
function lastSaid(events: readonly RunEvent[]): string {
  const settled = events.filter(({ type }) => type === 'step.finished').length;
  const begun = events.findLast((event) => event.type === 'step.started');
  const waits = events.flatMap((event) => (event.type === 'warning' ? event.text : []));
  return `${settled} settled, at ${begun?.ids.join(', ')} ${waits.join(' ')}`;
}

/** Kills up to so many runs of one pair of hosts, lets one finish, and expects that nothing is left. */
async function killAndFinish(
  { release, software }: Required<ImageWish>,
  moments: readonly Moment[],
): Promise<number> {
  const say = sayOnStderr();
  const hosts = [
    { name: 'mail', release, software },
    { name: 'dns', release },
  ];
  await using lab = await bootLab({ hosts, name: 'kill' });
  const place = placeIn(lab);
  // Debian's own packages leave units that fail where there is no internet; amavis tries a while, and is not of this system.
  const settle =
    'systemctl is-system-running --wait; systemctl stop amavis; systemctl reset-failed amavis';
  await Promise.all(lab.hosts.map((host) => host.exec(settle)));
  const before = await linesLeft(lab);
  let killed = 0;
  for (const moment of moments) {
    const events = await runController(place, moment);
    if (events.at(-1)?.type === 'run.finished') {
      expect(problemsOf(events)).toEqual([]);
      break;
    }
    killed += 1;
    say(`${release}: kill at ${moment.share.toFixed(2)}, ${lastSaid(events)}`);
  }
  const events = await runController(place);
  expect(problemsOf(events)).toEqual([]);
  say(`${release}: finished after ${killed} kills, ${lastSaid(events)}`);
  expect((await linesLeft(lab)).filter((line) => !before.includes(line))).toEqual([]);
  const { plan: planned } = await plan(mailSystem(place));
  expect(planned.steps.filter(({ verdict }) => verdict.is !== 'unchanged')).toEqual([]);
  return killed;
}

test.each(kindsOfPairs)(
  `R20: the controller of a mail server is killed at ${kills} random moments, $label, and the run after it finishes and leaves nothing (HOSTWRIGHT_SEED=${seed})`,
  async ({ kills: atOnce, software }) => {
    const random = randomFrom(seed);
    let killed = 0;
    for (let pair = 0; killed < kills; pair += 1) {
      const count = Math.min(atOnce, kills - killed);
      const moments = Array.from({ length: count }, (_, turn) => ({
        share: (turn + random()) / count,
        afterMs: Math.round(random() ** 3 * afterMsMax),
      }));
      const release = releases[pair % releases.length] ?? 'debian-12';
      killed += await killAndFinish({ release, software }, moments);
    }
  },
  timeoutMs,
);

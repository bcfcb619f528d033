import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declarations } from '../model/declaration.ts';
import type { RunEvent } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import { takeLock } from '../shell/lock.ts';
import { Note } from '../testing/note.ts';
import { slowKind } from '../testing/slow.ts';
import { openLocal } from '../transport/local-transport.ts';
import { apply } from './apply.ts';
import { lockOwner } from './lock-owner.ts';
import { plan } from './plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const state = (name: string) => join(process.env.HOSTWRIGHT_STATE_FOLDER ?? '', name);

const Slow = slowKind('Slow');

function book(resources: () => Declarations) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

const slow = (name: string) => book(() => Slow({ path: at(name), log: at('log') }));

/** Resolves when the event has come. */
function applying(name: string, type: RunEvent['type'], command: string) {
  const seen = Promise.withResolvers<void>();
  const onEvent = (event: RunEvent) => {
    if (event.type === type) seen.resolve();
  };
  return { seen: seen.promise, done: apply(slow(name), { onEvent, command }) };
}

test('R6: of two applies on one host the second changes nothing and names the first; plans go on', async () => {
  const first = applying('a', 'step.started', 'the first run');
  await first.seen;
  for (let tries = 0; !existsSync(at('log')) && tries < 300; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const { plan: planned } = await plan(slow('b'));
  expect(planned.steps.map(({ verdict }) => verdict.is)).toEqual(['change']);
  const { outcome } = await apply(slow('b'));
  expect(outcome.isConverged).toBe(false);
  expect(outcome.hosts[0]?.error).toMatchObject({
    code: 'LOCK_HELD',
    problem: expect.stringMatching(/^Held by .+@.+, for \d+ s: the first run \(process \d+\)/),
  });
  expect(outcome.steps).toMatchObject([{ result: 'skipped', because: 'here' }]);
  expect((await first.done).outcome.isConverged).toBe(true);
  expect([existsSync(at('a')), existsSync(at('b')), existsSync(state('run'))]).toEqual([
    true,
    false,
    false,
  ]);
});

test('R6: a run that waits begins when the first has ended; no step of the two is mixed', async () => {
  const first = applying('a', 'step.started', 'the first run');
  await first.seen;
  const { outcome } = await apply(slow('b'), { lockWaitMs: 25_000 });
  expect([outcome.isConverged, (await first.done).outcome.isConverged]).toEqual([true, true]);
  expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\nbegin\nend\n');
});

test('R6: a run that waited reads the host again, and does not do once more what the first has done', async () => {
  const first = applying('a', 'step.started', 'the first run');
  await first.seen;
  for (let tries = 0; !existsSync(at('log')) && tries < 300; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const warnings: string[] = [];
  const { plan: planned, outcome } = await apply(slow('a'), {
    lockWaitMs: 25_000,
    onEvent: (event) => {
      if (event.type === 'warning') warnings.push(event.text);
    },
  });
  expect(planned.steps.map(({ verdict }) => verdict.is)).toEqual(['change']);
  expect([outcome.isConverged, (await first.done).outcome.isConverged]).toEqual([true, true]);
  expect(outcome.steps).toMatchObject([{ result: 'ok' }]);
  expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\n');
  expect(warnings).toEqual([expect.stringContaining('Another run has this host')]);
  expect(existsSync(state('run'))).toBe(false);
});

test('R6: of two runs that begin at the same moment and may wait, the second finds done what the first has done', async () => {
  const both = [apply(slow('a'), { lockWaitMs: 25_000 }), apply(slow('a'), { lockWaitMs: 25_000 })];
  const reports = await Promise.all(both);
  expect(reports.map(({ outcome }) => outcome.isConverged)).toEqual([true, true]);
  expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\n');
});

test('R6: the lock of a process of this machine that is gone is taken over at once', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => gone.on('close', resolve));
  const { machine, name } = lockOwner('x');
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const leave = (pid: number | undefined) => {
    mkdirSync(state(''), { recursive: true });
    const record = ['dead', bootId, '1000', name, String(pid), machine, 'hostwright apply x.ts'];
    writeFileSync(state('run'), `${record.join('\n')}\n`);
    const [uptime] = readFileSync('/proc/uptime', 'utf8').split('.');
    writeFileSync(state('run.dead'), `${uptime}\n`);
  };
  const note = () => book(() => Note({ path: at('note'), text: 'x' }));
  leave(process.ppid);
  const refused = await apply(note());
  expect(refused.outcome.hosts[0]?.error?.code).toBe('LOCK_HELD');
  leave(gone.pid);
  expect((await apply(note())).outcome.isConverged).toBe(true);
  for (const [pid, isLeft] of [
    [process.ppid, true],
    [gone.pid, false],
  ] as const) {
    leave(pid);
    expect((await apply(note())).outcome.isConverged).toBe(true);
    expect(existsSync(state('run'))).toBe(isLeft);
  }
});

test('R6: a run of this process that has ended and could not let go of a host is passed over at once', async () => {
  const transports: Transport[] = [];
  const connect = async (host: Host) => {
    const transport = openLocal(host);
    transports.push(transport);
    return transport;
  };
  const note = (name: string) => book(() => Note({ path: at(name), text: 'x' }));
  const first = await apply(note('a'), {
    connect,
    onEvent({ type }) {
      if (type === 'host.verified') for (const transport of transports) void transport.close();
    },
  });
  expect([first.outcome.isConverged, existsSync(state('run'))]).toEqual([true, true]);
  expect((await apply(note('b'))).outcome.isConverged).toBe(true);
  expect(existsSync(state('run'))).toBe(false);
});

test('R20: what a killed run left at work is waited for, and then the next run does its work', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => gone.on('close', resolve));
  const owner = { ...lockOwner('apply x.ts'), pid: gone.pid ?? 0 };
  const take = takeLock({ owner, place: 'here', waitS: 0, isAgain: false, dead: undefined });
  const script = `${take.script}\necho held; sleep 5; : >${at('orphan')}`;
  const orphan = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => orphan.stdout.once('data', resolve));
  const warnings: string[] = [];
  const note = book(() => Note({ path: at('note'), text: 'x' }));
  const { outcome } = await apply(note, {
    onEvent: (event) => {
      if (event.type === 'warning') warnings.push(event.text);
    },
  });
  expect([outcome.isConverged, existsSync(at('orphan'))]).toEqual([true, true]);
  expect(warnings).toEqual([expect.stringMatching(/apply x\.ts.*waiting for it/)]);
});

test.each([undefined, 20_000])(
  'R6: two names of one machine are not changed at once by a run, which says so (lockWaitMs %s)',
  async (lockWaitMs) => {
    const hosts = inventory({ hosts: { mx1: {}, mail: {} } });
    const resources = ({ host: { name } }: { host: Host }) => {
      const first = Slow({ path: at(name), log: at('log') });
      return [first, Note({ path: at(`${name}-note`), text: 'x' }, { needs: [first] })];
    };
    const twice = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
    const began = performance.now();
    const connect = async (host: Host) => openLocal(host);
    const { outcome } = await apply(twice, { connect, ...(lockWaitMs && { lockWaitMs }) });
    expect(performance.now() - began).toBeLessThan(15_000);
    const [refused, ...others] = outcome.hosts.filter(({ error }) => error !== undefined);
    expect([outcome.isConverged, others]).toEqual([false, []]);
    const winner = refused?.host === 'mx1' ? 'mail' : 'mx1';
    expect(refused?.error).toMatchObject({
      code: 'HOST_TWICE',
      problem: `It is the machine that ${winner} of this run is, too.`,
    });
    const failed = outcome.steps.filter(({ error }) => error?.code === 'HOST_TWICE');
    expect(failed.map(({ host, result }) => [host, result])).toEqual(
      Array(2).fill([refused?.host, 'failed']),
    );
    expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\n');
    expect([`${winner}-note`, `${refused?.host}-note`].map((name) => existsSync(at(name)))).toEqual(
      [true, false],
    );
    expect(existsSync(state('run'))).toBe(false);
  },
);

test('a host whose disk is full is no host that another run has', async () => {
  mkdirSync(state(''), { recursive: true });
  symlinkSync('/dev/full', state('run.new'));
  const notes = book(() => [
    Note({ path: at('a'), text: 'x' }),
    Slow({ path: at('b'), log: at('log') }),
  ]);
  const { outcome } = await apply(notes);
  expect(outcome.steps.map(({ result, error }) => [result, error?.code])).toEqual(
    Array(2).fill(['failed', 'LOCK_UNWRITABLE']),
  );
  expect(outcome.steps[0]?.error?.detail).toMatch(/error|space/i);
  expect([existsSync(at('a')), existsSync(at('b'))]).toEqual([false, false]);
  rmSync(state('run.new'));
});

test('a run that changes nothing takes no lock, and makes two round trips', async () => {
  const note = book(() => Note({ path: at('note'), text: 'x' }));
  await apply(note);
  rmSync(process.env.HOSTWRIGHT_STATE_FOLDER ?? '/nowhere', { recursive: true, force: true });
  const { outcome } = await apply(note);
  expect(outcome.hosts[0]?.roundTrips).toBe(2);
  await plan(book(() => Note({ path: at('note'), text: 'y' })));
  expect(existsSync(state('.'))).toBe(false);
});

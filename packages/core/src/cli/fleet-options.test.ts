import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleResult } from '../testing/sample-plan.ts';
import { parseCommandLine } from './command-line.ts';
import { fleetSettings } from './fleet-options.ts';
import { writeOutcome } from './outcome-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-fleet-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settings(...args: string[]) {
  const request = parseCommandLine([...args, 'site.ts'], '1.2.3');
  if (request.is !== 'run') throw new Error('This is no run.');
  return fleetSettings(request.options);
}

test('options become settings of the library, and those that are not given leave no trace', () => {
  expect(settings('plan')).toEqual({});
  const all = '--limit web*,!db1 -t a,b --skip-tags c --serial 1,10% --max-fail 2 --lock-wait 30';
  expect(settings('apply', ...all.split(' '))).toEqual({
    limit: ['web*', '!db1'],
    tags: ['a', 'b'],
    skipTags: ['c'],
    serial: [1, '10%'],
    maxFail: 2,
    lockWaitMs: 30_000,
  });
  expect(settings('apply', '--max-fail', '5%')).toEqual({ maxFail: '5%' });
});

test.each([
  [['facts', '--tags', 'a'], "Unknown option '--tags'"],
  [['verify', '--serial', '1'], "Unknown option '--serial'"],
  [['plan', '--max-fail', '1'], "Unknown option '--max-fail'"],
  [['apply', '--serial', '0'], 'Numbers of hosts or percentages'],
  [['apply', '--max-fail', '-1'], 'A number of hosts is expected'],
  [['apply', '--tags', 'a,,b'], 'Tags are expected'],
  [['apply', '--lock-wait', '1.5'], 'A whole number of seconds'],
])('%j is not understood', (args, problem) => expect(() => settings(...args)).toThrow(problem));

test('lists that are given again name more; what has one value is not given twice', () => {
  const all = '-l a,b --limit !c -t x --tags y --skip-tags p --skip-tags q';
  expect(settings('apply', ...all.split(' '))).toEqual({
    limit: ['a', 'b', '!c'],
    tags: ['x', 'y'],
    skipTags: ['p', 'q'],
  });
  const health = parseCommandLine(['health', 'site.ts', '-l', 'a', '-l', 'b'], '1.2.3');
  expect(health).toMatchObject({ options: { limit: 'a,b' } });
  for (const option of ['--serial 1', '-f 5', '--report a', '--lock-wait 0', '--html a']) {
    const twice = [...option.split(' '), ...option.split(' ')];
    expect(() => settings('apply', ...twice)).toThrow(/is invalid. It is given twice\./);
  }
  expect(() => settings('graph', '--format', 'dot', '--format', 'json')).toThrow('given twice');
});

test('@FILE is the hosts that failed in a report, beside others', () => {
  const path = join(folder, 'failed.json');
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
  const hosts = ['web1', 'web2'].map((host) => ({ host, counts, roundTrips: 2 }));
  const failed = sampleResult('web2', 'File[/a]', { result: 'failed' });
  const ok = sampleResult('web1', 'File[/a]', { result: 'ok' });
  writeOutcome(path, { version: 1, steps: [ok, failed], hosts, isConverged: false, ms: 1 });
  expect(settings('plan', '-l', `@${path},db1`)).toEqual({ limit: ['web2', 'db1'] });
  writeOutcome(path, { version: 1, steps: [ok], hosts, isConverged: true, ms: 1 });
  expect(() => settings('plan', '-l', `@${path}`)).toThrow('nothing failed');
  writeFileSync(path, '{ "version": 9 }');
  expect(() => settings('plan', '-l', `@${path}`)).toThrow('is no report');
  expect(() => settings('plan', '-l', '@nowhere.json')).toThrow('cannot be read');
  expect(() => writeOutcome(folder, {} as never)).toThrow('cannot be written');
});

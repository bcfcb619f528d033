import { expect, test } from '@jest/globals';
import type { HostSummary, Outcome, StepResult } from '../model/outcome.ts';
import { aptFailed, noAnswer, sampleResult } from '../testing/sample-plan.ts';
import { renderSummary } from './summary-lines.ts';

function outcomeOf(steps: readonly StepResult[], lost: readonly HostSummary[] = []): Outcome {
  const byHost = Map.groupBy(steps, ({ host }) => host);
  const hosts = [...byHost].map(([host, own]): HostSummary => {
    const count = (result: string) => own.filter((step) => step.result === result).length;
    const counts = { ...none, ok: count('ok'), changed: count('changed') };
    const bad = { failed: count('failed'), skipped: count('skipped') };
    return { host, roundTrips: 2, counts: { ...counts, ...bad } };
  });
  const isConverged = lost.length === 0 && steps.every(({ result }) => /ok|changed/.test(result));
  return { version: 1, steps, hosts: [...hosts, ...lost], isConverged, ms: 4200 };
}

const none = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };

test('a failure is followed by what was skipped because of it, and a table ends the report', () => {
  const failed = sampleResult('mx1', 'Package[postfx]', { result: 'failed', error: aptFailed });
  const outcome = outcomeOf(
    [
      sampleResult('mx1', 'File[/etc/motd]', { result: 'changed' }),
      failed,
      sampleResult('mx1', 'Postconf[relayhost]', { result: 'skipped', because: failed.id }),
      sampleResult('mx1', 'Service[postfix]', { result: 'skipped', because: failed.id }),
      sampleResult('mx2', 'File[/etc/motd]', { result: 'ok' }),
    ],
    [{ host: 'db1', roundTrips: 0, counts: none, error: noAnswer }],
  );
  const hostMs = new Map([['mx1', 41_300]]);
  expect(
    renderSummary(outcome, { width: 80, hostMs }),
  ).toBe(`✘ mx1 Package[postfx] (mail.ts:12): The command failed with exit code 100.
  → Correct the cause and run again. [APPLY_FAILED]
  │ E: Unable to locate package postfx
  2 resources skipped because of it: Postconf[relayhost], Service[postfix]

✘ db1: No answer from 192.0.2.7 port 22 in 20 s.
  → Check that the host is up. [TRANSPORT_UNREACHABLE]

host  resources  ok  changed  failed  skipped  unreachable  round trips  time
mx1           4   0        1       1        2            0            2  41 s
mx2           1   1        0       0        0            0            2  0 ms
db1           –   –        –       –        –          yes            –     –

Not done: 1 failed, 2 skipped, 1 host unreachable; 1 changed, 1 ok, on 3 hosts in 4.2 s.
`);
});

test('a host that answered and is not changed has failed, and is not unreachable', () => {
  const error = { ...aptFailed, code: 'HOST_TWICE', host: 'mail' } as const;
  const failed = sampleResult('mail', 'Package[postfix]', { result: 'failed', error });
  const { hosts, ...outcome } = outcomeOf([failed]);
  const text = renderSummary({ ...outcome, hosts: hosts.map((host) => ({ ...host, error })) }, {});
  expect(text).toContain('Not done: 1 failed; 0 changed');
});

test('a failure that many hosts share is told once', () => {
  const steps = ['web1', 'web2', 'web3'].map((host) =>
    sampleResult(host, 'Package[nginx]', { result: 'failed', error: { ...aptFailed, host } }),
  );
  expect(renderSummary(outcomeOf(steps), { width: 80 })).toContain(
    '✘ web1, web2, web3 Package[nginx] (mail.ts:12): The command failed with exit\n  code 100.\n',
  );
});

test('an interrupted run says what it did not begin', () => {
  const steps = [
    sampleResult('mx1', 'File[/a]', { result: 'changed' }),
    sampleResult('mx1', 'File[/b]', { result: 'skipped', because: 'interrupted' }),
  ];
  expect(renderSummary(outcomeOf(steps))).toContain(
    '! 1 resource not begun: the run was interrupted.\n',
  );
});

test('of many hosts only those with problems have a row of their own', () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const steps = hosts.map((host, index) =>
    sampleResult(
      host,
      'Package[nginx]',
      index === 41 ? { result: 'failed', error: aptFailed } : { result: 'ok' },
    ),
  );
  const rows = renderSummary(outcomeOf(steps)).split('\n').slice(4, 7);
  expect(rows).toEqual([
    'host            resources  ok  changed  failed  skipped  unreachable  round trips',
    'web42                   1   0        0       1        0            0            2',
    'other 99 hosts         99  99        0       0        0            0          198',
  ]);
});

test.each([
  ['changed', 'Applied and verified. 1 changed, 0 ok, on 1 host in 4.2 s.'],
  ['ok', 'No changes. 1 resource as declared, on 1 host in 4.2 s.'],
] as const)('%s ends with one sentence', (result, sentence) => {
  const text = renderSummary(outcomeOf([sampleResult('mx1', 'File[/a]', { result })]));
  expect(text.trimEnd().split('\n').at(-1)).toBe(sentence);
});

test('a table that is too wide does without what matters least', () => {
  const name = 'application-server-17.example.com';
  const outcome = outcomeOf([sampleResult(name, 'File[/etc/motd]', { result: 'changed' })]);
  const hostMs = new Map([[name, 41_300]]);
  const titles = (width: number) =>
    renderSummary(outcome, { width, hostMs })
      .split('\n')[0]
      ?.split(/\s{2,}/);
  const always = ['ok', 'changed', 'failed', 'skipped', 'unreachable'];
  expect(titles(120)).toEqual(['host', 'resources', ...always, 'round trips', 'time']);
  expect(titles(100)).toEqual(['host', 'resources', ...always, 'time']);
  expect(titles(90)).toEqual(['host', ...always, 'time']);
  expect(titles(80)).toEqual(['host', ...always]);
});

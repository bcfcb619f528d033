import { expect, test } from '@jest/globals';
import type { PlanStep } from '../model/plan.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  noAnswer,
  samplePlan,
  sampleStep,
  unchanged,
  updates,
} from '../testing/sample-plan.ts';
import { renderPlan } from './plan-lines.ts';

const shown = (steps: readonly PlanStep[], width = 80) => renderPlan(samplePlan(steps), { width });

test('changes with their fields, what they come after, and what they refresh', () => {
  const steps = [
    sampleStep('mx1', 'Package[postfix]', creates),
    sampleStep(
      'mx1',
      'File[/etc/mailname]',
      updates(
        { field: 'content', from: 'debian\n', to: 'mail.example.com\n', form: 'text' },
        { field: 'mode', from: '0600', to: '0644' },
      ),
      ['mx1/Package[postfix]'],
    ),
    sampleStep('mx1', 'UfwRule[25/tcp]', {
      is: 'change',
      action: 'remove',
      fields: [{ field: 'exists', from: true, to: false }],
    }),
    sampleStep('mx1', 'Service[postfix]', {
      is: 'refresh',
      notifiedBy: ['File[/etc/mailname]'],
      isCertain: true,
    }),
    sampleStep('mx1', 'Service[cron]', unchanged),
  ];
  expect(shown(steps)).toBe(`mx1
  + create   Package[postfix]  mail.ts:12
  ~ update   File[/etc/mailname]  mail.ts:12  after Package[postfix]
             content
               -debian
               +mail.example.com
             mode     "0600" → "0644"
  - remove   UfwRule[25/tcp]  mail.ts:12
  ↻ refresh  Service[postfix]  mail.ts:12  because of File[/etc/mailname]

Plan: 1 to create, 1 to update, 1 to remove, 1 to refresh, 1 unchanged.
`);
});

test('what cannot be known yet is gathered by what it waits for, followed back to what is certain', () => {
  const names = Array.from({ length: 60 }, (_, index) => `parameter_${index}`);
  const steps = [
    sampleStep('mx1', 'Package[postfix]', creates),
    ...names.map((name) =>
      sampleStep('mx1', `Postconf[${name}]`, knownAfter('mx1/Package[postfix]')),
    ),
    sampleStep('mx1', 'Service[postfix]', knownAfter('mx1/Postconf[parameter_7]')),
    sampleStep('mx1', 'Service[opendkim]', knownAfter('dns1/DkimKey[mail]')),
  ];
  expect(shown(steps)).toBe(`mx1
  + create   Package[postfix]  mail.ts:12
  ? later    61 resources  known after Package[postfix]
             Postconf  parameter_0, parameter_1, parameter_2, parameter_3,
                       parameter_4, parameter_5, parameter_6, parameter_7,
                       parameter_8, parameter_9 and 50 more
             Service   postfix
  ? later    Service[opendkim]  mail.ts:12  known after dns1/DkimKey[mail]

Plan: 1 to create, 62 known after something else.
`);
});

test('hosts for which the same is said are said once, and the others counted', () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const steps = hosts.map((host, index) =>
    sampleStep(host, 'Package[nginx]', index < 97 ? creates : unchanged),
  );
  expect(
    shown(steps),
  ).toBe(`web1, web2, web3, web4, web5, web6, web7 and 90 more  97 hosts, the same on each
  1 to create each
  + create   Package[nginx]  mail.ts:12

3 hosts unchanged  web98, web99, web100

Plan: 97 to create, 3 unchanged, on 100 hosts.
`);
});

test('errors and hosts that do not answer stand in the plan', () => {
  const error = { ...aptFailed, code: 'PROBE_FAILED', host: 'mx1' } as const;
  const plan = samplePlan(
    [sampleStep('mx1', 'Cert[mail]', { is: 'error', error })],
    [
      { host: 'db1', error: noAnswer },
      { host: 'db2', error: { ...noAnswer, host: 'db2' } },
    ],
  );
  expect(renderPlan(plan, { width: 80 })).toBe(`mx1
  ✘ error    Cert[mail]  mail.ts:12
             The command failed with exit code 100.
             → Correct the cause and run again. [PROBE_FAILED]
             │ E: Unable to locate package postfx

✘ db1, db2: No answer from 192.0.2.7 port 22 in 20 s.
  → Check that the host is up. [TRANSPORT_UNREACHABLE]

Plan: 1 with an error.
2 hosts could not be reached.
`);
});

test('nothing to do is said in one line', () => {
  const steps = [sampleStep('mx1', 'Service[cron]', unchanged)];
  expect(shown(steps)).toBe('No changes. 1 resource on 1 host as declared.\n');
  expect(renderPlan(samplePlan(steps), { verb: 'verify' })).toBe(
    'No drift. 1 resource on 1 host as declared.\n',
  );
  expect(shown([])).toBe('No changes. Nothing is declared.\n');
});

test('values cannot command the terminal, and secrets are not there', () => {
  const verdict = updates(
    { field: 'banner', from: null, to: '\x1b]0;pwned\x07' },
    { field: 'password', from: 'old-secret', to: 'new-secret', form: 'secret' },
    { field: 'text', from: '', to: 'a\x1b[2J\n', form: 'text' },
  );
  const text = renderPlan(samplePlan([sampleStep('mx1', 'User[\x1b[31m]', verdict)]), {
    isColor: true,
  });
  expect(text.replaceAll('\x1b[', '[').replaceAll(/\[\d+m/g, '')).not.toMatch(
    /\p{Control}(?<!\n)/u,
  );
  expect(text).not.toContain('secret"');
  expect(text).toContain('(secret, differs)');
});

test('what a step comes after is broken between names on a narrow terminal', () => {
  const needs = ['Directory[/srv/one]', 'Directory[/srv/two]'];
  const steps = [
    ...needs.map((label) => sampleStep('mx1', label, creates)),
    sampleStep(
      'mx1',
      'File[/srv/two/a]',
      creates,
      needs.map((label) => `mx1/${label}`),
    ),
  ];
  expect(shown(steps, 40)).toContain(`  + create   File[/srv/two/a]  mail.ts:12
             after Directory[/srv/one],
             Directory[/srv/two]
`);
});

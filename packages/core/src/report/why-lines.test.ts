import { expect, test } from '@jest/globals';
import type { PlanStep } from '../model/plan.ts';
import type { Why, WhyReading } from '../model/why.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  sampleStep,
  unchanged,
  updates,
} from '../testing/sample-plan.ts';
import { renderWhy } from './why-lines.ts';

const service = sampleStep('mx1', 'Service[postfix]', {
  ...updates({ field: 'running', from: 'inactive', to: 'active' }),
  notifiedBy: ['File[/etc/postfix]'],
} as PlanStep['verdict']);
const file = sampleStep('mx1', 'File[/etc/postfix]', creates);
const record = sampleStep('controller', 'Dns[a]', unchanged);

const edge = (from: PlanStep, to: PlanStep, because: string, notifies: boolean) => {
  return { from: from.id, to: to.id, reason: 'automatic', because: [because], notifies } as const;
};

const shown = (reading: WhyReading, step = service) =>
  renderWhy({
    version: 1,
    step,
    reading,
    needs: [{ edge: edge(file, service, 'config:/etc/postfix', true), step: file }],
    neededBy: [{ edge: edge(service, record, 'out.name', false), step: record }],
  } satisfies Why);

test('what would happen, what was found, and both sides with reasons and lines', () => {
  expect(
    shown({ is: 'present', observed: { active: 'inactive' } }),
  ).toBe(`mx1/Service[postfix]  mail.ts:12

would
  ~ update   Service[postfix]  mail.ts:12  and refreshed because of File[/etc/postfix]
             running  "inactive" → "active"

probe
  present
  {
    "active": "inactive"
  }

comes after
  File[/etc/postfix]  mail.ts:12  config:/etc/postfix  to create

comes before
  controller/Dns[a]  mail.ts:12  out.name  as declared

is refreshed by
  File[/etc/postfix]  mail.ts:12  config:/etc/postfix  to create
`);
});

test('what cannot be known says what it waits for, what cannot be read says why', () => {
  const unknown = sampleStep('mx1', 'Service[postfix]', knownAfter('mx1/Package[postfix]'));
  expect(shown({ is: 'unknown', reason: 'there is no such unit' }, unknown)).toMatch(
    /postconf is not installed; known after Package\[postfix]\n[\s\S]*unknown: there is no such unit/,
  );
  expect(shown({ is: 'unreadable', error: aptFailed })).toContain(aptFailed.problem);
  expect(shown({ is: 'absent' })).toContain('probe\n  absent\n');
});

test('nothing is wider than a narrow terminal but names', () => {
  const reason = 'the unit is in a package, and that package is not installed on this host yet';
  const unknown = sampleStep('mx1', 'Service[postfix]', knownAfter('mx1/Package[postfix]'));
  const text = renderWhy(
    {
      version: 1,
      step: unknown,
      reading: { is: 'unknown', reason },
      needs: [
        { edge: edge(file, service, 'needs, path:/etc/postfix, out.text', true), step: file },
      ],
      neededBy: [],
    },
    { width: 50 },
  );
  expect(text.split('\n').filter((row) => row.length > 50)).toEqual([]);
  expect(text).toContain(
    '  File[/etc/postfix]  mail.ts:12\n    needs, path:/etc/postfix, out.text; to create\n',
  );
});

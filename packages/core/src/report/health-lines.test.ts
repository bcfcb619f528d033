import { expect, test } from '@jest/globals';
import type { Indicator } from '../model/health.ts';
import { noAnswer } from '../testing/sample-plan.ts';
import { renderHealth } from './health-lines.ts';

const queue: Indicator = {
  name: 'queue',
  title: 'messages in the queue',
  value: 120,
  unit: 'messages',
  wanted: '< 100',
  verdict: 'bad',
  notes: ['3 ×: connect to \x1b[31mevil'],
};
const rate: Indicator = {
  name: 'rate',
  title: 'messages a minute',
  value: null,
  unit: 'messages/min',
  wanted: '≥ 100',
  verdict: 'idle',
  notes: [],
  series: [0, 5, 10],
};

test('indicators of each host with value, limit and verdict, what is worth knowing, and a chart', () => {
  const check = { resource: 'MailHealth[mail]', indicators: [queue, rate] };
  expect(renderHealth([{ host: 'mx1', checks: [check] }])).toBe(
    `mx1  MailHealth[mail]
                          value  wanted
✘  messages in the queue    120   < 100
   3 ×: connect to \\x1b[31mevil
·  messages a minute          –   ≥ 100
   ▁▅█
`,
  );
});

test('a host that did not answer, and a check that could not be read, say why', () => {
  const text = renderHealth([
    { host: 'mx1', error: noAnswer },
    { host: 'mx2', checks: [{ resource: 'MailHealth[mail]', error: noAnswer }] },
  ]);
  expect(text.match(/→ Check that the host is up\./g)).toHaveLength(2);
  expect(text).toContain('mx2  MailHealth[mail]\n');
});

test('notes are broken between words where they are too long', () => {
  const notes = ['12 ×: the server of the recipient said that it is full'];
  const check = { resource: 'MailHealth[mail]', indicators: [{ ...queue, notes }] };
  const text = renderHealth([{ host: 'mx1', checks: [check] }], { width: 40 });
  expect(text).toContain('   12 ×: the server of the recipient\n   said that it is full\n');
});

import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MailHealth } from './mail-health.ts';

const debian12 = captured(import.meta, 'mail-health.debian-12');
const debian13 = captured(import.meta, 'mail-health.debian-13');

describeResource(MailHealth, {
  valid: [
    {},
    {
      windowMinutes: 30,
      queueMax: 500,
      ratePerMinuteMin: 50,
      deliverySecondsMax: 60,
      deliveredPercentMin: 99,
      bouncePercentMax: 2.5,
    },
  ],
  invalid: {
    'a negative share': { bouncePercentMax: -1 },
    'more than a day': { windowMinutes: 1441 },
  },
  isNeverAbsent: true,
});

test.each([
  ['Debian 12', debian12],
  ['Debian 13', debian13],
])('four indicators of a mail host: %s', (_, { stdout }) => {
  const indicators = MailHealth.type.health?.read(stdout, { deliverySecondsMax: 60 }) ?? [];
  expect(indicators.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['queue', 'good'],
    ['rate', 'idle'],
    ['delivery', 'bad'],
    ['bounces', 'bad'],
  ]);
});

test('its script has the limits of its spec', () => {
  const script = MailHealth.type.health?.script({ windowMinutes: 7, deliverySecondsMax: 8 }).script;
  expect(script).toContain('now - 7 * 60');
  expect(script).toContain('late=8');
});

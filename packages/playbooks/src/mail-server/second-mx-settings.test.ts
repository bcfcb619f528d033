import { expect, test } from '@jest/globals';
import { completeSecondMx, secondMxProblems } from './second-mx-settings.ts';

const settings = { hostname: 'mx2.example.com', address: '192.0.2.20' };

test('it asks the first server where others may add addresses', () => {
  expect(completeSecondMx(settings, true)?.recipients).toBe('ask');
  expect(completeSecondMx(settings, false)?.recipients).toBe('declared');
  expect(completeSecondMx({ ...settings, recipients: 'declared' }, true)?.recipients).toBe(
    'declared',
  );
});

test('it has a name of its own, an address, and a queue that ends', () => {
  expect(secondMxProblems(settings, 'mail.example.com')).toEqual([]);
  const wrong = { hostname: 'mail.example.com', address: 'mx2', queueDays: 0, sshPort: 70_000 };
  expect(secondMxProblems(wrong, 'mail.example.com')).toHaveLength(4);
});

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

const first = { hostname: 'mail.example.com', address: '192.0.2.10' };

test('it has a name of its own, an address, and a queue that ends', () => {
  expect(secondMxProblems(settings, first, ['example.com'])).toEqual([]);
  const wrong = { hostname: 'mail.example.com', address: 'mx2', queueDays: 0, sshPort: 70_000 };
  expect(secondMxProblems(wrong, first, ['example.com'])).toHaveLength(4);
});

test('its name is no hosted domain, whose mail would go to its system accounts, and its host is another', () => {
  const problems = (domains: readonly string[], address = settings.address) =>
    secondMxProblems({ ...settings, address }, first, domains);
  expect(problems(['example.com', 'mx2.example.com']).join()).toContain('hosted domains');
  expect(problems(['example.com'], first.address).join()).toContain('that of the first server');
});

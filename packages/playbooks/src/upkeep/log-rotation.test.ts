import { expect, test } from '@jest/globals';
import { journalConfig, logRotation, rotationRule } from './log-rotation.ts';

test('the journal stays within its limits, over a reboot too', () => {
  const text = journalConfig({ journalMaxMiB: 2048, journalDays: 90 });
  expect(text).toContain('Storage=persistent\n');
  expect(text).toContain('SystemMaxUse=2048M\n');
  expect(text).toContain('MaxRetentionSec=90day\n');
});

test('a log is cut off where it stands, or its unit is told to open it anew', () => {
  expect(rotationRule({ paths: ['/var/log/a.log'] })).toContain('copytruncate');
  const told = rotationRule({ paths: ['/var/log/a.log'], reload: 'shop.service' });
  expect(told).toContain('systemctl try-reload-or-restart shop.service');
  expect(told).not.toContain('copytruncate');
});

test('every wrong setting is named at once', () => {
  const files = { 'a.b': { paths: [] }, shop: { paths: ['shop.log'], keepDays: 0, reload: 'a b' } };
  expect(() => logRotation({ journalDays: 0, files })).toThrow(
    /journalDays: .* keepDays: .* 'a\.b' is no name .* no path.* 'shop\.log' .* 'a b'/s,
  );
});

import { expect, test } from '@jest/globals';
import { unattendedUpgrades, upgradesConfig } from './unattended-upgrades.ts';

test('security updates alone are taken, and nobody restarts the host unasked', () => {
  const text = upgradesConfig({});
  expect(text.match(/"origin=[^"]*"/g)).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the tool puts the name of the release in.
    '"origin=Debian,codename=${distro_codename}-security,label=Debian-Security"',
  ]);
  expect(text).toContain('Automatic-Reboot "false"');
  expect(text).not.toContain('Mail "');
});

test('a package is left alone by its whole name, whatever characters are in it', () => {
  const text = upgradesConfig({ except: ['g++', 'python3.11'] });
  expect(text).toContain('"^g\\\\+\\\\+$";');
  expect(text).toContain('"^python3\\\\.11$";');
});

test('every wrong setting is named at once', () => {
  const wrong = { rebootAt: '25:00', mailTo: 'root', except: ['a b'] };
  expect(() => unattendedUpgrades(wrong)).toThrow(/rebootAt: .* mailTo: .* except: /s);
  expect(() => unattendedUpgrades({ rebootAt: '04:30', mailTo: 'root@example.com' })).not.toThrow();
});

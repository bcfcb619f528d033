import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Package } from '../apt/package.ts';
import { Hostname } from './hostname.ts';

const debian12 = captured(import.meta, 'hostname.debian-12');
const debian13 = captured(import.meta, 'hostname.debian-13');
const driver = shellDriver(Hostname);
const mail = { name: 'mail' };

describeResource(Hostname, {
  valid: [mail, { name: 'mx1.example.com' }],
  invalid: {
    'a name with a blank': { name: 'my host' },
    'a name with an underscore': { name: 'my_host' },
    'a name in capitals': { name: 'Mail' },
    'a name that ends in a hyphen': { name: 'mail-' },
    'a name that ends in a dot': { name: 'mail.example.com.' },
    'an address': { name: '192.0.2.10' },
    'a name that is longer than the kernel takes': { name: `${'a'.repeat(40)}.${'b'.repeat(40)}` },
  },
  converged: { 'Debian 12': [debian12, [mail]], 'Debian 13': [debian13, [mail]] },
  drifted: {
    'Debian 12': [debian12, [{ name: 'other' }]],
    'Debian 13': [debian13, [{ name: 'mail.example.com' }]],
  },
  isNeverAbsent: true,
});

test('the plan shows whether the file, the running host or both differ', () => {
  const fieldsOf = (stdout: string) => {
    const [reading] = driver.parse(probeOutput(stdout), [mail]);
    if (reading?.is !== 'present') return reading?.is;
    return Hostname.type.diff(mail, reading).map(({ field }) => field);
  };
  expect(fieldsOf('live mail\nstored mail\n')).toEqual([]);
  expect(fieldsOf('live mail\n')).toEqual(['stored']);
  expect(fieldsOf('live dhcp-7\nstored mail\n')).toEqual(['live']);
  expect(fieldsOf('live old\nstored old\n')).toEqual(['stored', 'live']);
  expect(fieldsOf('live mail\ndenied\n')).toBe('unreadable');
});

test('packages come after it', () => {
  expect(Hostname.type.provides(mail)).toEqual(['hostname']);
  expect(Package.type.edges({ name: 'postfix' }).after).toContain('hostname');
});

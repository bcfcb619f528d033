import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Service } from './service.ts';

const { driver } = Service.type;
if (driver.via !== 'shell') throw new Error('Service is read through a shell');

const debian12 = captured(import.meta, 'service.debian-12');
const debian13 = captured(import.meta, 'service.debian-13');
/** postfix@-.service was stopped by hand, crash.service waited for its next automatic restart. */
const down = captured(import.meta, 'service-down.debian-12');
const initScript = captured(import.meta, 'service-init-script.debian-12');

const healthy = [
  { name: 'postfix', running: true, enabled: true },
  { name: 'fail2ban', enabled: true },
  { name: 'ufw', running: false, enabled: true },
  { name: 'sshd', running: true, masked: false },
  { name: 'dbus', running: true, enabled: false },
  { name: 'systemd-tmpfiles-clean.timer', running: true, enabled: true },
];
const others = [
  { name: 'postfix', running: false },
  { name: 'fail2ban', enabled: false },
  { name: 'ufw', running: true },
  { name: 'sshd', masked: true },
  { name: 'dbus', running: false },
  { name: 'systemd-tmpfiles-clean.timer', running: false },
];

describeResource(Service, {
  valid: [
    {
      name: 'postfix',
      running: true,
      enabled: true,
      config: ['/etc/mailname'],
      onChange: 'restart',
    },
    { name: 'postfix@-.service', running: false },
    { name: 'exim4', masked: true },
  ],
  invalid: {
    'an option in place of a name': { name: '--force' },
    'a template without an instance': { name: 'postfix@.service' },
    'a name with a slash': { name: '../postfix' },
    'a relative path': { name: 'postfix', config: ['etc/postfix'] },
    'a masked unit that runs': { name: 'postfix', masked: true, running: true },
    'another way to refresh': { name: 'postfix', onChange: 'reboot' },
  },
  converged: {
    'Debian 12': [debian12, healthy],
    'Debian 13': [debian13, healthy],
    'a script of init.d with links': [initScript, [{ name: 'oldie', enabled: true }]],
  },
  drifted: {
    'Debian 12': [debian12, others],
    'Debian 13': [debian13, others],
    'units that only look alive': [
      down,
      [
        { name: 'postfix', running: true },
        { name: 'crash', running: false },
      ],
    ],
    'a script of init.d with links': [initScript, [{ name: 'oldie', enabled: false }]],
  },
  isNeverAbsent: true,
});

test('one systemctl reads every unit', () => {
  const { script } = driver.probe([{ name: 'postfix' }, { name: 'clamav-daemon.socket' }]);
  expect(script).toContain(' -- postfix.service clamav-daemon.socket) || exit');
  expect(script.match(/systemctl show/g)).toHaveLength(2);
});

function readingsOf(stdout: string, spec: { readonly name: string }) {
  return driver.via === 'shell' ? driver.parse(probeOutput(stdout), [spec]) : [];
}

test('a unit that does not exist is unknown, because a package may bring it', () => {
  const reading = driver.parse(debian12, [...others, { name: 'nosuch' }]).at(-1);
  expect(reading).toEqual({ is: 'unknown', reason: 'unit nosuch.service does not exist' });
});

test('a unit that does not exist is as stopped and disabled as it can be, unless something brings it', () => {
  const stopped = { name: 'nosuch', running: false, enabled: false };
  const reading = driver.parse(debian12, [...others, stopped]).at(-1);
  expect(reading).toMatchObject({ is: 'unknown', isFine: true });
  const torn = { ...stopped, enabled: true };
  expect(driver.parse(debian12, [...others, torn]).at(-1)).not.toMatchObject({ isFine: true });
});

test.each([
  ['no-systemd\n', { name: 'a' }, 'SERVICE_NOT_SYSTEMD'],
  ['Id=a.service\nLoadState=masked\n', { name: 'a', running: true }, 'SERVICE_MASKED'],
  [
    'Id=a.service\nLoadState=loaded\nType=oneshot\nRemainAfterExit=no\n',
    { name: 'a', running: true },
    'SERVICE_ENDS',
  ],
])('%j is %s', (stdout, spec, code) => {
  expect(readingsOf(stdout, spec)).toMatchObject([{ is: 'unreadable', error: { code } }]);
});

test('a holder whose parts are all there but one that failed does not run', () => {
  const holder =
    'Id=a.service\nLoadState=loaded\nActiveState=active\nType=oneshot\nRemainAfterExit=yes\nConsistsOf=a@1.service a@2.service\n';
  const parts = (second: string) =>
    `${holder}\nId=a@1.service\nActiveState=active\n\nId=a@2.service\nActiveState=${second}\n`;
  const fieldsOf = (stdout: string) =>
    readingsOf(stdout, { name: 'a' }).map((reading) =>
      reading.is === 'present' ? Service.type.diff({ name: 'a', running: true }, reading) : reading,
    );
  expect(fieldsOf(parts('inactive'))).toEqual([[]]);
  expect(fieldsOf(parts('failed'))).toEqual([
    [{ field: 'running', from: 'failed (a@2.service)', to: 'active' }],
  ]);
});

function calls(script: string): readonly string[] {
  return script.slice(script.lastIndexOf('\n}\n') + 3).split('\n');
}

test('one command each enables, stops and starts', () => {
  const differences = ['one', 'two'].map((name) => ({
    spec: { name, running: true, enabled: true },
    reading: { is: 'absent' as const },
    fields: [
      { field: 'enabled', from: 'disabled', to: 'enabled' },
      { field: 'running', from: 'failed', to: 'active' },
    ],
  }));
  expect(calls(driver.apply(differences).script)).toEqual([
    'hw_reload_definitions one.service two.service',
    'systemctl enable -- one.service two.service',
    'hw_start one.service two.service',
    'hw_conclude',
  ]);
});

test('a refresh starts nothing that nobody declared as running', () => {
  const specs = [
    { name: 'a', running: true },
    { name: 'b', onChange: 'restart' as const },
    { name: 'c', running: false },
  ];
  const { script } = driver.refresh?.(specs) ?? { script: '' };
  expect(calls(script)).toEqual([
    'hw_refresh a.service reload start',
    'hw_refresh b.service restart try',
    'hw_conclude',
  ]);
});

test('a start makes the refresh needless, enabling does not', () => {
  const difference = (field: string, to: string) => ({
    spec: { name: 'a' },
    reading: { is: 'absent' as const },
    fields: [{ field, from: '', to }],
  });
  expect(driver.isFreshAfter?.(difference('running', 'active'))).toBe(true);
  expect(driver.isFreshAfter?.(difference('enabled', 'enabled'))).toBe(false);
});

test('it waits for packages that may bring the unit, and hears of its configuration', () => {
  expect(Service.type.edges({ name: 'amavis' }).after).toContain('package:amavisd-new');
  expect(Service.type.edges({ name: 'clamav-daemon.socket' }).after).toContain('package:clamav');
  const provided = Service.type.provides({ name: 'postfix', config: ['/etc/aliases'] });
  expect(provided).toEqual([
    'config:/etc/postfix',
    'config:/etc/postfix.conf',
    'config:/etc/default/postfix',
    'config:/etc/systemd/system/postfix.service',
    'config:/etc/systemd/system/postfix.service.d',
    'config:/etc/aliases',
  ]);
});

test('a timer or a path unit hears of the service that it starts', () => {
  for (const name of ['job.timer', 'job.path']) {
    const provided = Service.type.provides({ name });
    expect(provided).toContain('config:/etc/systemd/system/job.service');
    expect(provided).toContain('config:/etc/systemd/system/job.service.d');
  }
  const instance = Service.type.provides({ name: 'scan@daily.timer' });
  expect(instance).toContain('config:/etc/systemd/system/scan@.service');
  expect(Service.type.provides({ name: 'job.socket' })).not.toContain(
    'config:/etc/systemd/system/job.service',
  );
});

test('an instance hears of the unit file of its template', () => {
  const provided = Service.type.provides({ name: 'worker@a.b' });
  expect(provided).toContain('config:/etc/systemd/system/worker@.service');
  expect(provided).toContain('config:/etc/systemd/system/worker@.service.d');
  expect(provided).toContain('config:/etc/systemd/system/worker@a.b.service');
  const timer = Service.type.provides({ name: 'scan@daily.timer' });
  expect(timer).toContain('config:/etc/systemd/system/scan@.timer');
});

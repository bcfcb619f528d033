import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Sysctl } from './sysctl.ts';
import { dottedName, parameterFile, parameterPath } from './sysctl-name.ts';

const debian12 = captured(import.meta, 'sysctl.debian-12');
const debian13 = captured(import.meta, 'sysctl.debian-13');
const { diff, threatens } = Sysctl.type;
const driver = shellDriver(Sysctl);

const forward = { name: 'net.ipv4.ip_forward', value: 1 };
const memory = { name: 'net/ipv4/tcp_rmem', value: '4096 131072\t6291456' };
const gone = { name: 'net.ipv4.tcp_syncookies', ensure: 'absent' as const };
const drifted = [
  { name: 'net.ipv4.conf.all.log_martians', value: 1 },
  { name: 'net.ipv4.tcp_rmem', value: '4096 131072 4194304' },
];

describeResource(Sysctl, {
  valid: [
    forward,
    { ...memory, ensure: 'present' },
    { name: 'kernel.core_pattern', value: '|/bin/a %P' },
    gone,
  ],
  invalid: {
    'a name of one step': { name: 'forward', value: 1 },
    'a name with an empty step': { name: 'net..ip_forward', value: 1 },
    'a name with the step ..': { name: 'net/../kernel/panic', value: 1 },
    'a name that begins with a slash': { name: '/net/ipv4/ip_forward', value: 1 },
    'a pattern': { name: 'net.ipv4.conf.*.rp_filter', value: 1 },
    'a value of two lines': { name: 'kernel.core_pattern', value: 'a\nb' },
    'an empty value': { name: 'kernel.core_pattern', value: '' },
    'no value': { name: 'net.ipv4.ip_forward' },
    'yes in place of a number': { name: 'net.ipv4.ip_forward', value: true },
    'a value of something absent': { ...gone, value: 1 },
  },
  converged: {
    'Debian 12': [debian12, [forward, memory, gone]],
    'Debian 13': [debian13, [forward, memory, gone]],
  },
  drifted: { 'Debian 12': [debian12, drifted], 'Debian 13': [debian13, drifted] },
  isNeverAbsent: true,
});

test.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward', 'net.ipv4.ip_forward'],
  ['net/ipv4/ip_forward', 'net/ipv4/ip_forward', 'net.ipv4.ip_forward'],
  [
    'net/ipv4/conf/eth0.100/forwarding',
    'net/ipv4/conf/eth0.100/forwarding',
    'net.ipv4.conf.eth0/100.forwarding',
  ],
  [
    'net.ipv4.conf.eth0/100.forwarding',
    'net/ipv4/conf/eth0.100/forwarding',
    'net.ipv4.conf.eth0/100.forwarding',
  ],
])('%s is one parameter, however it is written', (name, path, dotted) => {
  expect([parameterPath(name), dottedName(name)]).toEqual([path, dotted]);
  expect(Sysctl.type.identity({ name })).toBe(dotted);
});

const own = parameterFile('net.ipv4.ip_forward');
const live = '/proc/sys/net/ipv4/ip_forward:1\n';
const stored = `file ${own}\n${own}:net.ipv4.ip_forward = 1\n`;

function readingOf(stdout: string, spec: Parameters<typeof diff>[0] = forward) {
  return driver.parse(probeOutput(stdout), [spec])[0];
}

function fieldsOf(stdout: string, spec: Parameters<typeof diff>[0] = forward) {
  const reading = readingOf(stdout, spec);
  if (reading?.is !== 'present') throw new Error(JSON.stringify(reading));
  return diff(spec, reading);
}

test('the plan shows whether the file, the kernel or both differ', () => {
  expect(fieldsOf(`${stored}running\n${live}`)).toEqual([]);
  expect(fieldsOf(`running\n${live}`)).toEqual([{ field: 'stored', from: null, to: '1' }]);
  expect(fieldsOf(`${stored}running\n/proc/sys/net/ipv4/ip_forward:0\n`)).toEqual([
    { field: 'live', from: '0', to: '1' },
  ]);
  expect(fieldsOf('running\n/proc/sys/net/ipv4/ip_forward:0\n')).toHaveLength(2);
});

test('what a hand added to its file is a difference', () => {
  const added = stored.replace('= 1\n', `= 1\n${own}:net.ipv4.conf.all.forwarding = 0\n`);
  expect(fieldsOf(`${added}running\n${live}`)).toEqual([
    { field: 'stored', from: 'net.ipv4.ip_forward = 1; net.ipv4.conf.all.forwarding = 0', to: '1' },
  ]);
});

test('a removal says that the running kernel keeps the value', () => {
  const absent = { name: forward.name, ensure: 'absent' as const };
  expect(fieldsOf(`${stored}running\n${live}`, absent)).toEqual([
    { field: 'exists', from: true, to: false },
    { field: 'live', from: '1', to: '1, until the host starts anew' },
  ]);
  const missing = 'running\ngrep: /proc/sys/net/ipv4/ip_forward: No such file or directory\n';
  expect(fieldsOf(missing, absent)).toEqual([]);
  expect(fieldsOf(`${stored}${missing}`, absent)).toEqual([
    { field: 'exists', from: true, to: false },
  ]);
});

test('a parameter that the kernel lacks, and one that may not be read, are no absence', () => {
  const said = (reason: string) => `running\ngrep: /proc/sys/net/ipv4/ip_forward: ${reason}\n`;
  expect(readingOf(said('No such file or directory'))).toEqual({
    is: 'unknown',
    reason: 'the kernel has no parameter net.ipv4.ip_forward',
  });
  expect(readingOf(said('Permission denied'))).toMatchObject({
    is: 'unreadable',
    error: { problem: '/proc/sys/net/ipv4/ip_forward could not be read: Permission denied.' },
  });
});

test.each([
  ['a later file', '/etc/sysctl.d/zzz.conf', 'net/ipv4/ip_forward=0'],
  ['a later file of a package', '/usr/lib/sysctl.d/zzz.conf', '-net.ipv4.ip_forward = 0'],
  ['a later file that excepts it', '/run/sysctl.d/zzz.conf', '-net.ipv4.ip_forward'],
  ['an enabled ufw', '/etc/ufw/sysctl.conf', 'net/ipv4/ip_forward=0'],
])('%s that overrides it is named', (_, path, line) => {
  const reading = readingOf(`${stored}file ${path}\n${path}:${line}\nrunning\n${live}`);
  expect(reading).toMatchObject({ is: 'unknown', reason: expect.stringContaining(path) });
});

test.each([
  ['an earlier file', '/etc/sysctl.d/99-sysctl.conf', 'net.ipv4.ip_forward = 0'],
  ['a later file that says the same', '/etc/sysctl.d/zzz.conf', 'net.ipv4.ip_forward=1'],
  ['a later file with a pattern', '/etc/sysctl.d/zzz.conf', 'net.ipv4.ip_f* = 0'],
  ['a later file with another parameter', '/etc/sysctl.d/zzz.conf', 'net.ipv4.tcp_ecn = 0'],
])('%s does not override it', (_, path, line) => {
  expect(fieldsOf(`${stored}file ${path}\n${path}:${line}\nrunning\n${live}`)).toEqual([]);
});

test('a file below /etc hides the one of the same name of a package', () => {
  const hidden = '/usr/lib/sysctl.d/zzz.conf';
  const settings = `file /etc/sysctl.d/zzz.conf\nfile ${hidden}\n${hidden}:net.ipv4.ip_forward = 0\n`;
  expect(fieldsOf(`${stored}${settings}running\n${live}`)).toEqual([]);
});

test('a later file that may not be read is an error, an earlier one is none', () => {
  expect(readingOf(`${stored}denied /etc/sysctl.d/zzz.conf\nrunning\n${live}`)).toMatchObject({
    is: 'unreadable',
  });
  expect(fieldsOf(`${stored}denied /etc/sysctl.d/10-a.conf\nrunning\n${live}`)).toEqual([]);
});

test('IPv6 is not switched off under a run that came by it', () => {
  const way = {
    host: 'a',
    connection: 'ssh' as const,
    address: '2001:db8::1',
    port: 22,
    user: 'root',
  };
  const asked = (name: string, value: number, address = way.address) => {
    const reading = { is: 'unknown' as const, reason: '' };
    return threatens({
      spec: { name, value },
      reading,
      way: { ...way, address },
      isKeptOpen: false,
    });
  };
  expect(asked('net.ipv6.conf.all.disable_ipv6', 1)).toHaveLength(1);
  expect(asked('net.ipv6.conf.all.disable_ipv6', 0)).toEqual([]);
  expect(asked('net.ipv6.conf.all.disable_ipv6', 1, '192.0.2.1')).toEqual([]);
  expect(asked('net.ipv6.conf.all.forwarding', 1)).toEqual([]);
});

test('what the kernel does not take is not stored', () => {
  const { script } = driver.apply([
    {
      spec: forward,
      reading: { is: 'present', observed: {} as never },
      fields: [
        { field: 'live', from: '0', to: '1' },
        { field: 'stored', from: null, to: '1' },
      ],
    },
  ]);
  const steps = [
    'hw_set net.ipv4.ip_forward',
    '[ "$hw_status" = 0 ] || exit 1',
    'hw_open /etc/sysctl.d/',
  ];
  const places = steps.map((step) => script.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import { secret } from '../model/secret.ts';
import { becomeFailure, launchFor } from './become.ts';
import { envelope } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-become-'));
const log = join(folder, 'log');
const rules = join(folder, 'rules');
const password = ` it's "$a" \\t ünï \`x\`!`;
afterAll(() => rmSync(folder, { recursive: true }));

/** Stand-ins for /bin/sh. They run the same text, with their own path in place of /bin/sh. */
const shells = [
  ['sh', '/bin/sh'],
  ['dash', '/bin/dash'],
  ['bash', '/bin/bash --posix'],
  ['busybox', '/bin/busybox sh'],
].filter(([, shell]) => existsSync(shell?.split(' ')[0] ?? ''));

/**
 * A sudo with the parts that the ladder leans on: -n never asks, -S reads one line byte by byte, -v asks unless there
 * is a ticket, a ticket holds for one parent process, a wrong password is asked for again until the input ends.
 */
const fakeSudo = `#!/bin/sh
echo "$*" >>${log}
. ${rules}
ask=yes read= validate= kill=
while :; do
  case $1 in
    -n) ask=no ;; -S) read=yes ;; -v) validate=yes ;; -k) kill=yes ;; -H) ;;
    -p) shift ;; -u) user=$2; shift ;; --) shift; break ;; *) break ;;
  esac
  shift
done
[ "$user" != nobody-here ] || { echo "sudo: unknown user nobody-here" >&2; exit 1; }
[ "$needs" != none ] || exec "$@"
ticket=${folder}/ticket.$PPID
if [ -n "$kill" ] || [ ! -e "$ticket" ]; then
  [ $ask = yes ] || { echo 'sudo: a password is required' >&2; exit 1; }
  while :; do
    IFS= read -r line || { echo 'sudo: no password was provided' >&2; exit 1; }
    echo attempt >>${log}
    [ "$line" != "$password" ] || break
    echo 'Sorry, try again.' >&2
  done
fi
[ "$needs" != ticket ] || : >"$ticket"
[ -n "$validate" ] || exec "$@"
`;

const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'sudo'), fakeSudo);
chmodSync(join(bin, 'sudo'), 0o755);

beforeEach(() => writeFileSync(log, ''));

describe.each(shells)('with %s as /bin/sh', (_name, shell) => {
  test('without a password, one sudo that never asks', () => {
    allow('none');
    const { stdout, status } = climb(shell, undefined);
    expect([stdout, status]).toEqual(['out\n', 7]);
    expect(logged()).toHaveLength(1);
    expect(logged()[0]).toMatch(/^-H -u other -n -- /);
  });
  test('a password that is not asked for stays out of the script', () => {
    allow('none');
    const { stdout, stderr, status } = climb(shell, password);
    expect([stdout, status]).toEqual(['out\n', 7]);
    expect(stderr).not.toContain("it's");
  });
  test.each(['ticket', 'always'])('the password is given where sudo asks for it (%s)', (needs) => {
    allow(needs);
    const { stdout, stderr, status } = climb(shell, password);
    expect([stdout, status]).toEqual(['out\n', 7]);
    expect(stderr).toContain('err\n');
    expect(logged().join('\n')).not.toContain("it's");
  });
  test('a wrong password is tried once, and nothing runs', () => {
    allow('ticket');
    const { stdout, stderr } = climb(shell, 'wrong');
    expect(stdout).toBe('');
    expect(logged().filter((line) => line === 'attempt')).toHaveLength(1);
    expect(stderr).not.toContain('hostwright-ready');
  });
  test('an environment full of traps does not carry the password on', () => {
    allow('ticket');
    const traps = { p: 'x', u: 'x', s: 'x', SHELLOPTS: 'allexport:xtrace' };
    const { stdout, stderr } = climb(shell, password, 'env', traps);
    expect(stdout + stderr).not.toContain("it's");
  });
  test('already that user: no sudo', () => {
    const { stdout } = climb(shell, undefined, 'echo out', {}, userInfo().username);
    expect([stdout, logged()]).toEqual(['out\n', []]);
  });
});

/**
 * An su without a terminal: it reads one line of standard input byte by byte, unless its rule says that none is asked
 * for, and takes a wrong password for an end.
 */
const fakeSu = `#!/bin/sh
echo "su $*" >>${log}
. ${rules}
if [ "$needs" != none ]; then
  echo 'Password: ' >&2
  IFS= read -r line || exit 1
  echo attempt >>${log}
  [ "$line" = "$password" ] || { echo 'su: Authentication failure' >&2; exit 1; }
fi
[ "$1" = -s ] && [ "$2" = /bin/sh ] && [ "$4" = -c ] || exit 9
exec /bin/sh -c "$5"
`;
const fakeDoas = `#!/bin/sh
echo "doas $*" >>${log}
. ${rules}
[ "$needs" = none ] || { echo 'doas: Authentication required' >&2; exit 1; }
[ "$1 $2 $4" = '-n -u --' ] || exit 9
shift 4
exec "$@"
`;
writeFileSync(join(bin, 'su'), fakeSu, { mode: 0o755 });
writeFileSync(join(bin, 'doas'), fakeDoas, { mode: 0o755 });

/** Root needs no password for su, so that the ladder looks as another user here. */
const fakeId = `#!/bin/sh
[ "$1" = -u ] && { echo 1234; exit; }
exec /usr/bin/id "$@"
`;
const otherBin = join(folder, 'other-bin');
mkdirSync(otherBin);
writeFileSync(join(otherBin, 'id'), fakeId, { mode: 0o755 });

describe('R14 su and doas', () => {
  const su = (given: string | undefined, script = 'echo out; exit 7') => {
    const become = { user: 'other', method: 'su' as const };
    const settings = given === undefined ? become : { ...become, password: secret(given) };
    return run({ ...host(undefined), become: settings }, script);
  };
  test.each(['always', 'none'])('su with its password (asked for: %s)', (needs) => {
    allow(needs);
    const { stdout, stderr, status } = su(password, 'echo out; cat; exit 7');
    expect([body(stdout), status]).toEqual(['out\n', 7]);
    expect(stdout + stderr + logged().join('\n')).not.toContain("it's");
  });
  test('su with a wrong password fails once, and nothing runs', () => {
    allow('always');
    const { stdout, stderr } = su('wrong');
    expect(stdout).toBe('');
    expect(logged().filter((line) => line === 'attempt')).toHaveLength(1);
    expect(becomeFailure('other', stderr).problem).toMatch(/the become password is wrong/);
  });
  test('su without a password asks nobody', () => {
    allow('always');
    const { stderr } = su(undefined);
    expect(logged()).toEqual([]);
    expect(becomeFailure('other', stderr).problem).toMatch(/su asks for a password/);
  });
  test('su does not become another than the one whose password is given', () => {
    const become = { method: 'su', password: secret('x') } as const;
    expect(() => launchFor({ ...host(undefined), become }, 'postgres')).toThrow(HostwrightError);
  });
  test('doas without a password, and what it says where it wants one', () => {
    const become = { user: 'other', method: 'doas' } as const;
    allow('none');
    const { stdout, status } = run({ ...host(undefined), become }, 'echo out; exit 7');
    expect([body(stdout), status]).toEqual(['out\n', 7]);
    allow('always');
    const refused = run({ ...host(undefined), become }, 'echo out');
    expect(refused.stdout).toBe('');
    expect(becomeFailure('other', refused.stderr).problem).toMatch(/no doas rule allows it/);
  });
  test('a method that the host lacks is named', () => {
    expect(becomeFailure('root', 'hostwright: not installed: doas\n').problem).toMatch(
      /doas is not installed/,
    );
  });

  function run(of: Host, script: string) {
    const { command, prefix } = launchFor(of, undefined);
    return spawnSync('/bin/sh', ['-c', command], {
      input: prefix + envelope(script),
      env: { PATH: `${otherBin}:${bin}:${process.env.PATH}`, HOME: folder },
      encoding: 'utf8',
    });
  }
});

test('R8: the command is a constant that every login shell reads alike', () => {
  const one = launchFor(host(secret('a')), 'one');
  const two = launchFor(host(secret('b')), 'two');
  expect(one.command).toBe(two.command);
  const methods = (['su', 'doas'] as const).map((method) =>
    launchFor({ ...host(undefined), become: { method } }, undefined),
  );
  for (const { command } of [one, launchFor(host(undefined, false), undefined), ...methods]) {
    const inside = /^exec \/bin\/sh -c '([^']*)'$/.exec(command)?.[1] ?? '!';
    expect(inside).not.toMatch(/[!\n]|\\\\/);
    expect(command.length).toBeLessThan(1800);
  }
});

test.each(['bash', 'fish', 'tcsh', 'csh', 'ksh', 'zsh'])('%s as login shell', (name) => {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  if (found === '') return;
  allow('ticket');
  const { command, prefix } = launchFor(host(secret(password)), 'other');
  const { stdout, status } = spawnSync(found, ['-c', command], {
    input: prefix + envelope('echo out; exit 7'),
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: folder },
    encoding: 'utf8',
  });
  expect([body(stdout), status]).toEqual(['out\n', 7]);
});

test('who runs the script: the option, else become, else the login user', () => {
  expect(launchFor(host(undefined), undefined).becomeUser).toBe('root');
  expect(launchFor(host(undefined), 'postgres').becomeUser).toBe('postgres');
  expect(launchFor(host(undefined, false), undefined).becomeUser).toBeUndefined();
});

test.each(['', '-i', 'a\nb'])('the user %j is refused', (user) => {
  expect(() => launchFor(host(undefined), user)).toThrow(HostwrightError);
});

test('a password of two lines is refused, and not shown', () => {
  const refused = () => launchFor(host(secret('one\ntwo')), undefined);
  expect(refused).toThrow(expect.objectContaining({ code: 'TRANSPORT_BECOME_FAILED' }));
  expect(refused).not.toThrow(/one/);
});

/** The words of sudo 1.9.13 on Debian 12. */
test.each([
  ['sudo: a password is required\n', 'sudo asks for a password, and none is given'],
  [
    'Sorry, try again.\n\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n',
    'the become password is wrong',
  ],
  ['Sorry, user deploy may not run sudo on mx1.\n', 'no sudo rule allows it'],
  [
    "Sorry, user deploy is not allowed to execute '/bin/sh -c x' as root on mx1.\n",
    'no sudo rule allows it',
  ],
  ['deploy is not in the sudoers file.\n', 'no sudo rule allows it'],
  [
    'sudo: sorry, you must have a tty to run sudo\n',
    'sudo asks for a terminal (requiretty), and there is none',
  ],
  ['sudo: unknown user postgres\n', 'the host has no such user'],
  ['hostwright: no sudo and no su\n', 'sudo is not installed'],
  [
    'sudo: account validation failure, is your account locked?\n',
    'the account or its password has expired',
  ],
  [
    'sudo: Account expired, please contact your system administrator\n',
    'the account or its password has expired',
  ],
  ['', 'no shell was started'],
])('R14: %j is explained', (words, problem) => {
  const error = becomeFailure('root', words);
  expect(error.problem).toBe(`Becoming root failed: ${problem}.`);
});

function host(become: ReturnType<typeof secret> | undefined, isSet = true): Host {
  const settings = become === undefined ? {} : { password: become };
  return {
    name: 'mx1',
    address: '192.0.2.10',
    connection: 'ssh',
    user: 'deploy',
    groups: [],
    ssh: {},
    become: isSet ? settings : undefined,
    vars: {},
  };
}

/** What sudo wants: nothing, a password unless there is a ticket, or a password always (timestamp_timeout=0). */
function allow(needs: string): void {
  const quoted = password.replaceAll("'", "'\\''");
  writeFileSync(rules, `needs=${needs}\npassword='${quoted}'\n`);
}

function logged(): readonly string[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function climb(
  shell = '/bin/sh',
  given: string | undefined,
  script = 'echo out; echo err >&2; exit 7',
  env: Readonly<Record<string, string>> = {},
  user = 'other',
) {
  const launch = launchFor(host(given === undefined ? undefined : secret(given)), user);
  const command = launch.command.replaceAll('/bin/sh', shell);
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command], {
    input: launch.prefix + envelope(script),
    env: { ...env, PATH: `${bin}:${process.env.PATH}`, HOME: folder },
    encoding: 'utf8',
  });
  return { stdout: body(stdout), stderr, status };
}

function body(stdout: string): string {
  return stdout.replace(/^hostwright-ready:\d+\n/, '').replace(/hostwright-end:\d+:\d+\n$/, '');
}

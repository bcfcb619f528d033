import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  apply,
  type BecomeSettings,
  type HostInput,
  inventory,
  plan,
  play,
  playbook,
  quote,
  secret,
} from '@hostwright/core';
import { File } from '@hostwright/modules';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { labHostInput } from './lab-inventory.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);
const names = ['twelve', 'thirteen'];
const rootPassword = `root's "pass" $HOME \\ x`;
const packages = 'fish tcsh zsh busybox opendoas';
const folder = mkdtempSync(join(tmpdir(), 'hostwright-odd-'));
afterAll(() => rmSync(folder, { recursive: true }));

const install = `export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -qy --no-install-recommends ${packages}
printf '%s\\n' ${quote(`root:${rootPassword}`)} | chpasswd`;

beforeAll(async () => {
  await Promise.all(names.map((name) => onHost(name, install)));
}, 600_000);

/** A user of that login shell with sudo, whose files for logins and shells all say something. */
function newUser(user: string, shell: string, keyOptions = ''): string {
  return `id ${user} >/dev/null 2>&1 || useradd -m -s ${shell} ${user}
home=/home/${user}
mkdir -p $home/.ssh $home/.config/fish
sed ${quote(`s|^|${keyOptions}|`)} /root/.ssh/authorized_keys >$home/.ssh/authorized_keys
for file in .profile .bashrc .bash_profile .cshrc .zshenv .zshrc .ssh/rc .config/fish/config.fish; do
  echo 'echo noise of a login; sh -c "echo more noise >&2"' >$home/$file
done
chown -R ${user} $home
echo '${user} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/${user}`;
}

/** The same on both releases, at once. */
function onBoth(work: (name: string) => Promise<void>): Promise<unknown> {
  return Promise.all(names.map(work));
}

describe('R29 a File through the login shell', () => {
  test.each([
    ['bash', '/bin/bash'],
    ['dash', '/bin/dash'],
    ['fish', '/usr/bin/fish'],
    ['tcsh', '/bin/tcsh'],
    ['zsh', '/bin/zsh'],
  ])('%s', async (user, shell) => {
    await onBoth(async (name) => {
      await onHost(name, newUser(`u-${user}`, shell));
      await converges(name, { user: `u-${user}`, become: true });
    });
  });

  test('R8 rbash starts no shell, and is named', async () => {
    await onBoth(async (name) => {
      await onHost(name, newUser('u-rbash', '/bin/rbash'));
      expect(await failure(name, { user: 'u-rbash' })).toMatch(
        /^TRANSPORT_SHELL_UNAVAILABLE .*restricted/s,
      );
    });
  });
});

describe('R29 odd hosts', () => {
  const name = 'thirteen';

  test('R8 a forced command that starts no shell is named', async () => {
    await onHost(name, newUser('u-forced', '/bin/bash', 'command="echo no shell here" '));
    expect(await failure(name, { user: 'u-forced' })).toMatch(
      /^TRANSPORT_SHELL_UNAVAILABLE .*no shell here/s,
    );
  });
  test('R8 a forced command that hands the command on', async () => {
    const handOn = 'command="exec sh -c \\"$SSH_ORIGINAL_COMMAND\\"" ';
    await onHost(name, newUser('u-handed', '/bin/bash', handOn.replaceAll('\\', '\\\\')));
    await converges(name, { user: 'u-handed', become: true });
  });
  test('/tmp without exec, and full', async () => {
    const small = 'mount -t tmpfs -o noexec,size=4k tmpfs /tmp; head -c 9000 /dev/zero >/tmp/full';
    await onHost(name, `${small}; true`);
    await converges(name, { user: 'root' });
    await onHost(name, 'umount /tmp');
  });
  test('no bash', async () => {
    await onHost(name, `${newUser('u-nobash', '/bin/dash')}; mv /usr/bin/bash /root/bash`);
    await converges(name, { user: 'u-nobash', become: true });
    await onHost(name, 'mv /root/bash /usr/bin/bash');
  });
  test('R28 a locale that is translated', async () => {
    const locale = 'SetEnv LANG=de_DE.UTF-8 LANGUAGE=de LC_ALL=de_DE.UTF-8';
    const restart = 'systemctl restart ssh';
    await onHost(name, `echo '${locale}' >/etc/ssh/sshd_config.d/odd.conf; ${restart}`);
    await converges(name, { user: 'deploy', become: true });
    await onHost(name, `rm /etc/ssh/sshd_config.d/odd.conf; ${restart}`);
  });
  test('a busybox in place of /bin/sh and of every tool', async () => {
    const box = `${newUser('u-box', '/bin/bash', 'command="PATH=/opt/box exec sh -c \\\\"$SSH_ORIGINAL_COMMAND\\\\"" ')}
usermod -o -u 0 u-box; mkdir -p /opt/box; busybox --install -s /opt/box
mount --bind "$(command -v busybox)" "$(readlink -f /bin/sh)"`;
    await onHost(name, box);
    await converges(name, { user: 'u-box' });
    await onHost(name, 'umount -l "$(readlink -f /bin/sh)"');
  });
});

describe('R14 becoming root', () => {
  test('by su with the password of root', async () => {
    const become: BecomeSettings = { method: 'su', password: secret(rootPassword) };
    await onBoth((name) => converges(name, { user: 'deploy', become }));
  });
  test('by su with a wrong password: one failure, however many steps', async () => {
    const become: BecomeSettings = { method: 'su', password: secret('not the one') };
    await onBoth(async (name) => {
      const since = (await onHost(name, 'sleep 1; date +%s')).trim();
      expect(await failure(name, { user: 'deploy', become })).toMatch(
        /^TRANSPORT_BECOME_FAILED Becoming root failed: the become password is wrong\./,
      );
      const journal = `journalctl --since=@${since} -o cat | grep -c 'pam_unix(su:auth): authentication failure'`;
      expect((await onHost(name, journal)).trim()).toBe('1');
    });
  });
  test('by doas with a rule, and not without one', async () => {
    const become: BecomeSettings = { method: 'doas' };
    const rule = (text: string) => `echo '${text}' >/etc/doas.conf; chmod 600 /etc/doas.conf`;
    await onBoth(async (name) => {
      await onHost(name, 'rm -f /etc/doas.conf');
      expect(await failure(name, { user: 'deploy', become })).toMatch(
        /^TRANSPORT_BECOME_FAILED Becoming root failed: doas has no .etc.doas\.conf/,
      );
      await onHost(name, rule('permit deploy as root'));
      expect(await failure(name, { user: 'deploy', become })).toMatch(/no doas rule allows it/);
      await onHost(name, rule('permit nopass deploy as root'));
      await converges(name, { user: 'deploy', become });
    });
  });
});

describe('R26 R27 a jump host of the SSH configuration', () => {
  test('twenty hosts behind one whose sshd takes five handshakes at once', async () => {
    const limit = 'MaxStartups 5:100:5';
    await onHost(
      'twelve',
      `echo '${limit}' >/etc/ssh/sshd_config.d/odd.conf; systemctl restart ssh`,
    );
    const config = join(folder, 'ssh_config');
    const { address: jump } = lab.host('twelve');
    const { address: behind } = lab.host('thirteen');
    const own = ` IdentityFile ${lab.identityFile}\n UserKnownHostsFile ${lab.knownHosts}\n`;
    writeFileSync(
      config,
      `Host host-*\n HostName ${behind}\n ProxyJump root@door\nHost door\n HostName ${jump}\nHost *\n${own}`,
      { mode: 0o600 },
    );
    const hosts = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`host-${index}`, {}] as const),
    );
    const many = inventory({ hosts, defaults: { ssh: { config, agent: null } } });
    const file = play({ hosts: 'all', resources: () => [File({ path: '/etc/motd' })] });
    const { plan: found } = await plan(playbook({ inventory: many, plays: [file] }), { forks: 20 });
    expect(found.unreachable).toEqual([]);
    await onHost('twelve', 'rm /etc/ssh/sshd_config.d/odd.conf; systemctl restart ssh');
  });
});

describe('R13 logins that fail', () => {
  test('are one attempt each, and a lock-out for them is named', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'x');
    const since = (await onHost('thirteen', 'sleep 1; date +%s')).trim();
    await onHost('thirteen', `rm -f /root/other*; ssh-keygen -q -t ed25519 -N '' -f /root/other`);
    writeFileSync(other, await onHost('thirteen', 'cat /root/other'), { mode: 0o600 });
    const { ssh } = labHostInput(lab, 'thirteen');
    const wrong = { user: 'root', ssh: { ...ssh, identityFiles: [other] } };
    expect(await failure('thirteen', wrong)).toMatch(/^TRANSPORT_AUTH_FAILED /);
    const journal = await onHost('thirteen', `sleep 1; journalctl --since=@${since} -o cat`);
    const ends = journal.split('\n').filter((line) => /authenticating user root/.test(line));
    expect({ journal, ends }).toEqual({ journal, ends: [expect.any(String)] });
    for (let count = 0; count < 4; count += 1) await failure('thirteen', wrong);
    expect(await failure('thirteen', { user: 'root' })).toMatch(
      /^TRANSPORT_UNREACHABLE .*closed the connection before the handshake/,
    );
  });
});

type Login = Pick<HostInput<never, object>, 'user' | 'become' | 'ssh'>;

function bookOf(name: string, login: Login, mark: string) {
  const input = { ...labHostInput(lab, name), become: false, ...login };
  const hosts = inventory({ hosts: { [name]: { ...input, groups: [] } } });
  const path = `/etc/odd-${mark}`;
  const resources = () => [File({ path, content: `it's ${mark} \\ $(id)\n`, mode: '0640' })];
  return playbook({ inventory: hosts, plays: [play({ hosts: name, resources })] });
}

let marks = 0;

/** Plan, apply, and an empty second plan, of a file that is not there before. */
async function converges(name: string, login: Login): Promise<void> {
  marks += 1;
  const mark = marks;
  const book = bookOf(name, login, String(mark));
  const { outcome } = await apply(book);
  expect(outcome.steps.map(({ result, error }) => [result, error?.problem])).toEqual([
    ['changed', undefined],
  ]);
  const { plan: second } = await plan(book);
  expect(second.steps.map(({ verdict }) => verdict.is)).toEqual(['unchanged']);
  const text = await onHost(name, `stat -c '%U %a' /etc/odd-${mark}; cat /etc/odd-${mark}`);
  expect(text).toBe(`root 640\nit's ${mark} \\ $(id)\n`);
}

/** Why a host is not reached: code, problem and detail. */
async function failure(name: string, login: Login): Promise<string> {
  const { plan: found } = await plan(bookOf(name, login, 'none'));
  const error = found.unreachable[0]?.error;
  return `${error?.code} ${error?.problem} ${error?.detail ?? ''}`;
}

async function onHost(name: string, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.host(name).exec(script);
  if (exitCode > 1) throw new Error(`${script}\n${stderr}`);
  return stdout;
}

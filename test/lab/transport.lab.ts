import { type BecomeSettings, connect, type Host, secret, type Transport } from '@hostwright/core';
import { describeTransport } from '@hostwright/core/testing';
import { describe, expect, test } from '@jest/globals';
import { labSsh } from './lab-inventory.ts';
import type { LabUserName } from './lab-users.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);
const names = ['twelve', 'thirteen'];
const timeoutMs = 30_000;

function host(name: string, user: LabUserName, become?: BecomeSettings): Host {
  const { address, port } = lab.host(name);
  const ssh = { ...labSsh(lab), port };
  return { name, address, connection: 'ssh', user, groups: [], ssh, become, vars: {} };
}

/** Admin on the host, who has to give the password of the lab or the one given here. */
function admin(
  name: string,
  password: string = lab.host(name).users.admin.password,
  user = 'root',
): Host {
  return host(name, 'admin', { user, password: secret(password) });
}

for (const name of names) {
  describeTransport(`root on ${name}`, () => connect(host(name, 'root')));
  describeTransport(`deploy, root by sudo, on ${name}`, () => connect(host(name, 'deploy', {})));
  describeTransport(`admin, root by sudo with a password, on ${name}`, () => connect(admin(name)));
}

describe.each(names)('sudo on %s', (name) => {
  test.each(['root', 'nobody', 'admin'])('admin becomes %s', async (user) => {
    const transport = await connect(admin(name, undefined, user));
    expect(await answer(transport, 'id -un')).toBe(`${user}\n`);
    await transport.close();
  });
  test('where sudo keeps no ticket the password is given again', async () => {
    const rule = '/etc/sudoers.d/no-ticket';
    await lab.host(name).exec(`echo 'Defaults timestamp_timeout=0' >${rule}; chmod 440 ${rule}`);
    const transport = await connect(admin(name));
    expect(await answer(transport, 'id -un; cat')).toBe('root\n');
    await transport.close();
    await lab.host(name).exec(`rm ${rule}`);
  });
  test('a wrong password counts as one failure for three scripts', async () => {
    const since = (await lab.host(name).exec('date +%s')).stdout.trim();
    const transport = await connect(admin(name, 'wrong'));
    const runs = [1, 2, 3].map(() => transport.run('id', { timeoutMs }));
    for (const run of await Promise.allSettled(runs)) {
      expect(run).toMatchObject({
        reason: {
          code: 'TRANSPORT_BECOME_FAILED',
          problem: 'Becoming root failed: the become password is wrong.',
        },
      });
    }
    await transport.close();
    const journal = `journalctl --since=@${since} -o cat _COMM=sudo | grep -c 'authentication failure'`;
    expect((await lab.host(name).exec(journal)).stdout).toBe('1\n');
  });
  test.each([
    ['requiretty', 'Defaults requiretty', 'sudo asks for a terminal (requiretty)'],
    ['no rule', 'deploy ALL=(ALL) NOPASSWD: !ALL', 'no sudo rule allows it'],
  ])('%s is named', async (_label, line, problem) => {
    const rule = '/etc/sudoers.d/zz-test';
    await lab.host(name).exec(`echo '${line}' >${rule}; chmod 440 ${rule}`);
    const transport = await connect(host(name, 'deploy', {}));
    await expect(transport.run('id', { timeoutMs })).rejects.toMatchObject({
      code: 'TRANSPORT_BECOME_FAILED',
      problem: expect.stringContaining(problem),
    });
    await transport.close();
    await lab.host(name).exec(`rm ${rule}`);
  });
  test('root becomes another user where sudo is missing', async () => {
    await lab.host(name).exec('chmod 0 /usr/bin/sudo; mv /usr/bin/sudo /root/sudo');
    const transport = await connect(host(name, 'root', { user: 'deploy' }));
    expect(await answer(transport, 'id -un; pwd')).toBe('deploy\n/home/deploy\n');
    await expect(
      transport.run('sleep 7771', { timeoutMs: 500, becomeUser: 'nobody' }),
    ).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
    expect((await lab.host(name).exec('ps -e -o args | grep -c "[s]leep 7771"')).stdout).toBe(
      '0\n',
    );
    await transport.close();
    const other = await connect(host(name, 'deploy', {}));
    await expect(other.run('id', { timeoutMs })).rejects.toMatchObject({
      problem: 'Becoming root failed: sudo is not installed.',
    });
    await other.close();
    await lab.host(name).exec('mv /root/sudo /usr/bin/sudo; chmod 4755 /usr/bin/sudo');
  });
});

describe.each(names)('logins on %s', (name) => {
  test('an expired password is named', async () => {
    await lab.host(name).exec('chage -d 0 deploy');
    const transport = connect(host(name, 'deploy')).then(async (open) => {
      await open.run('id', { timeoutMs }).finally(() => open.close());
    });
    await expect(transport).rejects.toMatchObject({
      code: 'TRANSPORT_SHELL_UNAVAILABLE',
      detail: expect.stringMatching(/password (has )?(expired|change)/i),
    });
    await lab.host(name).exec('chage -d -1 deploy');
  });
  test.each(['/usr/sbin/nologin', '/bin/false'])('the login shell %s is named', async (shell) => {
    await lab.host(name).exec(`usermod -s ${shell} deploy`);
    const transport = await connect(host(name, 'deploy'));
    await expect(transport.run('id', { timeoutMs })).rejects.toMatchObject({
      code: 'TRANSPORT_SHELL_UNAVAILABLE',
    });
    await transport.close();
    await lab.host(name).exec('usermod -s /bin/bash deploy');
  });
  test('a restarted sshd does not end the connection', async () => {
    const transport = await connect(host(name, 'root'));
    expect(await answer(transport, 'systemctl restart ssh; echo done')).toBe('done\n');
    expect(await answer(transport, 'echo again')).toBe('again\n');
    await transport.close();
  });
  test('a host that loses its power during a script is a typed error', async () => {
    const transport = await connect(host(name, 'root'), { keepaliveIntervalMs: 500 });
    const running = transport.run('echo begun; sleep 60', {
      timeoutMs: 60_000,
      onOutput: () => void lab.powerOff(name),
    });
    await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST', host: name });
    await transport.close();
    const connecting = connect({
      ...host(name, 'root'),
      ssh: { ...host(name, 'root').ssh, connectTimeoutMs: 1000 },
    });
    await expect(connecting).rejects.toMatchObject({ code: 'TRANSPORT_UNREACHABLE' });
  });
});

async function answer(transport: Transport, script: string): Promise<string> {
  return String((await transport.run(script, { timeoutMs })).stdout);
}

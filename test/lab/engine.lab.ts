import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, type HostInput, inventory, plan, play, playbook, secret } from '@hostwright/core';
import { Command, Directory, File, Package, Postconf, Service, UfwRule } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labHostInput, labInventory } from './lab-inventory.ts';
import { differences, snapshot } from './snapshot.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

const allPlay = (resources: Parameters<typeof play>[0]['resources']) => [
  play({ hosts: 'all', resources }),
];

function files(count: number, folder: string) {
  return () => [
    Directory({ path: folder, mode: '0755' }),
    Array.from({ length: count - 1 }, (_, index) =>
      File({ path: `${folder}/f${index}`, content: `${index}\n` }),
    ),
  ];
}

test('a converged run makes two exec round trips per host, with 10 and with 200 resources, as root and through sudo', async () => {
  for (const user of ['root', 'deploy']) {
    for (const count of [10, 200]) {
      const book = playbook({
        inventory: labInventory(lab, user),
        plays: allPlay(files(count, `/srv/${user}${count}`)),
      });
      const first = await apply(book);
      expect(first.outcome.isConverged).toBe(true);
      const second = await apply(book);
      expect(
        second.outcome.hosts.map(({ roundTrips, counts }) => ({ roundTrips, ok: counts.ok })),
      ).toEqual([
        { roundTrips: 2, ok: count },
        { roundTrips: 2, ok: count },
      ]);
    }
  }
});

test('sudo with a password works, and a wrong one fails once and clearly', async () => {
  const { admin } = lab.host('twelve').users;
  const hostAs = (password: string): HostInput<never, object> => ({
    ...labHostInput(lab, 'twelve', 'admin'),
    groups: [],
    become: { password: secret(password) },
  });
  const book = (password: string) =>
    playbook({
      inventory: inventory({ hosts: { twelve: hostAs(password) } }),
      plays: allPlay(() => File({ path: '/root/by-admin', content: 'x\n', mode: '0600' })),
    });
  expect((await apply(book(admin.password))).outcome.isConverged).toBe(true);
  const { outcome } = await apply(book('not the password'));
  expect(outcome.isConverged).toBe(false);
  expect(outcome.hosts[0]?.error).toMatchObject({
    code: 'TRANSPORT_BECOME_FAILED',
    host: 'twelve',
  });
  expect(JSON.stringify(outcome)).not.toContain('not the password');
});

test('R5: the plan of a bare host lists what comes after what, and writes nothing to it', async () => {
  const book = playbook({
    inventory: labInventory(lab),
    plays: allPlay(() => [
      Package({ name: 'postfix' }),
      Postconf({ myhostname: 'mail.example.com' }),
      Service({ name: 'postfix', enabled: true, running: true }),
      UfwRule({ allow: 25, proto: 'tcp' }),
      Package({ name: 'ufw' }),
      File({ path: '/etc/postfix/virtual', content: 'a b\n' }),
    ]),
  });
  for (const { name } of lab.hosts) await lab.host(name).exec('sync');
  const before = lab.hosts.map(({ rootPath }) => snapshot(rootPath));
  const { plan: planned } = await plan(book);
  const after = lab.hosts.map(({ rootPath }) => snapshot(rootPath));
  lab.hosts.forEach((_, index) => {
    const [old, now] = [before[index], after[index]];
    expect(old !== undefined && now !== undefined ? differences(old, now) : ['missing']).toEqual(
      [],
    );
  });
  for (const { name } of lab.hosts) {
    const step = (label: string) => planned.steps.find(({ id }) => id === `${name}/${label}`);
    expect(step('Package[postfix]')?.verdict).toMatchObject({ is: 'change', action: 'create' });
    expect(
      planned.steps.filter(({ host, verdict }) => host === name && verdict.is === 'error'),
    ).toEqual([]);
    const unknown = planned.steps.filter(
      ({ host, verdict }) => host === name && verdict.is === 'unknown',
    );
    expect(unknown.map(({ kind }) => kind).toSorted()).toEqual([
      'File',
      'Postconf',
      'Service',
      'UfwRule',
    ]);
    expect(
      unknown.every(({ verdict }) => verdict.is === 'unknown' && verdict.after.length > 0),
    ).toBe(true);
  }
});

test('R50: a failed step skips what depends on it and nothing else; the error names host, line and reason', async () => {
  const book = playbook({
    inventory: labInventory(lab),
    plays: allPlay(() => {
      const broken = Package({ name: 'no-such-package-anywhere' });
      const dependent = File({ path: '/srv/dependent', content: 'x' }, { needs: [broken] });
      return [
        broken,
        dependent,
        Package({ name: 'hello' }),
        File({ path: '/srv/independent', content: 'x' }),
      ];
    }),
  });
  const { outcome } = await apply(book);
  expect(outcome.isConverged).toBe(false);
  for (const { name } of lab.hosts) {
    const own = Object.fromEntries(
      outcome.steps.filter(({ host }) => host === name).map((step) => [step.label, step]),
    );
    expect(own['Package[no-such-package-anywhere]']).toMatchObject({
      result: 'failed',
      source: { file: expect.stringMatching(/engine\.lab\.ts$/), line: expect.any(Number) },
      error: { host: name, detail: expect.stringMatching(/no-such-package-anywhere/) },
    });
    expect(own['File[/srv/dependent]']).toMatchObject({
      result: 'skipped',
      because: `${name}/Package[no-such-package-anywhere]`,
    });
    expect(own['Package[hello]']?.result).toBe('changed');
    expect(own['File[/srv/independent]']?.result).toBe('changed');
  }
});

test('R17: hosts that cannot be reached, with a reason each, do not hold up the others', async () => {
  const wrongKey = join(lab.directory, 'wrong-known-hosts');
  const { address, identityFile } = lab.host('twelve');
  const other = await lab
    .host('twelve')
    .exec('ssh-keygen -qt ed25519 -N "" -f /tmp/other && cat /tmp/other.pub && rm /tmp/other*');
  writeFileSync(wrongKey, `${address} ${other.stdout.split(' ').slice(0, 2).join(' ')}\n`);
  const ssh = { identityFiles: [identityFile], agent: null, config: null };
  const hosts = inventory({
    hosts: {
      good: labHostInput(lab, 'thirteen'),
      changed: { address, ssh: { ...ssh, knownHosts: [wrongKey] } },
      unknown: { address, ssh: { ...ssh, knownHosts: [] } },
      refused: { address, ssh: { ...ssh, port: 9, knownHosts: [lab.knownHosts] } },
      nobody: { address, user: 'nobody-here', ssh: { ...ssh, knownHosts: [lab.knownHosts] } },
    },
  });
  const resources = () => File({ path: '/srv/reached', content: 'x' });
  const { outcome } = await apply(playbook({ inventory: hosts, plays: allPlay(resources) }));
  expect(
    Object.fromEntries(
      outcome.hosts.map(({ host, error, counts }) => [host, error?.code ?? counts.changed]),
    ),
  ).toEqual({
    good: 1,
    changed: 'TRANSPORT_HOST_KEY_CHANGED',
    unknown: 'TRANSPORT_HOST_KEY_UNKNOWN',
    refused: 'TRANSPORT_UNREACHABLE',
    nobody: 'TRANSPORT_AUTH_FAILED',
  });
});

test('R9: nasty strings arrive as they are, and run nothing', async () => {
  const nasty =
    "'; touch /srv/pwned; echo '$(touch /srv/pwned) `touch /srv/pwned` \\ \" \u{1F600}\n";
  const path = '/srv/it\'s "$(touch pwned)" `touch pwned`; touch pwned';
  const resources = () => [
    File({ path, content: nasty }),
    Command({
      run: ['/bin/sh', '-c', 'printf %s "$1" >/srv/argument', 'sh', nasty],
      creates: '/srv/argument',
    }),
  ];
  const book = playbook({ inventory: labInventory(lab, 'deploy'), plays: allPlay(resources) });
  const { outcome } = await apply(book);
  expect(outcome.hosts.map(({ error }) => error?.problem)).toEqual([undefined, undefined]);
  expect(outcome.steps.map(({ result, error }) => [result, error?.problem])).toEqual(
    Array(4).fill(['changed', undefined]),
  );
  for (const host of lab.hosts) {
    expect(readFileSync(join(host.rootPath, path), 'utf8')).toBe(nasty);
    expect(readFileSync(join(host.rootPath, '/srv/argument'), 'utf8')).toBe(nasty);
    const pwned = await host.exec('find / -xdev -name "pwned*"');
    expect(pwned).toMatchObject({ exitCode: 0, stdout: '' });
  }
});

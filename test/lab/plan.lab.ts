import {
  apply,
  facts,
  graph,
  parsePlan,
  plan,
  play,
  playbook,
  secret,
  why,
} from '@hostwright/core';
import { Directory, File, Package, Service, Ufw, UfwRule, User } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

type Resources = Parameters<typeof play>[0]['resources'];

const bookOf = (resources: Resources, user = 'deploy') =>
  playbook({ inventory: labInventory(lab, user), plays: [play({ hosts: 'all', resources })] });

const everywhere = (command: string) =>
  Promise.all(lab.hosts.map(({ name }) => lab.host(name).exec(command)));

test('a saved plan is applied while it is true; a host that moved is named, and nothing is changed', async () => {
  const book = bookOf(() => [
    Directory({ path: '/srv/plan', mode: '0755' }),
    File({ path: '/srv/plan/open', content: 'open\n', mode: '0644' }),
    File({ path: '/srv/plan/closed', content: secret('correct horse battery'), mode: '0600' }),
    File({ path: '/srv/plan/gone', ensure: 'absent' }),
  ]);
  await everywhere('mkdir -p /srv/plan; echo old >/srv/plan/open; echo x >/srv/plan/gone');
  const text = JSON.stringify((await plan(book)).plan);
  expect(text).not.toContain('horse');
  const saved = parsePlan(text);
  await lab.host('thirteen').exec('chmod 0640 /srv/plan/open; echo moved >/srv/plan/open');
  const refused = await apply(book, { plan: saved }).catch((thrown) => thrown);
  expect(refused).toMatchObject({
    code: 'PLAN_OUTDATED',
    problem: 'The plan is no longer true on thirteen.',
  });
  expect(refused.detail.split('\n')).toEqual([
    expect.stringMatching(
      /^thirteen File\[\/srv\/plan\/open] \(.*plan\.lab\.ts:\d+\) content was "old\\n", is "moved\\n"$/,
    ),
    expect.stringMatching(/ mode was as declared, is "0640"$/),
  ]);
  const { stdout } = await lab.host('twelve').exec('cat /srv/plan/open; ls /srv/plan');
  expect(stdout).toBe('old\ngone\nopen\n');
  const again = parsePlan(JSON.stringify((await plan(book)).plan));
  expect((await apply(book, { plan: again })).outcome.isConverged).toBe(true);
});

test('more removals than were allowed refuse the plan, with the list', async () => {
  await everywhere('mkdir -p /srv/rm; touch /srv/rm/a /srv/rm/b');
  const book = bookOf(() => [
    File({ path: '/srv/rm/a', ensure: 'absent' }),
    File({ path: '/srv/rm/b', ensure: 'absent' }),
    Directory({ path: '/srv/rm' }),
  ]);
  const settings = { removalsMax: { count: 3, percent: 50 } };
  expect((await plan(book, settings)).plan.refusals).toMatchObject([
    { code: 'PLAN_REMOVES_TOO_MUCH', detail: expect.stringContaining('twelve File[/srv/rm/b]') },
  ]);
  await expect(apply(book, settings)).rejects.toMatchObject({
    problem: expect.stringMatching(/^It removes 4, .* On twelve it removes 2 of 3, .* On thirteen/),
  });
  expect((await lab.host('twelve').exec('ls /srv/rm')).stdout).toBe('a\nb\n');
  expect((await apply(book, { removalsMax: { count: 4 } })).outcome.isConverged).toBe(true);
});

test('the host says by which port the run came, as root and behind sudo', async () => {
  for (const user of ['root', 'deploy']) {
    const { facts: found } = await facts(bookOf(() => [], user));
    expect([...found.values()].map(({ ssh }) => ssh?.port)).toEqual([22, 22]);
  }
});

const refusalsOf = async (resources: Resources, user = 'deploy') => {
  const { refusals } = (await plan(bookOf(resources, user))).plan;
  expect(refusals.every(({ code }) => code === 'PLAN_CUTS_OFF')).toBe(true);
  return refusals.map(({ host, resource }) => `${host} ${resource}`);
};

const firewall = () => [
  Package({ name: 'ufw' }),
  Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' }),
];
const openPort = () => UfwRule({ allow: 22, proto: 'tcp' });

test('a firewall that would shut the run out is refused before it is installed', async () => {
  expect(await refusalsOf(firewall)).toEqual(['twelve Ufw[firewall]', 'thirteen Ufw[firewall]']);
  await expect(apply(bookOf(firewall))).rejects.toMatchObject({
    code: 'PLAN_CUTS_OFF',
    host: 'twelve',
    resource: 'Ufw[firewall]',
    source: { file: expect.stringMatching(/plan\.lab\.ts$/) },
  });
  expect((await lab.host('twelve').exec('command -v ufw || echo none')).stdout).toBe('none\n');
  const book = bookOf(() => [firewall(), openPort()]);
  expect((await apply(book)).outcome.isConverged).toBe(true);
  expect((await apply(book)).outcome.hosts.map(({ counts }) => counts.ok)).toEqual([3, 3]);
});

test('rules that close the port, or delete what opens it, are refused; others are not', async () => {
  const rules = ['twelve UfwRule[22/tcp]', 'thirteen UfwRule[22/tcp]'];
  expect(await refusalsOf(() => UfwRule({ deny: 22, proto: 'tcp' }))).toEqual(rules);
  expect(await refusalsOf(() => UfwRule({ allow: 22, proto: 'tcp', ensure: 'absent' }))).toEqual(
    rules,
  );
  const away = () => UfwRule({ deny: 22, from: '203.0.113.0/24' });
  expect(await refusalsOf(() => [UfwRule({ deny: 25 }), away()])).toEqual([]);
  // A rule that ufw made for an application opens the port as well.
  await everywhere('ufw --force disable; ufw allow OpenSSH; ufw --force delete allow 22/tcp');
  expect(await refusalsOf(firewall)).toEqual([]);
  expect((await apply(bookOf(firewall))).outcome.isConverged).toBe(true);
});

test('user, keys, sudo rules and sshd of the run itself are kept, unless it is meant', async () => {
  const cutting = (options = {}) => [
    User({ name: 'deploy', ensure: 'absent' }, options),
    Directory({ path: '/home/deploy/.ssh', ensure: 'absent', recursive: true }, options),
    File({ path: '/etc/sudoers', ensure: 'absent' }, options),
    Package({ name: 'openssh-server', ensure: 'absent' }, options),
    Service({ name: 'ssh', enabled: false }, options),
  ];
  expect((await refusalsOf(() => cutting())).filter((name) => name.startsWith('twelve'))).toEqual(
    expect.arrayContaining([
      'twelve User[deploy]',
      'twelve Directory[/home/deploy/.ssh]',
      'twelve File[/etc/sudoers]',
      'twelve Package[openssh-server]',
      'twelve Service[ssh]',
    ]),
  );
  expect(await refusalsOf(() => cutting({ mayCutOff: true }))).toEqual([]);
  const asRoot = await refusalsOf(() => cutting(), 'root');
  expect(asRoot).not.toContain('twelve User[deploy]');
  expect(asRoot).toContain('twelve Service[ssh]');
  const meant = bookOf(() => Service({ name: 'ssh', enabled: false }, { mayCutOff: true }));
  expect((await apply(meant)).outcome.isConverged).toBe(true);
  await everywhere('systemctl enable ssh');
});

test('graph and why of real hosts', async () => {
  const book = bookOf(() => [firewall(), openPort()]);
  const { graph: drawn, hosts } = await graph(book);
  expect(hosts.map(({ roundTrips }) => roundTrips)).toEqual([1, 1]);
  expect(drawn.edges).toContainEqual({
    from: 'twelve/UfwRule[22/tcp]',
    to: 'twelve/Ufw[firewall]',
    reason: 'automatic',
    because: ['ufw:enabled'],
    notifies: false,
  });
  const told = await why(book, 'thirteen/Ufw[firewall]');
  expect(told.step.verdict.is).toBe('unchanged');
  expect(told.reading).toMatchObject({ is: 'present', observed: { isActive: true } });
  expect(told.needs.map(({ edge }) => edge.because)).toEqual([['package:ufw'], ['ufw:enabled']]);
});

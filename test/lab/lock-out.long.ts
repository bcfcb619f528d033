import {
  apply,
  type Declarations,
  inventory,
  type Outcome,
  play,
  playbook,
} from '@hostwright/core';
import { Command, File, Package, Service, Ufw, UfwRule } from '@hostwright/modules';
import { beforeAll, expect, test } from '@jest/globals';
import { labHostInput } from './lab-inventory.ts';
import { both, onAllHosts } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);
const names = ['twelve', 'thirteen'] as const;
const timeoutMs = 180_000;

/** A window and a login that are short, so that the tests are: a host that drops packets lets each login run out. */
const wayBackMs = 10_000;
const connectTimeoutMs = 3000;

async function applied(resources: () => Declarations): Promise<Outcome> {
  const hosts = names.map((name) => {
    const input = labHostInput(lab, name, 'deploy');
    return [name, { ...input, ssh: { ...input.ssh, connectTimeoutMs } }] as const;
  });
  const book = playbook({
    inventory: inventory({ hosts: Object.fromEntries(hosts) }),
    plays: [play({ hosts: 'all', resources })],
  });
  return (await apply(book, { wayBackMs })).outcome;
}

/** By host: what became of each declaration. */
function resultsOf({ steps }: Outcome) {
  return names.map((name) => {
    const own = steps.filter(({ host }) => host === name);
    return Object.fromEntries(
      own.map(({ label, result, error }) => [label, wordOf(error) ?? result]),
    );
  });
}

function wordOf(error: Outcome['steps'][number]['error']): string | undefined {
  return error?.code === 'LOCKED_OUT' ? error.code : error && `${error.problem} ${error.detail}`;
}

function lockOutsOf({ steps }: Outcome) {
  const errors = steps.flatMap(({ error }) => (error?.code === 'LOCKED_OUT' ? [error] : []));
  return errors.map(({ host, resource, problem }) => ({ host, resource, problem }));
}

const onAll = (script: string) => onAllHosts(lab, script);

/** What a run must not leave: ways back, their timers, and copies that were put aside. */
const leftovers = `find /var/lib/hostwright/back -mindepth 1 2>/dev/null
systemctl list-units --all --no-legend 'hostwright-*'
find /etc -name '*hostwright*'`;

let turn = 0;

/** A plain run as the same user, which has something to do and does it. */
async function expectPlainRunWorks() {
  turn += 1;
  const content = `${turn}\n`;
  const outcome = await applied(() => File({ path: '/srv/plain', content }));
  expect(resultsOf(outcome)).toEqual(both({ 'File[/srv/plain]': 'changed' }));
  expect(await onAll('cat /srv/plain')).toEqual(both(content));
  expect(await onAll(leftovers)).toEqual(both(''));
}

beforeAll(async () => {
  expect((await applied(() => Package({ name: 'ufw' }))).isConverged).toBe(true);
}, timeoutMs);

test(
  'R32: a harmless change of sshd is proved by a new login, and stays',
  async () => {
    const path = '/etc/ssh/sshd_config.d/10-quiet.conf';
    const outcome = await applied(() => [
      File({ path, content: 'PrintMotd no\n' }),
      Service({ name: 'ssh', running: true }),
    ]);
    expect(resultsOf(outcome)).toEqual(
      both({ [`File[${path}]`]: 'changed', 'Service[ssh]': 'changed' }),
    );
    await expectPlainRunWorks();
    expect(await onAll(`cat ${path}`)).toEqual(both('PrintMotd no\n'));
  },
  timeoutMs,
);

test(
  'R32: an sshd that lets nobody in any more is put back as it was, and the run names file and service',
  async () => {
    const path = '/etc/ssh/sshd_config.d/20-closed.conf';
    const outcome = await applied(() => [
      File({ path, content: 'AllowUsers nobody-at-all\n' }, { mayCutOff: true }),
      Service({ name: 'ssh', running: true, onChange: 'restart' }),
    ]);
    expect(resultsOf(outcome)).toEqual(
      both({ [`File[${path}]`]: 'LOCKED_OUT', 'Service[ssh]': 'LOCKED_OUT' }),
    );
    for (const host of names) {
      const problem = expect.stringMatching(/the host went back/);
      expect(lockOutsOf(outcome)).toContainEqual({ host, resource: 'Service[ssh]', problem });
    }
    expect(await onAll(`test -e ${path}; echo $?`)).toEqual(both('1\n'));
    await expectPlainRunWorks();
  },
  timeoutMs,
);

test(
  'R32: an sshd that cannot even start is put back as it was',
  async () => {
    const path = '/etc/ssh/sshd_config.d/30-broken.conf';
    const outcome = await applied(() => [
      File({ path, content: 'NoSuchWord yes\n' }),
      Service({ name: 'ssh', running: true, onChange: 'restart' }),
    ]);
    expect(resultsOf(outcome)).toEqual(
      both({ [`File[${path}]`]: 'LOCKED_OUT', 'Service[ssh]': 'LOCKED_OUT' }),
    );
    await expectPlainRunWorks();
  },
  timeoutMs,
);

test(
  'R32: rules of sudo that nobody gets through are put back by the host itself; other files of the run stay',
  async () => {
    const path = '/etc/sudoers.d/zz-broken';
    const before = await onAll('cat /etc/sudoers.d/*');
    const outcome = await applied(() => [
      File({ path, content: 'deploy ALL=(ALL) !ALL\n', mode: '0440' }),
      File({ path: '/srv/beside', content: 'x' }),
    ]);
    expect(resultsOf(outcome)).toEqual(
      both({ [`File[${path}]`]: 'LOCKED_OUT', 'File[/srv/beside]': 'changed' }),
    );
    expect(await onAll('cat /etc/sudoers.d/*')).toEqual(before);
    await expectPlainRunWorks();
  },
  timeoutMs,
);

test(
  'R32: a rule of ufw that closes the port of the run is taken back, and rules beside it stay',
  async () => {
    expect((await applied(() => Ufw({ enabled: true, incoming: 'allow' }))).isConverged).toBe(true);
    const outcome = await applied(() => [
      UfwRule({ deny: 22, proto: 'tcp' }, { mayCutOff: true }),
      UfwRule({ allow: 80, proto: 'tcp' }),
    ]);
    expect(resultsOf(outcome)).toEqual(
      both({ 'UfwRule[22/tcp]': 'LOCKED_OUT', 'UfwRule[80/tcp]': 'changed' }),
    );
    await expectPlainRunWorks();
  },
  timeoutMs,
);

test(
  'R32: a firewall that cuts the connection of the run itself is taken back by the host, which nobody can reach',
  async () => {
    const rules = await onAll('cat /etc/ufw/before.rules');
    const marker = '# End required lines';
    const drop = `${marker}\n-A ufw-before-input -p tcp --dport 22 -j DROP`;
    const content = (rules[0] ?? '').replace(marker, drop);
    const outcome = await applied(() => {
      const reload = Command({ name: 'reload', run: ['ufw', 'reload'], refreshOnly: true });
      const file = File({ path: '/etc/ufw/before.rules', content }, { notify: [reload] });
      return [file, reload];
    });
    expect(resultsOf(outcome)).toEqual(
      both({ 'File[/etc/ufw/before.rules]': 'LOCKED_OUT', 'Command[reload]': 'LOCKED_OUT' }),
    );
    expect(await onAll('cat /etc/ufw/before.rules')).toEqual(rules);
    await expectPlainRunWorks();
  },
  timeoutMs,
);

import { apply, inventory, plan, play, playbook, secret } from '@hostwright/core';
import { Command, Directory, File, Group, User } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { labHostInput } from './lab-inventory.ts';
import { both } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

const { book, planned, onAll } = deployRuns(lab);

const hash =
  '$6$abc$WVDKmbAbGqG/XEA8Kxt3vJ2Tgr3LIbe9BFwjcRpVQmYvcXjrtk5HWZvVZMOPtbXDkyESVHMIHHYGbQvU4XYQ9.';

const people = () => [
  User({
    name: 'vmail',
    uid: 5000,
    group: 'vmail',
    groups: ['mail', 'audit'],
    home: '/srv/vmail',
    shell: '/usr/sbin/nologin',
    comment: 'Virtual mail, Müller & "Söhne" $(id)',
    password: secret(hash),
    system: true,
    createHome: true,
  }),
  Group({ name: 'vmail', gid: 5000 }),
  Group({ name: 'audit', system: true }),
  User({ name: 'jane' }),
  Directory({ path: '/srv/spool', owner: 'vmail', group: 'audit', mode: '2770' }),
  File({ path: '/srv/spool/note', content: 'x', owner: 'jane', group: 'vmail' }),
];

test('groups, users and what they own are made in one run, in any order of declaration', async () => {
  const { outcome, plan: first } = await apply(book(people));
  expect(outcome.isConverged).toBe(true);
  expect(JSON.stringify([outcome, first])).not.toContain('WVDKmb');
  expect(await planned(people)).toEqual({});
  const list = `getent passwd vmail | cut -d: -f1,3-; id -Gn vmail; getent shadow vmail | cut -d: -f2
    stat -c '%a %U:%G' /srv/vmail /home/jane /srv/spool /srv/spool/note
    getent passwd jane | cut -d: -f6-; getent shadow jane | cut -d: -f2; ls -A /srv/vmail | wc -l`;
  expect(await onAll(list)).toEqual(
    both(`vmail:5000:5000:Virtual mail, Müller & "Söhne" $(id):/srv/vmail:/usr/sbin/nologin
vmail mail audit
${hash}
700 vmail:vmail
700 jane:jane
2770 vmail:audit
644 jane:vmail
/home/jane:/bin/bash
!
3
`),
  );
});

test('drift made by hand is found and mended, and what nobody declared stays', async () => {
  await onAll(`groupadd other; usermod -s /bin/sh -G other -c x vmail; echo 'vmail:!' | chpasswd -e
    rm -rf /srv/vmail; usermod -s /bin/dash jane; groupmod -g 5005 vmail`);
  const fields = [
    { field: 'shell', from: '/bin/sh', to: '/usr/sbin/nologin' },
    { field: 'comment', from: 'x', to: 'Virtual mail, Müller & "Söhne" $(id)' },
    { field: 'groups', from: ['other'], to: ['audit', 'mail', 'other'] },
    { field: 'createHome', from: false, to: true },
    { field: 'password', from: '<secret>', to: '<secret>', form: 'secret' },
  ];
  const found = await planned(people);
  expect(found).toMatchObject({
    'twelve/User[vmail]': fields,
    'thirteen/User[vmail]': fields,
    'twelve/Group[vmail]': [{ field: 'gid', from: 5005, to: 5000 }],
  });
  expect(Object.keys(found)).not.toContain('twelve/User[jane]');
  expect((await apply(book(people))).outcome.isConverged).toBe(true);
  expect(await planned(people)).toEqual({});
  expect(
    await onAll('id -Gn vmail; getent passwd jane | cut -d: -f7; stat -c %a /srv/vmail'),
  ).toEqual(both('vmail mail audit other\n/bin/dash\n700\n'));
});

test('an account database that someone else holds is waited for', async () => {
  await onAll('echo $$ >/etc/passwd.lock; (sleep 3; rm /etc/passwd.lock) >/dev/null 2>&1 &');
  const { outcome } = await apply(book(() => User({ name: 'patient', createHome: false })));
  expect(outcome.isConverged).toBe(true);
});

test('users and groups go, with the home only when asked', async () => {
  const gone = () => [
    User({ name: 'vmail', ensure: 'absent', removeHome: true }),
    User({ name: 'jane', ensure: 'absent' }),
    Group({ name: 'jane', ensure: 'absent' }),
    Group({ name: 'audit', ensure: 'absent' }),
  ];
  expect((await apply(book(gone))).outcome.isConverged).toBe(true);
  expect(await planned(gone)).toEqual({});
  expect(await onAll('ls -d /srv/vmail /home/jane 2>/dev/null; getent passwd vmail jane')).toEqual(
    both('/home/jane\n'),
  );
});

test('a password that the login user may not read is an error, not a difference', async () => {
  const asLoginUser = playbook({
    inventory: inventory({
      hosts: { twelve: { ...labHostInput(lab, 'twelve', 'deploy'), groups: [], become: false } },
    }),
    plays: [
      play({
        hosts: 'all',
        resources: () => [User({ name: 'root', password: '!' }), User({ name: 'deploy' })],
      }),
    ],
  });
  const { plan: found } = await plan(asLoginUser);
  expect(found.steps.map(({ verdict }) => verdict)).toMatchObject([
    { is: 'error', error: { code: 'PROBE_FAILED', problem: expect.stringContaining('shadow') } },
    { is: 'unchanged' },
  ]);
});

test('a command runs until its guard is satisfied, when it is notified, and fails when it is not satisfied after all', async () => {
  const count = 'echo run >>/srv/count';
  const commands = (text: string) => () => {
    const counted = Command({ name: 'count', script: count, refreshOnly: true });
    return [
      Command({ run: ['touch', "/srv/it's made"], creates: "/srv/it's made" }),
      Command({
        name: 'with input',
        script: 'cat >/srv/input',
        stdin: secret(`canary ${text}`),
        unless: `grep -q ${text} /srv/input`,
        cwd: '/srv',
      }),
      counted,
      File({ path: '/srv/watched', content: text }, { notify: [counted] }),
    ];
  };
  for (const text of ['one', 'one', 'two']) {
    const { outcome } = await apply(book(commands(text)));
    expect(outcome.isConverged).toBe(true);
    expect(JSON.stringify(outcome)).not.toContain('canary');
  }
  expect(await onAll('cat /srv/input; echo; wc -l </srv/count; ls /srv | grep made')).toEqual(
    both("canary two\n2\nit's made\n"),
  );
  const useless = () => [
    Command({ run: ['true'], creates: '/srv/never' }),
    Command({ name: 'fails', script: 'echo reason >&2; exit 9', unless: 'false' }),
  ];
  const { outcome } = await apply(book(useless));
  const results = outcome.steps.filter(({ host }) => host === 'twelve');
  expect(results).toMatchObject([
    { label: 'Command[/srv/never]', result: 'failed', error: { code: 'VERIFY_DIFFERENT' } },
    {
      label: 'Command[fails]',
      result: 'failed',
      error: { detail: expect.stringContaining('reason') },
    },
  ]);
});

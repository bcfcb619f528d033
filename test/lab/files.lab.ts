import {
  apply,
  type Declarations,
  inventory,
  plan,
  play,
  playbook,
  secret,
} from '@hostwright/core';
import { Directory, File, FileBlock, FileLine, Symlink, Template } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labHostInput, labInventory } from './lab-inventory.ts';
import { onAllHosts } from './on-all.ts';
import { differences, snapshot } from './snapshot.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases);

function book(resources: () => Declarations, user = 'root') {
  return playbook({
    inventory: labInventory(lab, user),
    plays: [play({ hosts: 'all', resources })],
  });
}

/** What a plan would change on the first host, by label; an error by its code. */
async function planned(resources: () => Declarations, user = 'root') {
  const { plan: found } = await plan(book(resources, user));
  const steps = found.steps.filter(({ host }) => host === 'twelve');
  const changes = steps.filter(({ verdict }) => verdict.is !== 'unchanged');
  return Object.fromEntries(
    changes.map(({ label, verdict }) => {
      if (verdict.is === 'error') return [label, verdict.error.code] as const;
      return [label, verdict.is === 'change' ? verdict.fields : verdict.is] as const;
    }),
  );
}

const onAll = (script: string) => onAllHosts(lab, script);

const odd = "/srv/tree/it's $(id) \\ \u{1f4ee} -x";
const tree = () => [
  Directory({ path: '/srv/tree', owner: 'root', group: 'mail', mode: '2775' }),
  Directory({ path: odd }),
  Directory({ path: '/srv/deep/er/still', mode: '0700', parents: true }),
  File({ path: `${odd}/-rf`, content: 'no newline', mode: '0604' }),
  File({ path: '/srv/tree/crlf', content: 'a\r\nb\r\n', owner: 'deploy', group: 'mail' }),
  File({ path: '/srv/tree/setuid', content: '', owner: '1', mode: '4755' }),
  File({ path: '/srv/tree/binary', content: 'AP8NCgA=', encoding: 'base64' }),
  File({ path: '/srv/tree/secret', content: secret('the canary sings\n') }),
  Template({ path: '/srv/tree/template', source: '{{a}} <{{b}}>\n', vars: { a: 1, b: '"&' } }),
  File({ path: '/srv/tree/gone', ensure: 'absent' }),
];

test.each(['root', 'deploy'])('as %s: files arrive, and a second plan is empty', async (user) => {
  await onAll('rm -rf /srv/tree /srv/deep; mkdir -p /srv/tree && touch /srv/tree/gone');
  const { outcome, plan: first } = await apply(book(tree, user));
  expect(outcome.isConverged).toBe(true);
  expect(await planned(tree, user)).toEqual({});
  expect(JSON.stringify([outcome, first])).not.toContain('canary');
  const list = `cd /srv/tree && stat -c '%a %U:%G %s %n' * .; cat crlf template; ls -A "$(echo it*)"`;
  for (const text of await onAll(list)) {
    expect(text.split('\n')).toEqual([
      '644 root:mail 5 binary',
      '644 deploy:mail 6 crlf',
      expect.stringMatching(/^755 root:mail \d+ it's \$\(id\) \\ \u{1f4ee} -x$/u),
      '600 root:mail 17 secret',
      '4755 daemon:mail 0 setuid',
      '644 root:mail 7 template',
      expect.stringMatching(/^2775 root:mail \d+ \.$/),
      'a\r',
      'b\r',
      '1 <"&>',
      '-rf',
      '',
    ]);
  }
});

test('drift made by hand is found, shown and mended', async () => {
  await onAll(`cd /srv/tree && printf 'a\\nb\\n' >crlf; chmod 0755 setuid; chown mail template
    rm binary; chmod 00755 .; printf 'other' >secret; mkdir gone.d; touch gone`);
  expect(await planned(tree)).toEqual({
    'Directory[/srv/tree]': [{ field: 'mode', from: '0755', to: '2775' }],
    'File[/srv/tree/crlf]': [{ field: 'content', from: 'a\nb\n', to: 'a\r\nb\r\n', form: 'text' }],
    'File[/srv/tree/setuid]': [{ field: 'mode', from: '0755', to: '4755' }],
    'File[/srv/tree/binary]': [
      { field: 'exists', from: false, to: true },
      { field: 'content', from: null, to: expect.stringMatching(/^sha256:.* \(5 bytes\)$/) },
      { field: 'mode', from: null, to: '0644' },
    ],
    'File[/srv/tree/secret]': [
      { field: 'content', from: '<secret>', to: '<secret>', form: 'secret' },
    ],
    'File[/srv/tree/gone]': [{ field: 'exists', from: true, to: false }],
  });
  expect((await apply(book(tree))).outcome.isConverged).toBe(true);
  expect(await planned(tree)).toEqual({});
});

test('R5: a plan writes nothing to the host', async () => {
  await onAll('echo drift >>/srv/tree/crlf; sync');
  const before = lab.hosts.map(({ rootPath }) => snapshot(`${rootPath}/srv`));
  expect(Object.keys(await planned(tree))).toEqual(['File[/srv/tree/crlf]']);
  lab.hosts.forEach(({ rootPath }, index) => {
    expect(differences(before[index] ?? new Map(), snapshot(`${rootPath}/srv`))).toEqual([]);
  });
});

test('R7: a full disk leaves the old file, tells why, and does not keep other files from being written', async () => {
  await onAll(`mkdir -p /srv/small && mount -t tmpfs -o size=64k tmpfs /srv/small
    echo old >/srv/small/file`);
  const { outcome } = await apply(
    book(() => [
      File({ path: '/srv/small/file', content: 'x'.repeat(100_000) }),
      File({ path: '/srv/other', content: 'other\n' }),
    ]),
  );
  const failed = outcome.steps.filter(({ result }) => result === 'failed');
  expect(failed.map(({ label }) => label)).toEqual(Array(2).fill('File[/srv/small/file]'));
  expect(failed[0]?.error?.detail).toMatch(
    /No space left on device[\s\S]*the old file is untouched/,
  );
  expect(await onAll('cat /srv/small/file /srv/other; ls -A /srv/small')).toEqual(
    Array(2).fill('old\nother\nfile\n'),
  );
});

test('a read-only file system is told as such', async () => {
  await onAll('mount -o remount,ro /srv/small');
  const resources = () => File({ path: '/srv/small/file', content: 'new\n' });
  const { outcome } = await apply(book(resources));
  expect(outcome.steps[0]).toMatchObject({
    result: 'failed',
    error: { code: 'APPLY_FAILED', detail: expect.stringContaining('Read-only file system') },
  });
  expect(await onAll('cat /srv/small/file; umount /srv/small')).toEqual(Array(2).fill('old\n'));
});

test('links, directories, missing directories and forbidden paths are errors of their own', async () => {
  await onAll('ln -sfn /etc/hostname /srv/link; mkdir -p /root/closed; echo x >/root/closed/file');
  const resources = () => [
    File({ path: '/srv/link', content: 'x' }),
    File({ path: '/srv/tree', content: 'x' }),
    File({ path: '/srv/no/such/file', content: 'x' }),
    Directory({ path: '/etc/hostname' }),
  ];
  expect(await planned(resources)).toEqual({
    'File[/srv/link]': 'FILE_NOT_REGULAR',
    'File[/srv/tree]': 'FILE_NOT_REGULAR',
    'File[/srv/no/such/file]': 'PREREQUISITE_MISSING',
    'Directory[/etc/hostname]': 'DIRECTORY_IN_THE_WAY',
  });
  const asLoginUser = playbook({
    inventory: inventory({
      hosts: { twelve: { ...labHostInput(lab, 'twelve', 'deploy'), groups: [], become: false } },
    }),
    plays: [
      play({
        hosts: 'all',
        resources: () => [
          File({ path: '/root/closed/file', content: 'x' }),
          Directory({ path: '/root/closed' }),
        ],
      }),
    ],
  });
  const { plan: found } = await plan(asLoginUser);
  for (const { verdict } of found.steps) {
    expect(verdict).toMatchObject({ is: 'error', error: { code: 'PROBE_FAILED' } });
  }
});

test('R31: a validator keeps a broken file out', async () => {
  const rule = (content: string) => () =>
    File({
      path: '/etc/sudoers.d/lab-rule',
      content,
      mode: '0440',
      validate: ['visudo', '-cf', '%'],
    });
  const { outcome } = await apply(book(rule('deploy ALL=(ALL NOPASSWD: ALL\n')));
  expect(outcome.steps[0]).toMatchObject({
    result: 'failed',
    error: { detail: expect.stringMatching(/syntax error[\s\S]*the validator refused/) },
  });
  expect(await onAll('ls -A /etc/sudoers.d | grep -c lab-rule; sudo -n true && echo fine')).toEqual(
    Array(2).fill('0\nfine\n'),
  );
  expect((await apply(book(rule('deploy ALL=(ALL) NOPASSWD: ALL\n')))).outcome.isConverged).toBe(
    true,
  );
});

test('R7: a reader sees the old content or the new one, never a mixture, also when the writer is killed', async () => {
  const contents = ['a', 'b'].map((letter) => letter.repeat(60_000));
  const write = (content = '') => book(() => File({ path: '/srv/raced', content }));
  await apply(write(contents[0]));
  const reader = `end=$(( $(date +%s) + 6 )); while [ $(date +%s) -lt $end ]; do
      cksum </srv/raced; for p in $(pgrep -x cat); do kill -9 $p; done 2>/dev/null; done | sort | uniq -c | wc -l`;
  const seen = onAll(reader);
  for (const round of [1, 0, 1, 0, 1]) await apply(write(contents[round]));
  for (const kinds of await seen) expect(Number(kinds)).toBeLessThanOrEqual(2);
  expect((await apply(write(contents[0]))).outcome.isConverged).toBe(true);
  expect(await onAll('head -c 1 /srv/raced; ls -A /srv | grep -c hostwright')).toEqual(
    Array(2).fill('a0\n'),
  );
});

const owned = () => [
  FileLine({ path: '/etc/hosts', line: '192.0.2.10 mail.example.com mail' }),
  FileBlock({ path: '/etc/hosts', name: 'cluster', content: '192.0.2.11 a\n192.0.2.12 b\n' }),
  FileLine({
    path: '/etc/ssh/sshd_config',
    line: 'X11Forwarding no',
    replaces: '^#?X11Forwarding\\b',
    before: '^Match\\b',
    validate: ['sshd', '-t', '-f', '%'],
  }),
  FileLine({
    path: '/srv/my.cnf',
    line: 'port = 3307',
    replaces: '^#?port\\b',
    after: '^\\[mysqld\\]$',
    before: '^\\[',
  }),
  FileLine({ path: '/srv/my.cnf', line: '# old', ensure: 'absent' }),
];

test.each(['root', 'deploy'])(
  'R4: as %s: lines and blocks get into files of others, and a second plan is empty',
  async (user) => {
    await onAll(`cp -a /etc/hosts /srv/hosts.before; chmod 0640 /etc/ssh/sshd_config
      printf '[client]\\r\\nport = 1\\r\\n[mysqld]\\r\\n#port = 2\\r\\n# old\\r\\n[end]' >/srv/my.cnf
      printf '\\nMatch User nobody\\n  X11Forwarding yes\\n' >>/etc/ssh/sshd_config`);
    expect((await apply(book(owned, user))).outcome.isConverged).toBe(true);
    expect(await planned(owned, user)).toEqual({});
    const look = `diff /srv/hosts.before /etc/hosts; stat -c %a /etc/ssh/sshd_config
      grep '^ *X11' /etc/ssh/sshd_config; cat -A /srv/my.cnf; echo; sshd -t && echo fine`;
    for (const text of await onAll(look)) {
      expect(text.replace(/^[0-9].*\n/, '')).toBe(
        [
          ...['> 192.0.2.10 mail.example.com mail', '> # BEGIN cluster', '> 192.0.2.11 a'],
          ...[
            '> 192.0.2.12 b',
            '> # END cluster',
            '640',
            'X11Forwarding no',
            '  X11Forwarding yes',
          ],
          ...['[client]^M$', 'port = 1^M$', '[mysqld]^M$', 'port = 3307^M$', '[end]', 'fine', ''],
        ].join('\n'),
      );
    }
    await onAll(`cp -a /srv/hosts.before /etc/hosts
      sed -i '/^Match User nobody/,$d' /etc/ssh/sshd_config`);
  },
);

test('lines that somebody changed are shown by themselves, and a broken block is an error', async () => {
  await onAll(`printf '#port = 2\\n[mysqld]\\nport = 1\\n#port = 3\\nsecret = geheim\\n' >/srv/my.cnf
    printf '# BEGIN cluster\\n' >>/etc/hosts`);
  const lines = () => owned().filter(({ spec }) => spec.path !== '/etc/ssh/sshd_config');
  expect(await planned(lines)).toEqual({
    'FileLine[/etc/hosts: 192.0.2.10 mail.example.com mail]': [
      { field: 'exists', from: false, to: true },
      { field: 'line', from: null, to: '192.0.2.10 mail.example.com mail' },
    ],
    'FileBlock[/etc/hosts: cluster]': 'FILE_BLOCK_BROKEN',
    'FileLine[/srv/my.cnf ^\\[mysqld\\]$: port = 3307]': [
      { field: 'line', from: 'port = 1\n#port = 3\n', to: 'port = 3307\n', form: 'text' },
    ],
  });
  await onAll(`sed -i '/^# BEGIN cluster/d' /etc/hosts; echo '[client]' >/srv/my.cnf`);
  const place = Object.entries(await planned(lines)).find(([label]) => label.includes('mysqld'));
  expect(place?.[1]).toBe('FILE_PLACE_MISSING');
});

const release = (name: string) => () => [
  Symlink({ path: '/srv/app/current', target: name }),
  Directory({ path: `/srv/app/${name}` }),
  File({ path: '/srv/app/current/config', content: `${name}\n` }),
  Directory({ path: '/srv/app' }),
];

test.each(['root', 'deploy'])(
  'as %s: a link is turned in one step, after what it leads to',
  async (user) => {
    await onAll('rm -rf /srv/app');
    for (const name of ['one', 'two']) {
      expect((await apply(book(release(name), user))).outcome.isConverged).toBe(true);
      expect(await planned(release(name), user)).toEqual({});
    }
    const list = 'cd /srv/app && readlink current && cat one/config two/config && ls -A . current';
    expect(await onAll(list)).toEqual(
      Array(2).fill('two\none\ntwo\n.:\ncurrent\none\ntwo\n\ncurrent:\nconfig\n'),
    );
    await onAll('cd /srv/app && rm current && mkdir current && echo mine >current/file');
    expect(await planned(release('one'), user)).toMatchObject({
      'Symlink[/srv/app/current]': 'SYMLINK_PLACE_TAKEN',
    });
    await apply(book(release('one'), user));
    expect(await onAll('cat /srv/app/current/file')).toEqual(Array(2).fill('mine\n'));
  },
);

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Host, SshSettings } from '../model/host.ts';
import { LoginFiles } from './login-files.ts';
import { resolveTarget } from './ssh-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasSsh = spawnSync('ssh', ['-V']).status === 0;

/** Every setting that we read, in the ways that people write it down. */
const example = `
Include ${folder}/conf.d/*.conf
Port 2200 # for all
Match host db1.internal
  ConnectTimeout 7
Host web web-*
  HostName %h.example.com
  User = deploy
  IdentityFile ~/.ssh/web
  IdentityFile "${folder}/a key"
  IdentitiesOnly yes
Host db*,!dbx
  User never
Host db* !dbx
  HostName db1.internal
  ProxyJump jump@bastion:2222,inner
  HostKeyAlias the-database
  UserKnownHostsFile ~/.ssh/one ${folder}/two
  GlobalKnownHostsFile none
Host DBX
  User upper
Match originalhost dbx user ${userInfo().username}
  Port 23
  StrictHostKeyChecking accept-new
Match !host db* user other
  HostKeyAlias negated
Match localuser ${userInfo().username} host web.example.com
  IdentityAgent none
Match final host web-1.example.com
  ConnectTimeout 33
Match canonical host web-1.example.com
  IdentityFile /canonical
Host web.example.com
  Compression yes
Host *
  ProxyJump none
  IdentityFile ~/.ssh/%n_%r_%p
  ConnectTimeout 11
`;
mkdirSync(join(folder, 'conf.d'));
writeFileSync(
  join(folder, 'conf.d/10.conf'),
  'Host web-2\n  User included\nHost *\n  IdentityFile /first\n',
);
writeFileSync(join(folder, 'conf.d/20.conf'), 'Host web-2\n  User later\n  Port 1234\n');
const exampleFile = configFile('example', example);
const aliases = ['web', 'web-1', 'web-2', 'db1', 'dbx', 'DBX', 'db9', '192.0.2.7', 'other.example'];

describe('R27 the SSH configuration', () => {
  const withSsh = hasSsh ? test : test.skip;
  withSsh.each(aliases)('says the same of %s as ssh -G', async (alias) => {
    expect(await ours(alias, exampleFile)).toEqual(theirs(alias, exampleFile));
  });
  withSsh.each(aliases)('says the same of root at %s', async (alias) => {
    const own = { ...(await resolve({ address: alias, user: 'root' }, exampleFile)) };
    expect(own.host.user).toBe('root');
    expect(await ours(alias, exampleFile, 'root')).toEqual(theirs(alias, exampleFile, 'root'));
  });
  withSsh('says the same for blocks at random', async () => {
    const pattern = fc.constantFrom('*', 'a*', '!ab', 'ab', '?b', 'b', '!*b');
    const block = fc.record({
      keyword: fc.constantFrom('Host', 'Match host', 'Match originalhost'),
      patterns: fc.uniqueArray(pattern, { minLength: 1, maxLength: 3 }),
      lines: fc.array(
        fc.constantFrom('User u1', 'User u2', 'Port 1', 'Port 2', 'HostName b', 'HostKeyAlias %%k'),
        { maxLength: 3 },
      ),
    });
    const alias = fc.constantFrom('a', 'b', 'ab');
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 4 }), alias, async (blocks, name) => {
        const text = blocks.map(({ keyword, patterns, lines }) =>
          [`${keyword} ${patterns.join(keyword === 'Host' ? ' ' : ',')}`, ...lines].join('\n'),
        );
        const file = configFile('random', `${text.join('\n')}\n`.replaceAll('%%', ''));
        expect(await ours(name, file)).toEqual(theirs(name, file));
      }),
      { numRuns: 25 },
    );
  });

  test('what the inventory says wins, and the rest is taken', async () => {
    const ssh = { port: 22, identityFiles: ['~/own'], connectTimeoutMs: 5 };
    const { host, offeredIdentities } = await resolve({ address: 'db1', ssh }, exampleFile);
    expect(host.ssh).toMatchObject({ ...ssh, hostKeyAlias: 'the-database' });
    expect(host.address).toBe('db1.internal');
    expect(offeredIdentities).toContain('/first');
  });
  test.each([
    ['1m', 60_000],
    ['1h30M', 5_400_000],
    ['none', undefined],
    ['0', undefined],
  ])('ConnectTimeout %s is %s ms, as ssh has it', async (text, milliseconds) => {
    const file = configFile('timeout', `ConnectTimeout ${text}\n`);
    const { host } = await resolve({ address: 'web' }, file);
    expect(host.ssh.connectTimeoutMs).toBe(milliseconds);
  });
  test('files are included by the patterns of the shell, sets among them', async () => {
    const names = ['10-a', '20-b', '3x-c', 'x0-d', '1]e'];
    mkdirSync(join(folder, 'sets'), { recursive: true });
    for (const name of names)
      configFile(`sets/${name}.conf`, `Match all\n IdentityFile /${name}\n`);
    const included = async (pattern: string) => {
      const file = configFile('sets-main', `Include ${folder}/sets/${pattern}\n`);
      const found = (await resolve({ address: 'web' }, file)).offeredIdentities ?? [];
      if (hasSsh) {
        const { stdout } = spawnSync('ssh', ['-G', '-F', file, 'web'], { encoding: 'utf8' });
        const lines = stdout.split('\n').filter((line) => line.startsWith('identityfile /'));
        expect(found).toEqual(lines.map((line) => line.slice('identityfile '.length)));
      }
      return found.map((path) => path.slice(1));
    };
    expect(await included('[0-9][0-9]-*.conf')).toEqual(['10-a', '20-b']);
    expect(await included('[!0-9]*.conf')).toEqual(['x0-d']);
    expect(await included('[9-0]*.conf')).toEqual([]);
    expect(await included('?[]x]*.conf')).toEqual(['1]e', '3x-c']);
  });
  test('the user is that of the inventory, else of the configuration, else root', async () => {
    expect((await resolve({ address: 'web', user: 'me' }, exampleFile)).host.user).toBe('me');
    expect((await resolve({ address: 'web' }, exampleFile)).host.user).toBe('deploy');
    expect((await resolve({ address: 'other' }, exampleFile)).host.user).toBe('root');
  });
  test('a chain of jump hosts: the last one named is nearest to the host', async () => {
    const { host } = await resolve({ address: 'db1' }, exampleFile);
    const first = { address: 'bastion', user: 'jump', ssh: { config: exampleFile, port: 2222 } };
    expect(host.ssh.jump).toEqual({
      address: 'inner',
      ssh: { config: exampleFile, jump: first },
    });
  });
  test('a jump host for every host is not its own', async () => {
    const file = configFile(
      'all',
      'Host bastion\n HostName 192.0.2.1\nHost *\n ProxyJump bastion\n',
    );
    expect((await resolve({ address: 'bastion' }, file)).host.ssh.jump).toBeUndefined();
    expect((await resolve({ address: '192.0.2.1' }, file)).host.ssh.jump?.address).toBe('bastion');
    expect((await resolve({ address: 'web' }, file)).host.ssh.jump?.address).toBe('bastion');
  });
  test('no command of Match exec runs, and the block is left out with a warning', async () => {
    const mark = join(folder, 'executed');
    const text = `Match exec "touch ${mark}"\n User evil\nMatch !exec "touch ${mark}"\n User evil\nMatch host x exec "touch ${mark}"\n User evil\n`;
    const { host, warnings } = await resolve({ address: 'web' }, configFile('exec', text));
    expect([host.user, existsSync(mark)]).toEqual(['root', false]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/exec is not tested/);
  });
  test('null leaves the configuration out', async () => {
    const { host } = await resolve({ address: 'web', ssh: { config: null } });
    expect([host.address, host.user]).toEqual(['web', 'root']);
  });
  test('the files of the home folder are read by default', async () => {
    mkdirSync(join(folder, '.ssh'), { recursive: true });
    configFile('.ssh/config', 'Include more\nHost web\n User home\n');
    configFile('.ssh/more', 'Host web\n Port 99\n');
    const { host } = await resolve({ address: 'web' });
    expect([host.user, host.ssh.port]).toEqual(['home', 99]);
  });
});

describe('R27 what is not used is an error and no guess', () => {
  test.each([
    ['Host *\n ProxyCommand nc %h %p\n', /ProxyCommand/],
    ['Host *\n Port many\n', /port many/],
    ['Host *\n ConnectTimeout soon\n', /connecttimeout soon/],
    ['Host *\n IdentityFile %z\n', /%z/],
    [`Host *\n IdentityFile \${NO_SUCH_VARIABLE_HERE}\n`, /NO_SUCH_VARIABLE_HERE/],
    ['Host *\n ProxyJump :22\n', /ProxyJump :22/],
    ['Host *\n User "unfinished\n', /cannot be parsed/],
  ])('%j', async (text, problem) => {
    await expect(resolve({ address: 'web' }, configFile('bad', text))).rejects.toMatchObject({
      code: 'TRANSPORT_SSH_CONFIG_INVALID',
      problem: expect.stringMatching(problem),
    });
  });
  test('files that include each other end', async () => {
    const file = configFile('loop', `Include ${join(folder, 'loop')}\n`);
    await expect(resolve({ address: 'web' }, file)).rejects.toMatchObject({
      problem: expect.stringContaining('16 files deep'),
    });
  });
  test('a file that anyone may write is refused', async () => {
    const file = configFile('open', 'Host *\n User evil\n');
    chmodSync(file, 0o666);
    await expect(resolve({ address: 'web' }, file)).rejects.toMatchObject({
      problem: expect.stringContaining('can be written by every user'),
    });
  });
});

function configFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function resolve(
  given: { readonly address: string; readonly user?: string; readonly ssh?: SshSettings },
  config?: string,
  { home, user }: { readonly home: string; readonly user?: string } = { home: folder },
) {
  const host: Host = {
    name: 'host',
    connection: 'ssh',
    groups: [],
    become: undefined,
    vars: {},
    address: given.address,
    user: given.user,
    ssh: { ...(config === undefined ? {} : { config }), ...given.ssh },
  };
  return resolveTarget(host, { files: new LoginFiles(), homeFolder: home, user });
}

/** Ours in the words of `ssh -G`, for whoever runs this: user and home of passwd, which ssh does not take from HOME. */
async function ours(alias: string, config: string, user?: string) {
  const given = { address: alias, ...(user === undefined ? {} : { user }) };
  const { username, homedir } = userInfo();
  const around = { home: homedir, user: username };
  const { host, offeredIdentities } = await resolve(given, config, around);
  const { ssh } = host;
  const hop = (jump: SshSettings['jump']): string =>
    jump === undefined
      ? ''
      : `${jump.ssh?.jump === undefined ? '' : `${hop(jump.ssh.jump)},`}${jump.user === undefined ? '' : `${jump.user}@`}${jump.address}${jump.ssh?.port === undefined ? '' : `:${jump.ssh.port}`}`;
  return {
    hostname: host.address.toLowerCase(),
    user: host.user,
    port: String(ssh.port ?? 22),
    identityfile: offeredIdentities ?? [],
    identitiesonly: ssh.identitiesOnly === true,
    agent: ssh.agent,
    proxyjump: hop(ssh.jump),
    hostkeyalias: ssh.hostKeyAlias,
    acceptsNew: ssh.hostKeyPolicy === 'accept-new',
    connecttimeout: ssh.connectTimeoutMs === undefined ? 'none' : `${ssh.connectTimeoutMs / 1000}`,
    knownhosts: ssh.knownHosts?.[0],
  };
}

function theirs(alias: string, config: string, user?: string) {
  const own = user === undefined ? [] : ['-l', user];
  const { stdout, stderr, status } = spawnSync('ssh', ['-G', '-F', config, ...own, alias], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const all = (keyword: string) =>
    lines.filter(([name]) => name === keyword).map(([, ...words]) => words.join(' '));
  const first = (keyword: string) => all(keyword)[0];
  const home = (path: string) => path.replace(/^~\//, `${userInfo().homedir}/`);
  const identities = all('identityfile').filter((file) => !file.startsWith('~/.ssh/id_'));
  const tokens: Readonly<Record<string, string | undefined>> = {
    n: alias,
    r: first('user'),
    p: first('port'),
  };
  const known = first('userknownhostsfile')?.split(' ')[0] ?? '';
  return {
    hostname: first('hostname'),
    user: first('user'),
    port: first('port'),
    identityfile: identities.map((file) =>
      home(file).replace(/%(.)/g, (_, token: string) => tokens[token] ?? ''),
    ),
    identitiesonly: first('identitiesonly') === 'yes',
    agent: first('identityagent') === 'none' ? null : undefined,
    proxyjump: first('proxyjump') ?? '',
    hostkeyalias: first('hostkeyalias'),
    acceptsNew: first('stricthostkeychecking') === 'accept-new',
    connecttimeout: first('connecttimeout') ?? 'none',
    knownhosts: known.endsWith('known_hosts') ? undefined : known,
  };
}

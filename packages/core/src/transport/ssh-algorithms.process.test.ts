import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import ssh2, { type ServerConfig } from 'ssh2';
import { newKey } from '../testing/new-key.ts';
import { connect } from './connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-algorithms-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keys = {
  ed25519: newKey(),
  ecdsa: ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }),
  rsa: ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }),
};
type KeyName = keyof typeof keys;
const identityFile = join(folder, 'id');
writeFileSync(identityFile, newKey().private, { mode: 0o600 });

/** Why a connection fails to a server with these keys and algorithms that refuses every login. */
async function problem(
  known: KeyName,
  algorithms: ServerConfig['algorithms'] = {},
): Promise<string> {
  const names = algorithms.serverHostKey === undefined ? Object.values(keys) : [keys[known]];
  const hostKeys = names.map((pair) => pair.private);
  const server = new ssh2.Server({ hostKeys, algorithms }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (login) => login.reject(['publickey']));
  });
  const listener = net.createServer((socket) => server.injectSocket(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keys[known].public}\n`);
  const ssh = { port, knownHosts: [knownHosts], identityFiles: [identityFile], agent: null };
  const place = { name: 'mx1', address: '127.0.0.1', user: userInfo().username } as const;
  const rest = { connection: 'ssh', groups: [], become: undefined, vars: {} } as const;
  const failure = await connect({ ...place, ...rest, ssh: { ...ssh, config: null } }).then(
    () => 'connected',
    (error: { code: string; problem: string }) => `${error.code} ${error.problem}`,
  );
  await new Promise((resolve) => listener.close(resolve));
  return failure;
}

test.each(['ed25519', 'ecdsa', 'rsa'] as const)(
  'R24 a host known by its %s key alone presents that one, and none looks changed',
  async (known) => expect(await problem(known)).toMatch(/^TRANSPORT_AUTH_FAILED /),
);

test.each<[string, KeyName, ServerConfig['algorithms']]>([
  ['a host key signed with SHA-1', 'rsa', { serverHostKey: ['ssh-rsa'] }],
  ['a key exchange with SHA-1', 'ed25519', { kex: ['diffie-hellman-group14-sha1'] }],
  ['CBC', 'ed25519', { cipher: ['aes128-cbc'] }],
  ['a MAC of SHA-1', 'ed25519', { cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] }],
])('R24 %s is refused before the login', async (_label, known, algorithms) => {
  expect(await problem(known, algorithms)).toMatch(/^TRANSPORT_UNREACHABLE .*no matching/);
});

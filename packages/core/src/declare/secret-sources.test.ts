import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Vault } from 'ansible-vault';
import { reveal, Secret, secret } from '../model/secret.ts';
import { secretFromAge } from './secret-age.ts';
import { secretFromCommand, secretFromEnv, secretFromFile } from './secret-sources.ts';
import type { SecretPath } from './secret-text.ts';
import { secretFromAnsibleVault } from './secret-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const canary = `canary 'Grüße'`;
const value = `${canary}\nsecond line\n`;

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** The code of what is thrown; a canary that shows in it is a failure. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (thrown) {
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(/canary|Grüße/);
    return (thrown as { readonly code: string }).code;
  }
}

test('a variable of the environment', async () => {
  process.env.HOSTWRIGHT_TEST_SECRET = canary;
  expect(secretFromEnv('HOSTWRIGHT_TEST_SECRET')).toBeInstanceOf(Secret);
  expect(reveal(secretFromEnv('HOSTWRIGHT_TEST_SECRET'))).toBe(canary);
  process.env.HOSTWRIGHT_TEST_SECRET = '';
  expect(await codeOf(() => secretFromEnv('HOSTWRIGHT_TEST_SECRET'))).toBe('SECRET_EMPTY');
  delete process.env.HOSTWRIGHT_TEST_SECRET;
  expect(await codeOf(() => secretFromEnv('HOSTWRIGHT_TEST_SECRET'))).toBe('SECRET_MISSING');
});

test('a file, with or without its last newline', async () => {
  const path = file('plain', value);
  expect(reveal(await secretFromFile(path))).toBe(value.slice(0, -1));
  expect(reveal(await secretFromFile(pathToFileURL(path), { keepNewline: true }))).toBe(value);
  expect(await codeOf(() => secretFromFile(join(folder, 'none')))).toBe('SECRET_MISSING');
  expect(await codeOf(() => secretFromFile(file('empty', '\n')))).toBe('SECRET_EMPTY');
  expect(await codeOf(() => secretFromFile(folder))).toBe('SECRET_UNREADABLE');
  const bytes = Buffer.concat([Buffer.from(canary), Buffer.from([0xff])]);
  expect(await codeOf(() => secretFromFile(file('bytes', bytes)))).toBe('SECRET_UNREADABLE');
  const large = file('large', canary.repeat(100_000));
  expect(await codeOf(() => secretFromFile(large))).toBe('SECRET_UNREADABLE');
});

test('a command, whose words mean nothing to a shell', async () => {
  const words = ['printf', '%s\n', `$(id) ; ${canary}`] as const;
  expect(reveal(await secretFromCommand(words))).toBe(`$(id) ; ${canary}`);
  const script = file(
    'fails',
    `#!/bin/sh\nprintf '%s\\n' "${canary}"\necho "no: ${canary}" >&2\nexit 3\n`,
  );
  chmodSync(script, 0o700);
  expect(await codeOf(() => secretFromCommand([script]))).toBe('SECRET_UNREADABLE');
  await expect(secretFromCommand([script])).rejects.toMatchObject({
    problem: `The command ${script} failed (3).`,
    detail: 'no: <secret>',
  });
  expect(await codeOf(() => secretFromCommand(['true']))).toBe('SECRET_EMPTY');
  expect(await codeOf(() => secretFromCommand([join(folder, 'none')]))).toBe('SECRET_MISSING');
  const slow = secretFromCommand(['sleep', '30'], { timeoutMs: 50 });
  await expect(slow).rejects.toMatchObject({
    problem: 'The command sleep took longer than 50 ms.',
  });
});

test('a file of age, for an identity or a passphrase, binary or with armor', async () => {
  const identity = await generateX25519Identity();
  const forKey = new Encrypter();
  forKey.addRecipient(await identityToRecipient(identity));
  const binary = await forKey.encrypt(value);
  const identityFile = file('key.txt', `# created: today\n# public key: age1\n${identity}\n`);
  for (const content of [binary, armor.encode(binary)]) {
    const path = file('x.age', content);
    expect(reveal(await secretFromAge(path, { identityFile }))).toBe(value.slice(0, -1));
  }
  const forPhrase = new Encrypter();
  forPhrase.setScryptWorkFactor(10);
  forPhrase.setPassphrase('open sesame');
  const path = file('p.age', await forPhrase.encrypt(canary));
  expect(reveal(await secretFromAge(path, { passphrase: secret('open sesame') }))).toBe(canary);

  const other = file('other.txt', `${await generateX25519Identity()}\n`);
  const byFile = (name: SecretPath, key: string) =>
    codeOf(() => secretFromAge(name, { identityFile: key }));
  expect(await byFile(file('x.age', binary), other)).toBe('SECRET_WRONG_KEY');
  expect(await codeOf(() => secretFromAge(path, { passphrase: secret('wrong') }))).toBe(
    'SECRET_WRONG_KEY',
  );
  expect(await byFile(file('cut.age', binary.slice(0, -5)), identityFile)).toBe(
    'SECRET_UNREADABLE',
  );
  expect(await byFile(file('no.age', canary), identityFile)).toBe('SECRET_UNREADABLE');
  expect(await byFile(path, file('bad.txt', `AGE-SECRET-KEY-1${canary}\n`))).toBe(
    'SECRET_UNREADABLE',
  );
  expect(await byFile(path, file('none.txt', '# nothing\n'))).toBe('SECRET_EMPTY');
  expect(await byFile(join(folder, 'gone'), identityFile)).toBe('SECRET_MISSING');
});

test('a file of ansible-vault', async () => {
  const password = secret('vault password');
  const vault = new Vault({ password: 'vault password' });
  for (const id of ['', 'prod']) {
    const path = file('v.vault', `${await vault.encrypt(value, id)}\n`);
    const found = await secretFromAnsibleVault(path, { password });
    expect(reveal(found)).toBe(value.slice(0, -1));
    const wrong = { password: secret('wrong') };
    expect(await codeOf(() => secretFromAnsibleVault(path, wrong))).toBe('SECRET_WRONG_KEY');
  }
  for (const text of [
    canary,
    '$ANSIBLE_VAULT;9;ROT13\n3030\n',
    '$ANSIBLE_VAULT;1.1;AES256\n3030\n',
  ])
    expect(await codeOf(() => secretFromAnsibleVault(file('b.vault', text), { password }))).toBe(
      'SECRET_UNREADABLE',
    );
});

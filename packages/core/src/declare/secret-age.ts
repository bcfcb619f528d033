import { armor, Decrypter } from 'age-encryption';
import { HostwrightError, messageOf } from '../model/errors.ts';
import { reveal, type Secret } from '../model/secret.ts';
import {
  pathOf,
  type SecretPath,
  type SecretTextOptions,
  secretBytes,
  secretOf,
  secretUtf8,
} from './secret-text.ts';

/** What opens the file: an identity file, as `age-keygen` writes it, or a passphrase. */
export type AgeKey =
  | { readonly identityFile: SecretPath; readonly passphrase?: undefined }
  | { readonly passphrase: Secret; readonly identityFile?: undefined };

/**
 * A secret from a file that age(1) encrypted, binary or with armor. Such a file can be kept beside the playbook.
 *
 * Limits: UTF-8, 1,048,576 bytes; identities of plugins are not supported.
 * Cost: a passphrase takes a second by design.
 * Errors: SECRET_MISSING, SECRET_EMPTY, SECRET_UNREADABLE, SECRET_WRONG_KEY.
 * @example
 * const file = new URL('sudo.age', import.meta.url);
 * const password = await secretFromAge(file, { identityFile: '~/.config/age/key.txt' });
 */
export async function secretFromAge(
  path: SecretPath,
  key: AgeKey,
  options: SecretTextOptions = {},
): Promise<Secret> {
  const source = `The file ${pathOf(path)}`;
  const file = ageFile(await secretBytes(path), source);
  const decrypter = new Decrypter();
  if (key.passphrase !== undefined) decrypter.addPassphrase(reveal(key.passphrase));
  else
    for (const identity of await identities(key.identityFile))
      addIdentity(decrypter, identity, key.identityFile);
  let bytes: Uint8Array;
  try {
    bytes = await decrypter.decrypt(file);
  } catch (thrown) {
    throw decryptError(thrown, source);
  }
  return secretOf(secretUtf8(bytes, source), source, options);
}

function ageFile(bytes: Buffer, source: string): Uint8Array {
  const text = bytes.toString('latin1');
  if (text.startsWith('age-encryption.org/')) return bytes;
  try {
    return armor.decode(text);
  } catch {
    throw new HostwrightError('SECRET_UNREADABLE', {
      problem: `${source} was not encrypted by age.`,
    });
  }
}

async function identities(path: SecretPath): Promise<readonly string[]> {
  const text = secretUtf8(await secretBytes(path), `The identity file ${pathOf(path)}`);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (found.length > 0) return found;
  throw new HostwrightError('SECRET_EMPTY', {
    problem: `The identity file ${pathOf(path)} holds no identity.`,
  });
}

function addIdentity(decrypter: Decrypter, identity: string, path: SecretPath): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new HostwrightError('SECRET_UNREADABLE', {
      problem: `The identity file ${pathOf(path)} holds a line that is no identity of age itself.`,
    });
  }
}

/** The library's words, which name no key and no content. */
function decryptError(thrown: unknown, source: string): HostwrightError {
  const words = messageOf(thrown);
  if (/no identity matched/i.test(words)) {
    return new HostwrightError('SECRET_WRONG_KEY', {
      problem: `${source} was not encrypted for this key.`,
    });
  }
  return new HostwrightError('SECRET_UNREADABLE', {
    problem: `${source} is damaged, or was not encrypted by age.`,
  });
}

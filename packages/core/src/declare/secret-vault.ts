import { Vault } from 'ansible-vault';
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

/**
 * A secret from a file that ansible-vault(1) encrypted, for who comes from Ansible. All of its text is the secret.
 *
 * Limits: format 1.1 and 1.2 with AES256, UTF-8, 1,048,576 bytes.
 * Errors: SECRET_MISSING, SECRET_EMPTY, SECRET_UNREADABLE, SECRET_WRONG_KEY.
 * @example
 * const password = await secretFromFile('~/.vault-password');
 * const token = await secretFromAnsibleVault(new URL('token.vault', import.meta.url), { password });
 */
export async function secretFromAnsibleVault(
  path: SecretPath,
  { password, ...options }: SecretTextOptions & { readonly password: Secret },
): Promise<Secret> {
  const source = `The file ${pathOf(path)}`;
  const text = secretUtf8(await secretBytes(path), source).trim();
  if (!/^\$ANSIBLE_VAULT;1\.[12];AES256(;[^\n]*)?\r?\n[0-9a-f\s]+$/.test(text)) {
    throw unreadable(source);
  }
  let opened: string | undefined;
  try {
    opened = await new Vault({ password: reveal(password) }).decrypt(text, undefined);
  } catch (thrown) {
    const words = messageOf(thrown);
    if (!/integrity/i.test(words)) throw unreadable(source);
    throw new HostwrightError('SECRET_WRONG_KEY', {
      problem: `${source} was encrypted with another password, or was changed since.`,
    });
  }
  return secretOf(opened ?? '', source, options);
}

function unreadable(source: string): HostwrightError {
  return new HostwrightError('SECRET_UNREADABLE', {
    problem: `${source} is no file of ansible-vault in format 1.1 or 1.2, or is damaged.`,
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostwrightError } from '../model/errors.ts';
import { Secret } from '../model/secret.ts';
import { thisUser } from '../model/this-user.ts';

/** A path, absolute, from `~/` on, or from the folder the run was started in; or a `file:` URL beside the playbook. */
export type SecretPath = string | URL;

export interface SecretTextOptions {
  /** true: a newline at the end belongs to the secret, as in a key file. Left out: one newline is taken off. */
  readonly keepNewline?: boolean;
}

/** Limit of a secret, in bytes. Larger things are files, and no secrets to hand over in a script. */
export const secretBytesMax = 1_048_576;

/**
 * The secret in some text. `source` says where the text is from, for the message; the text is in no message.
 *
 * Errors: SECRET_EMPTY.
 */
export function secretOf(text: string, source: string, options: SecretTextOptions = {}): Secret {
  const value = options.keepNewline === true ? text : text.replace(/\r?\n$/, '');
  if (value !== '') return new Secret(value);
  throw new HostwrightError('SECRET_EMPTY', { problem: `${source} is empty.` });
}

/** The bytes of a file. Errors: SECRET_MISSING, SECRET_UNREADABLE. */
export async function secretBytes(path: SecretPath): Promise<Buffer> {
  const file = pathOf(path);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const { code } = cause as { readonly code?: string };
    if (code === 'ENOENT') {
      throw new HostwrightError('SECRET_MISSING', { problem: `The file ${file} does not exist.` });
    }
    const problem = `The file ${file} cannot be read: ${code ?? 'the reason is not known'}.`;
    throw new HostwrightError('SECRET_UNREADABLE', { problem, cause });
  }
  if (bytes.length <= secretBytesMax) return bytes;
  throw new HostwrightError('SECRET_UNREADABLE', {
    problem: `The file ${file} has more than ${secretBytesMax} bytes.`,
  });
}

/** The text of some bytes. Errors: SECRET_UNREADABLE when they are no UTF-8. */
export function secretUtf8(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HostwrightError('SECRET_UNREADABLE', { problem: `${source} is no UTF-8 text.` });
  }
}

export function pathOf(path: SecretPath): string {
  if (path instanceof URL) return fileURLToPath(path);
  if (path.startsWith('file:')) return fileURLToPath(path);
  return path.startsWith('~/') ? join(thisUser().homeFolder, path.slice(2)) : path;
}

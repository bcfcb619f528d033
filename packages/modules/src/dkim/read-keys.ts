import { createPublicKey } from 'node:crypto';
import {
  absent,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';

/** What is on the host: owners and modes as `user:group 0600`, and the public part of the key. */
export interface ObservedKey {
  readonly directory: string;
  readonly file: string;
  /** SubjectPublicKeyInfo in DER as base64, which is what `p=` of the record holds. */
  readonly publicKey: string;
}

/**
 * Three lines for each key: directory, file, and the public key or what openssl said against it. What stat
 * could not do is in its line, so that a directory without permission is not taken for one without a key.
 */
export function probeKeys(places: readonly (readonly [directory: string, keyFile: string])[]): Sh {
  return lines([
    sh`dkim_key() {
stat -L -c '%U:%G 0%a' -- "$1" 2>&1 | tr '\\n' ' '; echo
stat -L -c '%U:%G 0%a' -- "$2" 2>&1 | tr '\\n' ' '; echo
if [ -f "$2" ]; then openssl rsa -in "$2" -passin pass: -pubout 2>&1 | tr '\\n' ' '; fi; echo
}`,
    ...places.map(([directory, keyFile]) => sh`dkim_key ${directory} ${keyFile}`),
  ]);
}

/** Readings in the order of the keys. */
export function parseKeys(
  output: ProbeOutput,
  keys: readonly { readonly keyFile: string; readonly bits: number }[],
): readonly Reading<ObservedKey>[] {
  const found = output.stdout.split('\n');
  return keys.map((key, index) => {
    const [directory = '', file = '', pem = ''] = found.slice(index * linesPerKey);
    return readingOf(key, { directory: directory.trim(), file: file.trim(), pem });
  });
}

const linesPerKey = 3;

function readingOf(
  { keyFile, bits }: { readonly keyFile: string; readonly bits: number },
  {
    directory,
    file,
    pem,
  }: { readonly directory: string; readonly file: string; readonly pem: string },
): Reading<ObservedKey> {
  if (isMissing(directory) || isMissing(file)) return absent;
  if (!isOwnerAndMode(directory) || !isOwnerAndMode(file) || pem.includes('Permission denied')) {
    return unreadable(
      new HostwrightError('PROBE_FAILED', {
        problem: `The key ${keyFile} could not be read.`,
        detail: [directory, file, pem].filter((line) => !isOwnerAndMode(line)).join('\n'),
        remedy: 'Read it as root: set `become` for the host.',
      }),
    );
  }
  const publicKey = publicKeyOf(pem);
  const size = publicKey === undefined ? undefined : bitsOf(publicKey);
  if (publicKey === undefined || size === undefined) {
    return unreadable(
      new HostwrightError('DKIM_KEY_INVALID', {
        problem: `${keyFile} holds no RSA key that openssl can read.`,
      }),
    );
  }
  if (size < bits) {
    return unreadable(
      new HostwrightError('DKIM_KEY_SMALL', {
        problem: `The key ${keyFile} has ${size} bits, and ${bits} are asked for.`,
      }),
    );
  }
  return present({ directory, file, publicKey });
}

function isMissing(line: string): boolean {
  return line.endsWith('No such file or directory');
}

function isOwnerAndMode(line: string): boolean {
  return /^[^\s:]+:[^\s:]+ 0\d{1,4}$/.test(line);
}

function publicKeyOf(pem: string): string | undefined {
  const match = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/= ]+)-----END PUBLIC KEY-----/.exec(pem);
  return match?.[1]?.replaceAll(' ', '');
}

function bitsOf(publicKey: string): number | undefined {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  } catch {
    return undefined;
  }
}

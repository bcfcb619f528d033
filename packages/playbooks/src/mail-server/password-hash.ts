import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { reveal, type Secret } from '@hostwright/core';

/**
 * Rounds of PBKDF2. Each login costs Dovecot about as many hash computations twice over, in one process, so this is a
 * balance between the thief of the file and the users who wait.
 */
const rounds = 100_000;
const saltBytes = 16;
const keyBytes = 32;
const saltLabel = 'hostwright mail-server password salt 1';

/**
 * A password as Dovecot's scheme SCRAM-SHA-256 stores it: the same text for the same input, so that a second plan is
 * empty. The salt comes from the address alone, never from the password: a salt that is a fast function of the
 * password would let a thief of the file test guesses without the rounds. See docs/decisions/0014.
 *
 * Source: RFC 5802 §3, RFC 7677; Dovecot password schemes. Seen to verify in Dovecot 2.3.19 and 2.4.1.
 */
export function passwordHash(
  address: string,
  password: Secret | string,
  saltKey: Secret | string = saltLabel,
): string {
  const salt = hmac(Buffer.from(reveal(saltKey)), address.toLowerCase()).subarray(0, saltBytes);
  const salted = pbkdf2Sync(reveal(password), salt, rounds, keyBytes, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const serverKey = hmac(salted, 'Server Key');
  const parts = [salt, storedKey, serverKey].map((part) => part.toString('base64'));
  return `{SCRAM-SHA-256}${rounds},${parts.join(',')}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

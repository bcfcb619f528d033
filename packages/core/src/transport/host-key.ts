import { createHash } from 'node:crypto';

/** The OpenSSH form of a fingerprint, `SHA256:…` without padding, as ssh and ssh-keygen -l print it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Type that a public key blob names in its first field, such as `ssh-ed25519`; undefined when it is no key blob. */
export function hostKeyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return undefined;
  return key.toString('latin1', 4, 4 + length);
}

/** The word that ssh-keyscan -t takes and ssh prints: `ed25519` for `ssh-ed25519`. */
export function shortKeyType(type: string): string {
  return type.startsWith('ecdsa-') ? 'ecdsa' : type.replace(/^ssh-/, '');
}

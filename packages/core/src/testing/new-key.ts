import ssh2 from 'ssh2';

/** A key pair of OpenSSH, as text: the private key as a file holds it, the public one as a line of authorized_keys. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A new Ed25519 key pair. Of those that ssh2 makes, some in a thousand cannot be read again: they are made anew. */
export function newKey(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

import type { Secret } from './secret.ts';

/** How to log in. Paths may begin with `~/`. */
export interface SshSettings {
  /** TCP port, 1 to 65535; 22 when left out. */
  readonly port?: number;
  /** Private key files, tried in order. */
  readonly identityFiles?: readonly string[];
  readonly passphrase?: Secret;
  readonly password?: Secret;
  /** Agent socket; `SSH_AUTH_SOCK` of the caller when left out, none when null. */
  readonly agent?: string | null;
  /** known_hosts files; `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts` when left out. */
  readonly knownHosts?: readonly string[];
  /** `strict` refuses unknown keys; `accept-new` records them, and still refuses changed ones. */
  readonly hostKeyPolicy?: 'strict' | 'accept-new';
  /** Name to look up in known_hosts instead of the address. */
  readonly hostKeyAlias?: string;
  /** Host to go through (OpenSSH's ProxyJump). It has a host key and a login of its own, and may have a jump itself. */
  readonly jump?: JumpHost;
  /** Limit for connecting and authenticating, in milliseconds; 20000 when left out. */
  readonly connectTimeoutMs?: number;
}

/** A host that only passes connections on. */
export interface JumpHost {
  readonly address: string;
  readonly user: string;
  readonly ssh?: SshSettings;
}

/** Becoming another user by sudo. The password travels on standard input, once. */
export interface BecomeSettings {
  /** root when left out. */
  readonly user?: string;
  readonly password?: Secret;
}

/** One host of the inventory, complete and frozen: what connects, schedules and reports reads this and nothing else. */
export interface Host {
  readonly name: string;
  /** Host name or IP address; unused for `local`. */
  readonly address: string;
  readonly connection: 'ssh' | 'local' | 'controller';
  readonly user: string;
  readonly groups: readonly string[];
  readonly ssh: SshSettings;
  /** Undefined: commands run as the login user. */
  readonly become: BecomeSettings | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
}

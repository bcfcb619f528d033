import type { Port } from './port.ts';
import type { Secret } from './secret.ts';

/** How to log in. Paths may begin with `~/`. What is left out here may come from the SSH configuration. */
export interface SshSettings<Value extends number = number> {
  /**
   * OpenSSH client configuration: `~/.ssh/config` and `/etc/ssh/ssh_config` when left out, the file of this path alone
   * when one is given, none when null.
   */
  readonly config?: string | null;
  /** TCP port, 1 to 65535; 22 when left out. */
  readonly port?: Port<Value>;
  /** Private key files, tried in order. */
  readonly identityFiles?: readonly string[];
  /** true: of the agent's keys only those whose public or private key file is named. */
  readonly identitiesOnly?: boolean;
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
  readonly jump?: JumpHost<Value>;
  /** Limit for connecting and authenticating, in milliseconds; 20000 when left out. */
  readonly connectTimeoutMs?: number;
}

/** A host that only passes connections on. */
export interface JumpHost<Value extends number = number> {
  /** Host name, IP address, or a name that the SSH configuration knows. */
  readonly address: string;
  /** Login user; what the SSH configuration says when left out, else the name of whoever runs this. */
  readonly user?: string;
  readonly ssh?: SshSettings<Value>;
}

/** Becoming another user. The password travels on standard input, once. */
export interface BecomeSettings {
  /** `sudo` when left out. `su` asks for the password of the user to become, `doas` can be given none. */
  readonly method?: 'sudo' | 'su' | 'doas';
  /** root when left out. */
  readonly user?: string;
  readonly password?: Secret;
}

/** One host of the inventory, complete and frozen: what connects, schedules and reports reads this and nothing else. */
export interface Host {
  readonly name: string;
  /** The word one would type after `ssh`: a name, an IP address, or an alias. Unused for `local`. */
  readonly address: string;
  readonly connection: 'ssh' | 'local' | 'controller';
  /** Login user; when undefined, what the SSH configuration says, else root. */
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly ssh: SshSettings;
  /** Undefined: commands run as the login user. */
  readonly become: BecomeSettings | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
}

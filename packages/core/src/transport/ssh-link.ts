import type { Duplex } from 'node:stream';
import { type Config, NodeSSH } from 'node-ssh';
import type { AuthenticationType, Client, ConnectConfig } from 'ssh2';
import { HostwrightError } from '../model/errors.ts';
import type { Login } from '../model/transport.ts';
import { type HostKeyCheck, strictVerifier } from './host-key-check.ts';
import { reasonOf } from './reason.ts';
import type { LoginProgress } from './ssh-login.ts';
import { interrupted } from './transport-errors.ts';

/** Keep-alives that may stay without answer: when the next one is due, the connection counts as lost. */
const keepaliveCountMax = 3;

/** What we offer, best first: no SHA-1, no CBC, no compression. ssh2's own lists still hold some of these. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ],
  compress: ['none'],
} satisfies ConnectConfig['algorithms'];

export interface LinkSettings {
  readonly login: Login;
  readonly check: HostKeyCheck;
  readonly progress: LoginProgress;
  readonly timeoutMs: number;
  readonly keepaliveIntervalMs: number;
  /** Connection to the jump host that this one runs over. */
  readonly via: SshLink | undefined;
}

/** How far a connection came: decides what a break means, and whether it may be tried again. */
export type LinkPhase = 'handshake' | 'login' | 'open' | 'lost';

/**
 * One SSH connection from its first byte. It listens for errors as long as it lives: node-ssh stops doing so once the
 * connection stands, and a reset would then end the whole process.
 */
export class SshLink {
  readonly client: Client;
  readonly login: Login;
  readonly #stream: Duplex;
  readonly #via: SshLink | undefined;
  readonly #ssh: NodeSSH;
  readonly #ready: Promise<void>;
  #phase: LinkPhase = 'handshake';
  #trouble: string | undefined;
  readonly #lost: Promise<void>;

  constructor(stream: Duplex, settings: LinkSettings) {
    this.login = settings.login;
    this.#stream = stream;
    this.#via = settings.via;
    this.#ssh = new NodeSSH();
    this.#ready = this.#ssh.connect(configFor(stream, settings)).then(() => undefined);
    this.#ready.catch(() => undefined);
    const client = this.#ssh.connection;
    if (client === null) {
      throw new HostwrightError('INTERNAL', { problem: 'node-ssh made no connection.' });
    }
    this.client = client;
    client.on('error', (error) => this.#note(reasonText(error)));
    client.on('change password', () => {
      this.#note('the password has expired and must be changed');
      client.end();
    });
    client.on('handshake', () => {
      if (this.#phase === 'handshake') this.#phase = 'login';
    });
    client.on('ready', () => {
      this.#phase = 'open';
      this.#trouble = undefined;
    });
    this.#lost = new Promise((resolve) => {
      client.on('close', () => {
        if (this.#phase === 'open') this.#phase = 'lost';
        this.#note('the host closed the connection');
        resolve();
      });
    });
  }

  get phase(): LinkPhase {
    return this.#phase;
  }

  /** First thing that went wrong, as a clause; undefined while nothing did. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Waits until the login is done. Fails with ssh2's error, or INTERRUPTED. */
  async opened(signal: AbortSignal | undefined): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(interrupted());
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      await Promise.race([this.#ready, aborted.promise]);
    } catch (error) {
      this.#stream.destroy();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A TCP connection from the host to somewhere else, for the SSH connection to the next one. */
  forward(address: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
        if (error) reject(error);
        else resolve(stream);
      });
    });
  }

  /** Ends the connection in an orderly way, and cuts it when the host does not answer within `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    this.#note('the transport was closed');
    this.#phase = 'lost';
    this.#ssh.dispose();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, patienceMs);
    await Promise.race([this.#lost, patience.promise]);
    clearTimeout(timer);
    // The stream itself, because ssh2's destroy() does nothing once end() was called.
    this.#stream.destroy();
    await this.#via?.close(patienceMs);
  }

  #note(trouble: string): void {
    this.#trouble ??= trouble;
  }
}

function configFor(stream: Duplex, settings: LinkSettings): Config {
  const { check, progress } = settings;
  return {
    sock: stream,
    username: settings.login.user,
    readyTimeout: settings.timeoutMs,
    keepaliveInterval: settings.keepaliveIntervalMs,
    keepaliveCountMax,
    algorithms: { ...algorithms, serverHostKey: check.algorithms },
    hostVerifier: strictVerifier((key) => check.accepts(key)),
    agentForward: false,
    authHandler: (methods: AuthenticationType[], isPartial: boolean) =>
      progress.next(methods, isPartial),
  };
}

function reasonText(error: unknown): string {
  const reason = reasonOf(error);
  if (reason === 'ECONNRESET') return 'the connection was reset';
  return reason === 'Keepalive timeout' ? 'the host no longer answers keep-alives' : reason;
}

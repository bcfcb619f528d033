import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthContext, Connection, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { Host } from '../model/host.ts';
import { newKey } from './new-key.ts';
import { runExec } from './ssh-exec.ts';

export interface SshServerOptions {
  /** Home directory of the user, and where commands start. */
  readonly folder: string;
  /** Name the user logs in with; `tester` when left out. */
  readonly user?: string;
  /** Taken besides the key, by both password methods; none when left out. */
  readonly password?: string;
  /** Added to the environment of commands. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What goes wrong on purpose. Fields may be changed at any time; they count from the next connection or command. */
export interface SshFaults {
  /** No login is taken. */
  refuseAuth: boolean;
  /** Login methods that are offered, of `publickey`, `password` and `keyboard-interactive`. */
  methods: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
  /** Another host key is presented. */
  useOtherHostKey: boolean;
  /** So many connections are hung up on before the handshake, as sshd does beyond MaxStartups. */
  hangUps: number;
  /** Connections are taken, and nothing is said. */
  isSilent: boolean;
  /** Whoever asks to be passed on gets no answer, as where a firewall drops packets. */
  isDropping: boolean;
  /** Sessions at once on one connection. */
  sessionsMax: number;
  /** The connection is reset after so many bytes of output of its commands. */
  resetAfterBytes: number;
  /** Login shell of the user; `/bin/sh` in the beginning. */
  loginShell: string;
  /** Resets every connection. */
  resetAll(): void;
  /** Closes every connection in an orderly way, without a word. */
  endAll(): void;
  /** From now on every open connection neither hears nor says anything. */
  silenceAll(): void;
  /** Sends bytes that are no packet over every connection. */
  garbleAll(): void;
}

/** What connections did, counted from the start of the server. */
export interface SshCounts {
  /** TCP connections that were taken. */
  connections: number;
  /** Most sessions that were open at once on one connection. */
  sessionsAtOnce: number;
  /** Sessions that asked to forward an agent. */
  agentRequests: number;
}

export interface SshServer {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Line for known_hosts. */
  readonly hostKeyLine: string;
  /** The user's private key, as text. */
  readonly clientKey: string;
  /** Files that hold the two above. */
  readonly knownHostsFile: string;
  readonly identityFile: string;
  readonly faults: SshFaults;
  readonly counts: Readonly<SshCounts>;
  /** Logins that were tried, by method, in order. */
  readonly logins: readonly string[];
  /** An inventory host that leads here. */
  host(name?: string, ssh?: Partial<Host['ssh']>): Host;
  /** Ends the server, its connections, and what its commands left running. */
  close(): Promise<void>;
}

const address = '127.0.0.1';

/**
 * An SSH server in this process that runs commands for real, with the rights of whoever started it, on the loopback
 * interface. It needs no root, and keys of its own are made for every start.
 *
 * @example
 * const server = await startSshServer({ folder });
 * const transport = await connect(server.host('mx1'));
 */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const user = options.user ?? 'tester';
  const files = await mkdtemp(join(tmpdir(), 'hostwright-ssh-'));
  const [hostKey, otherHostKey, clientKey] = [newKey(), newKey(), newKey()];
  // Several servers are several hosts: each keeps its own state, although they share this machine.
  const env = { HOSTWRIGHT_STATE_FOLDER: join(files, 'state'), ...options.env };
  const state = new ServerState({ ...options, user, env }, clientKey.public);
  const handler = (connection: Connection) => state.serve(connection);
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, handler);
  const otherServer = new ssh2.Server({ hostKeys: [otherHostKey.private] }, handler);
  const listener = net.createServer({ noDelay: true }, (socket) => {
    if (state.admit(socket))
      (state.faults.useOtherHostKey ? otherServer : server).injectSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, address, resolve));
  const { port } = listener.address() as AddressInfo;
  const hostKeyLine = `[${address}]:${port} ${hostKey.public}`;
  const knownHostsFile = join(files, 'known_hosts');
  const identityFile = join(files, 'id_ed25519');
  await writeFile(knownHostsFile, `${hostKeyLine}\n`);
  await writeFile(identityFile, clientKey.private, { mode: 0o600 });
  return {
    address,
    port,
    user,
    hostKeyLine,
    clientKey: clientKey.private,
    knownHostsFile,
    identityFile,
    faults: state.faults,
    counts: state.counts,
    logins: state.logins,
    host: (name = 'server', ssh = {}) => ({
      name,
      address,
      connection: 'ssh',
      user,
      groups: [],
      ssh: {
        port,
        knownHosts: [knownHostsFile],
        identityFiles: [identityFile],
        agent: null,
        config: null,
        ...ssh,
      },
      become: undefined,
      vars: {},
    }),
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      state.end();
      await closed;
      await rm(files, { recursive: true });
    },
  };
}

/** What the server knows while it runs: open sockets, running commands, faults. */
class ServerState {
  readonly faults: SshFaults;
  readonly counts: SshCounts = { connections: 0, sessionsAtOnce: 0, agentRequests: 0 };
  readonly logins: string[] = [];
  readonly #options: SshServerOptions & { readonly user: string };
  readonly #clientKey: ParsedKey;
  readonly #sockets = new Set<Socket>();
  readonly #pids = new Set<number>();

  constructor(options: SshServerOptions & { readonly user: string }, clientKey: string) {
    this.#options = options;
    this.#clientKey = parseKey(clientKey);
    this.faults = {
      refuseAuth: false,
      methods: ['publickey', ...(options.password === undefined ? [] : (['password'] as const))],
      useOtherHostKey: false,
      hangUps: 0,
      isSilent: false,
      isDropping: false,
      sessionsMax: 10,
      resetAfterBytes: Number.POSITIVE_INFINITY,
      loginShell: '/bin/sh',
      resetAll: () => this.#eachSocket((socket) => socket.resetAndDestroy()),
      endAll: () => this.#eachSocket((socket) => socket.end()),
      // Corked, a socket keeps what is written; paused, it does not read.
      silenceAll: () => this.#eachSocket((socket) => socket.pause().cork()),
      garbleAll: () => this.#eachSocket((socket) => socket.write(Buffer.alloc(64, 0xee))),
    };
  }

  /** Whether the SSH server is to see this connection. */
  admit(socket: Socket): boolean {
    this.#sockets.add(socket);
    this.counts.connections += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.faults.hangUps > 0) {
      this.faults.hangUps -= 1;
      socket.destroy();
      return false;
    }
    return !this.faults.isSilent;
  }

  serve(connection: Connection): void {
    connection.on('error', () => undefined);
    connection.on('authentication', (login) => this.#judge(login));
    let sessions = 0;
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
      // The one socket this connection is on cannot be told from others of the test; all are meant.
      if (bytes > this.faults.resetAfterBytes) setImmediate(() => this.faults.resetAll());
    };
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (this.faults.isDropping) return;
      if (destIP !== address) return reject();
      const socket = net.connect({ host: address, port: destPort });
      socket.on('error', () => reject());
      socket.on('connect', () => {
        const channel = accept();
        socket.removeAllListeners('error');
        socket.on('error', () => channel.destroy());
        channel.on('error', () => socket.destroy());
        channel.pipe(socket).pipe(channel);
      });
    });
    connection.on('session', (accept, reject) => {
      if (sessions >= this.faults.sessionsMax) return reject();
      sessions += 1;
      this.counts.sessionsAtOnce = Math.max(this.counts.sessionsAtOnce, sessions);
      const session = accept();
      session.on('auth-agent', (_accept, refuse) => {
        this.counts.agentRequests += 1;
        refuse();
      });
      session.on('close', () => {
        sessions -= 1;
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        const { loginShell } = this.faults;
        const { folder, user, env = {} } = this.#options;
        const child = runExec(command, acceptExec(), { folder, user, env, loginShell }, count);
        const { pid } = child;
        if (pid === undefined) return;
        this.#pids.add(pid);
        child.on('close', () => this.#pids.delete(pid));
      });
    });
  }

  end(): void {
    this.#eachSocket((socket) => socket.destroy());
    for (const pid of this.#pids) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }

  #judge(login: AuthContext): void {
    const { methods, refuseAuth } = this.faults;
    if (login.method !== 'none') this.logins.push(login.method);
    const isOffered = methods.some((method) => method === login.method);
    if (refuseAuth || !isOffered || login.username !== this.#options.user) {
      login.reject([...methods]);
    } else if (login.method === 'keyboard-interactive') {
      login.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        this.#answer(login, answers?.[0] === this.#options.password);
      });
    } else if (login.method === 'password') {
      this.#answer(login, login.password === this.#options.password);
    } else {
      this.#answer(login, login.method === 'publickey' && this.#isClientKey(login));
    }
  }

  #answer(login: AuthContext, isRight: boolean): void {
    if (isRight) login.accept();
    else login.reject([...this.faults.methods]);
  }

  #isClientKey(login: Extract<AuthContext, { method: 'publickey' }>): boolean {
    const { key, signature, blob, hashAlgo } = login;
    if (!this.#clientKey.getPublicSSH().equals(key.data)) return false;
    if (signature === undefined || blob === undefined) return true;
    return this.#clientKey.verify(blob, signature, hashAlgo) === true;
  }

  #eachSocket(act: (socket: Socket) => void): void {
    for (const socket of [...this.#sockets]) act(socket);
  }
}

function parseKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

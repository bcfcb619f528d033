import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import type { Host } from '../model/host.ts';
import type { Output, RunOptions, Transport } from '../model/transport.ts';
import type { Channel, ChannelListener, CommandHost } from './channel.ts';
import { Gate } from './gate.ts';
import { HostKeyCheck } from './host-key-check.ts';
import { LoginFiles } from './login-files.ts';
import { reasonOf } from './reason.ts';
import { ScriptRunner } from './script-runner.ts';
import { isEarlyEnd, loginError, noWayToLogIn } from './ssh-errors.ts';
import { SshLink } from './ssh-link.ts';
import { expandHome, LoginProgress, planLogin } from './ssh-login.ts';
import { openSocket } from './ssh-socket.ts';
import { connectionLost, shellUnavailable, withHost } from './transport-errors.ts';

const portDefault = 22;
const connectTimeoutMsDefault = 20_000;
const keepaliveIntervalMsDefault = 10_000;
const knownHostsDefault = ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'];
/** Well below sshd's MaxSessions of 10, which others on the same connection share. */
const channelsMax = 4;
/** How long a close may take before the connection is cut. */
const closeMs = 1000;
/** Waits between tries to open a channel, in milliseconds. sshd refuses one while an old one is not quite gone. */
const channelRetriesMs = [20, 50, 100, 200, 400, 800, 1600, 3200];
/** Waits, give or take half, before connecting again when sshd hung up before the handshake (MaxStartups). */
const connectRetriesMs = [400, 1000];

export interface SshOptions {
  readonly signal?: AbortSignal | undefined;
  /** Key and known_hosts files that were read already; hand the same to all hosts of a run. */
  readonly files?: LoginFiles | undefined;
  /** Where `~/` leads; the caller's home when left out. */
  readonly homeFolder?: string | undefined;
  /** Agent of the caller; the one that SSH_AUTH_SOCK names when left out, none when null. */
  readonly agentSocket?: string | null | undefined;
  /** Time between keep-alives; after three without answer the connection counts as lost. */
  readonly keepaliveIntervalMs?: number | undefined;
  /** Called with a sentence on what is wrong without being in the way, such as a bad line in known_hosts. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/**
 * Connects to a host and logs in. The host key is checked before anything about the user leaves this machine.
 *
 * Errors: TRANSPORT_UNREACHABLE, TRANSPORT_HOST_KEY_UNKNOWN, TRANSPORT_HOST_KEY_CHANGED, TRANSPORT_HOST_KEY_REVOKED,
 * TRANSPORT_KNOWN_HOSTS_UNREADABLE, TRANSPORT_KEY_UNREADABLE, TRANSPORT_AUTH_FAILED, INTERRUPTED.
 */
export function connectSsh(host: Host, options: SshOptions = {}): Promise<Transport> {
  return withHost(host.name, async () => {
    const link = await logIn(host, options);
    return new SshTransport(host, link);
  });
}

async function logIn(host: Host, options: SshOptions): Promise<SshLink> {
  const files = options.files ?? new LoginFiles();
  const homeFolder = options.homeFolder ?? homedir();
  const agentSocket =
    options.agentSocket === undefined
      ? process.env.SSH_AUTH_SOCK
      : (options.agentSocket ?? undefined);
  const names = host.ssh.knownHosts ?? knownHostsDefault;
  const paths = names.map((name) => expandHome(name, homeFolder));
  const newKeysFile = paths[0] ?? expandHome('~/.ssh/known_hosts', homeFolder);
  const known = await files.knownHosts(paths);
  for (const warning of known.warnings) options.onWarning?.(warning);
  const plan = await planLogin(host, { files, homeFolder, agentSocket });
  if (plan.attempts.length === 0) throw noWayToLogIn(host, plan);

  for (let attempt = 0; ; attempt += 1) {
    const check = new HostKeyCheck(host, known, newKeysFile);
    const progress = new LoginProgress(plan, host.user);
    const link = await openLink(host, options, check, progress);
    try {
      await link.opened(options.signal);
      if (check.lineToRecord !== undefined)
        await files.addKnownHost(newKeysFile, check.lineToRecord);
      return link;
    } catch (thrown) {
      const waitMs = connectRetriesMs[attempt];
      if (!isEarlyEnd(link) || waitMs === undefined || options.signal?.aborted) {
        throw loginError(thrown, host, link, check, { plan, progress });
      }
      await delay(waitMs * (0.5 + Math.random()));
    }
  }
}

async function openLink(
  host: Host,
  options: SshOptions,
  check: HostKeyCheck,
  progress: LoginProgress,
): Promise<SshLink> {
  const timeoutMs = host.ssh.connectTimeoutMs ?? connectTimeoutMsDefault;
  const startMs = performance.now();
  const destination = { address: host.address, port: host.ssh.port ?? portDefault };
  const socket = await openSocket(destination, timeoutMs, options.signal);
  return new SshLink(socket, {
    user: host.user,
    check,
    progress,
    timeoutMs: Math.max(1, timeoutMs - (performance.now() - startMs)),
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? keepaliveIntervalMsDefault,
  });
}

class SshTransport implements Transport, CommandHost {
  readonly host: string;
  readonly #runner: ScriptRunner;
  readonly #link: SshLink;
  readonly #gate = new Gate(channelsMax);
  #roundTrips = 0;

  constructor(host: Host, link: SshLink) {
    this.host = host.name;
    this.#runner = new ScriptRunner(host, this);
    this.#link = link;
  }

  get roundTrips(): number {
    return this.#roundTrips;
  }

  run(script: string, options: RunOptions): Promise<Output> {
    return this.#runner.run(script, options);
  }

  close(): Promise<void> {
    return this.#link.close(closeMs);
  }

  enter(signal: AbortSignal | undefined): Promise<() => void> {
    return this.#gate.enter(signal);
  }

  lossReason(): string | undefined {
    return this.#link.phase === 'open' ? undefined : (this.#link.trouble ?? 'it is closed');
  }

  async open(command: string, listener: ChannelListener): Promise<Channel> {
    for (const waitMs of [...channelRetriesMs, undefined]) {
      const loss = this.lossReason();
      if (loss !== undefined) throw connectionLost(loss);
      const opened = await this.#exec(command, listener);
      if (!('failure' in opened)) return opened;
      const lost = this.lossReason();
      if (lost !== undefined) throw connectionLost(lost);
      if (waitMs === undefined || !isOpenFailure(opened.failure)) {
        throw shellUnavailable(`the host answers "${opened.failure}"`);
      }
      await delay(waitMs);
    }
    throw shellUnavailable('the host opens no session');
  }

  #exec(command: string, listener: ChannelListener): Promise<Channel | { failure: string }> {
    this.#roundTrips += 1;
    return new Promise((resolve) => {
      try {
        this.#link.client.exec(command, (error, channel) => {
          if (error) resolve({ failure: reasonOf(error) });
          else resolve(listen(channel, listener));
        });
      } catch (thrown) {
        resolve({ failure: reasonOf(thrown) });
      }
    });
  }
}

/** Nothing ran when a channel was not even opened, so that it may be tried again. */
function isOpenFailure(failure: string): boolean {
  return /channel open failure/i.test(failure);
}

function listen(channel: ClientChannel, listener: ChannelListener): Channel {
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => listener.stdout(chunk));
  channel.stderr.on('data', (chunk: Buffer) => listener.stderr(chunk));
  channel.on('exit', (code: number | null, signal?: string) => listener.exit(code, signal ?? null));
  channel.on('close', () => listener.closed());
  return {
    end: (input) => channel.end(input),
    close: () => channel.close(),
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import type { Host } from '../model/host.ts';
import type { Login, Output, RunOptions, Transport } from '../model/transport.ts';
import type { Channel, ChannelListener, CommandHost } from './channel.ts';
import { Gate } from './gate.ts';
import { openLink, type SshOptions } from './open-link.ts';
import { reasonOf } from './reason.ts';
import { type OnWarning, ScriptRunner } from './script-runner.ts';
import type { SshLink } from './ssh-link.ts';
import { connectionLost, shellUnavailable, withHost } from './transport-errors.ts';

/** Well below sshd's MaxSessions of 10, which others on the same connection share. */
const channelsMax = 4;
/** How long a close may take before the connection is cut. */
const closeMs = 1000;
/** Waits between tries to open a channel, in milliseconds. sshd refuses one while an old one is not quite gone. */
const channelRetriesMs = [20, 50, 100, 200, 400, 800, 1600, 3200];

/**
 * Connects to a host and logs in. The host key is checked before anything about the user leaves this machine.
 *
 * Errors: TRANSPORT_UNREACHABLE, TRANSPORT_HOST_KEY_UNKNOWN, TRANSPORT_HOST_KEY_CHANGED, TRANSPORT_HOST_KEY_REVOKED,
 * TRANSPORT_KNOWN_HOSTS_UNREADABLE, TRANSPORT_KEY_UNREADABLE, TRANSPORT_AUTH_FAILED, INTERRUPTED.
 */
export function connectSsh(host: Host, options: SshOptions = {}): Promise<Transport> {
  return withHost(host.name, async () => {
    return new SshTransport(host, await openLink(host, options), options.onWarning);
  });
}

class SshTransport implements Transport, CommandHost {
  readonly host: string;
  readonly #runner: ScriptRunner;
  readonly #link: SshLink;
  readonly #gate = new Gate(channelsMax);
  #roundTrips = 0;

  constructor(host: Host, link: SshLink, onWarning: OnWarning | undefined) {
    this.host = host.name;
    this.#runner = new ScriptRunner(host, this, onWarning);
    this.#link = link;
  }

  get roundTrips(): number {
    return this.#roundTrips;
  }

  get login(): Login {
    return this.#link.login;
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

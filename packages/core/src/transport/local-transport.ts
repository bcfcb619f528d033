import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Host } from '../model/host.ts';
import type { Output, RunOptions, Transport } from '../model/transport.ts';
import type { Channel, ChannelListener, CommandHost } from './channel.ts';
import { Gate } from './gate.ts';
import { reasonOf } from './reason.ts';
import { ScriptRunner } from './script-runner.ts';
import { connectionLost, shellUnavailable } from './transport-errors.ts';

/** Scripts at once on the local machine, the same number as on one SSH connection. */
const placesMax = 4;

/** Commands on this machine, without SSH: what one does over SSH must come out the same here. */
export function openLocal(host: Host): Transport {
  return new LocalTransport(host);
}

class LocalTransport implements Transport, CommandHost {
  readonly host: string;
  readonly #runner: ScriptRunner;
  readonly #gate = new Gate(placesMax);
  readonly #running = new Set<() => void>();
  #roundTrips = 0;
  #isClosed = false;

  constructor(host: Host) {
    this.host = host.name;
    this.#runner = new ScriptRunner(host, this);
  }

  get roundTrips(): number {
    return this.#roundTrips;
  }

  run(script: string, options: RunOptions): Promise<Output> {
    return this.#runner.run(script, options);
  }

  enter(signal: AbortSignal | undefined): Promise<() => void> {
    return this.#gate.enter(signal);
  }

  /** A session of its own, so that sudo finds no terminal to prompt on and ^C at ours does not reach the script. */
  async open(command: string, listener: ChannelListener): Promise<Channel> {
    const loss = this.lossReason();
    if (loss !== undefined) throw connectionLost(loss);
    this.#roundTrips += 1;
    const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe' });
    const spawned = new Promise<void>((resolve, reject) => {
      child.on('spawn', resolve);
      child.on('error', (cause) => reject(shellUnavailable(reasonOf(cause))));
    });
    // Where this machine has no files left to give, there are no streams, whatever the types say.
    if ((child.stdin as Writable | undefined) === undefined) await spawned;
    const streams = [child.stdin, child.stdout, child.stderr];
    const finish = () => {
      if (this.#running.delete(finish)) listener.closed();
    };
    this.#running.add(finish);
    for (const stream of streams) stream.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => listener.stdout(chunk));
    child.stderr.on('data', (chunk: Buffer) => listener.stderr(chunk));
    child.on('exit', (code, signal) => listener.exit(code, signal));
    child.on('close', finish);
    await spawned;
    return {
      end: (input) => child.stdin.end(input),
      close() {
        for (const stream of streams) stream.destroy();
        finish();
      },
    };
  }

  lossReason(): string | undefined {
    return this.#isClosed ? 'the transport was closed' : undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const finish of [...this.#running]) finish();
  }
}

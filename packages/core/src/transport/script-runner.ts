import { asHostwrightError, type HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import type { Output, RunOptions } from '../model/transport.ts';
import { launchFor } from './become.ts';
import type { CommandHost } from './channel.ts';
import { exchange } from './exchange.ts';
import { withHost } from './transport-errors.ts';

export type OnWarning = (warning: string, host?: string) => void;

/** Longest piece of noise that is shown. */
const noiseMax = 80;

/** Runs scripts on one host, and sees to it that a wrong become password is given to sudo once, not once a script. */
export class ScriptRunner {
  readonly #host: Host;
  readonly #at: CommandHost;
  readonly #onWarning: OnWarning | undefined;
  /** By user: settles when the first script that became this user has ended; then it is known whether it can be. */
  readonly #firsts = new Map<string, Promise<HostwrightError | undefined>>();

  constructor(host: Host, at: CommandHost, onWarning?: OnWarning) {
    this.#host = host;
    this.#at = at;
    this.#onWarning = onWarning;
  }

  run(script: string, options: RunOptions): Promise<Output> {
    return withHost(this.#host.name, async () => {
      const launch = launchFor(this.#host, options.becomeUser);
      const run = async () => {
        const { output, noise } = await exchange(this.#at, launch, script, options);
        if (noise.trim() !== '') this.#onWarning?.(noiseText(noise), this.#host.name);
        return output;
      };
      return launch.becomeUser === undefined ? run() : this.#become(launch.becomeUser, run);
    });
  }

  async #become(user: string, run: () => Promise<Output>): Promise<Output> {
    const first = this.#firsts.get(user);
    if (first !== undefined) {
      const refusal = await first;
      if (refusal !== undefined) throw refusal;
      return run();
    }
    const running = run();
    this.#firsts.set(user, refusalOf(running));
    return running;
  }
}

async function refusalOf(running: Promise<Output>): Promise<HostwrightError | undefined> {
  try {
    await running;
    return undefined;
  } catch (thrown) {
    const error = asHostwrightError(thrown);
    return error.code === 'TRANSPORT_BECOME_FAILED' ? error : undefined;
  }
}

function noiseText(noise: string): string {
  const first = noise.trim().replace(/\p{Cc}.*/su, '');
  const shown = first.length > noiseMax ? `${first.slice(0, noiseMax)}…` : first;
  return `Its login shell prints before each command: "${shown}". That is cut off; startup files should print on terminals only.`;
}

import { interrupted } from './transport-errors.ts';

/**
 * Lets so many in at once; the others wait in order. A place is given back by calling what `enter` returns, which does
 * nothing when called again.
 */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async enter(signal: AbortSignal | undefined): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        const place = this.#waiting.indexOf(admit);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(interrupted());
      };
      this.#waiting.push(admit);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}

/** Handshakes at once with one jump host. sshd begins to hang up beyond ten of all clients (MaxStartups 10:30:100). */
const handshakesMax = 4;

/** Keeps the hosts behind one jump host from knocking there all at once. One for all connections of a run. */
export class JumpGates {
  readonly #gates = new Map<string, Gate>();

  /** Waits for a place; what it returns gives the place back. */
  enter(jumpHost: string, signal: AbortSignal | undefined): Promise<() => void> {
    const gate = this.#gates.get(jumpHost) ?? new Gate(handshakesMax);
    this.#gates.set(jumpHost, gate);
    return gate.enter(signal);
  }
}

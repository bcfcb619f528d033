/** Longest trailer: the mark, a process id and an exit code. */
const trailerBytesMax = 48;
/** Limit for what login shells and sudo may print before the script starts; older bytes are dropped. */
const preambleBytesMax = 256 * 1024;

const nothing: Buffer = Buffer.alloc(0);

/**
 * One output stream of a launched shell, freed of what `launch.ts` makes it say around the script's own output.
 * Bytes come in by `push`; it returns those that belong to the script for certain, for progress.
 */
export class MarkedStream {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #preamble = nothing;
  /** Bytes at the end that may be the beginning of the trailer. */
  #held = nothing;
  #pid: number | undefined;
  #mark = '';

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Process id of the shell around the script; undefined until the script starts. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Whether more came than may be kept. The rest is read and dropped. */
  get isTooLarge(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  /** What was printed before the script started. */
  get preamble(): string {
    return this.#preamble.toString('utf8');
  }

  /** Whether the last bytes are the trailer, so that nothing of the script's output is missing. */
  get isEnded(): boolean {
    return this.#pid !== undefined && this.#held.at(-1) === 0x0a;
  }

  push(chunk: Buffer): Buffer {
    return this.#pid === undefined ? this.#awaitReady(chunk) : this.#take(chunk);
  }

  /** Everything the script printed. A trailer that a background child wrote behind is cut out where it stands. */
  finish(): Buffer {
    if (this.isEnded) return Buffer.concat(this.#chunks);
    const all = Buffer.concat([...this.#chunks, this.#held]);
    const at = this.#mark === '' ? -1 : all.lastIndexOf(this.#mark);
    const end = at < 0 ? -1 : all.indexOf('\n', at);
    return end < 0 ? all : Buffer.concat([all.subarray(0, at), all.subarray(end + 1)]);
  }

  #awaitReady(chunk: Buffer): Buffer {
    const seen = Buffer.concat([this.#preamble, chunk]);
    const ready = /hostwright-ready:(\d+)\n/.exec(seen.toString('latin1'));
    if (ready === null) {
      this.#preamble = seen.subarray(-preambleBytesMax);
      return nothing;
    }
    this.#preamble = seen.subarray(0, ready.index);
    this.#pid = Number(ready[1]);
    this.#mark = `hostwright-end:${this.#pid}:`;
    return this.#take(seen.subarray(ready.index + ready[0].length));
  }

  #take(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const holdAt = this.#trailerStart(bytes);
    const certain = bytes.subarray(0, holdAt);
    this.#held = bytes.subarray(holdAt);
    this.#bytes += certain.length;
    if (this.isTooLarge) this.#chunks.length = 0;
    else if (certain.length > 0) this.#chunks.push(certain);
    return certain;
  }

  /** Where the trailer, or a part of it that is still on its way, begins at the end of these bytes. */
  #trailerStart(bytes: Buffer): number {
    const mark = this.#mark;
    for (let at = Math.max(0, bytes.length - trailerBytesMax); at < bytes.length; at += 1) {
      if (bytes[at] !== 0x68) continue;
      const text = bytes.toString('latin1', at);
      if (mark.startsWith(text)) return at;
      if (text.startsWith(mark) && /^(\d{0,3}|\d{1,3}\n)$/.test(text.slice(mark.length))) return at;
    }
    return bytes.length;
  }
}

/**
 * A computation in small parts: it yields after each, where whoever runs it may let others have their turn. Large programs
 * would hold up keep-alives and signals otherwise.
 */
export type Work<T> = Generator<void, T, void>;

/** The result, in one go. */
export function toEnd<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

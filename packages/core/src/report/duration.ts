const second = 1000;
const minute = 60 * second;

/** `80 ms`, `4.2 s`, `41 s`, `3 min 12 s` */
export function durationText(ms: number): string {
  if (Math.round(ms) < second) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / second).toFixed(1)} s`;
  const seconds = Math.round(ms / second);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The same in whole seconds, for clocks that tick. */
export function tickingText(ms: number): string {
  return ms < minute
    ? `${Math.floor(ms / second)} s`
    : durationText(Math.floor(ms / second) * second);
}

/** For guesses: `20 s`, `3 min`. */
export function roughText(ms: number): string {
  const tens = Math.round(ms / (10 * second)) * 10;
  return tens < 60 ? `${Math.max(10, tens)} s` : `${Math.round(ms / minute)} min`;
}

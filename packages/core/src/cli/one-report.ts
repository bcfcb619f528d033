import { type Console, renderOptions } from './console.ts';
import { watchSignals } from './signals.ts';
import { plain, sayStray } from './stray-error.ts';

/** Runs until it is done or a signal comes. */
export async function interruptible<Report>(
  console: Console,
  run: (signal: AbortSignal) => Promise<Report>,
): Promise<Report> {
  const signals = watchSignals({
    first: () => console.stderr.write('! Interrupted.\n'),
    second: () => undefined,
    stray: (thrown) => sayStray(console, plain, thrown),
  });
  try {
    return await run(signals.signal);
  } finally {
    signals.release();
  }
}

/** Prints a report on standard output: as one JSON object, or as text. */
export function printReport(
  console: Console,
  { json, color }: { readonly json: boolean; readonly color: boolean },
  report: unknown,
  text: (render: ReturnType<typeof renderOptions>) => string,
): void {
  const render = renderOptions(console.stdout, console, { color, verbose: false });
  console.stdout.write(json ? `${JSON.stringify(report)}\n` : text(render));
}

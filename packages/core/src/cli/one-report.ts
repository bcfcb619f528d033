import { type Console, renderOptions } from './console.ts';
import { watchSignals } from './signals.ts';

/** Runs until it is done or a signal comes. */
export async function interruptible<Report>(
  console: Console,
  run: (signal: AbortSignal) => Promise<Report>,
): Promise<Report> {
  const signals = watchSignals(
    () => console.stderr.write('! Interrupted.\n'),
    () => undefined,
  );
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

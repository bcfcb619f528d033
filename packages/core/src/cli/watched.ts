import type { RunEvent } from '../model/event.ts';
import { jsonReporter } from '../report/json-reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import { terminalReporter } from '../report/terminal-reporter.ts';
import type { RunSettings } from '../run/options.ts';
import { type Console, isScreen, wantsColor } from './console.ts';
import { fleetSettings } from './fleet-options.ts';
import { watchSignals } from './signals.ts';
import type { CommandOptions } from './verb.ts';

/** What a command needs beside the settings of its run. */
export interface Watch {
  readonly reporter: Reporter;
  /** Milliseconds from the first event of each host to its last. */
  readonly hostMs: () => ReadonlyMap<string, number>;
}

const firstMessage = '! Interrupted: finishing the steps at work. Once more ends at once.\n';
const secondMessage = '! Ended at once: what the last steps did is unknown. Run again to see.\n';

/** One call of the library with a reporter and signals around it. */
export async function watched<T>(
  console: Console,
  options: CommandOptions,
  work: (settings: RunSettings, watch: Watch) => Promise<T>,
): Promise<T> {
  const reporter = reporterFor(console, options);
  const times = new Map<string, { readonly first: number; last: number }>();
  const signals = watchSignals(
    () => reporter.aside(() => console.stderr.write(firstMessage)),
    () => {
      reporter.close();
      console.stderr.write(secondMessage);
    },
  );
  const onEvent = (event: RunEvent) => {
    noteTime(times, event);
    reporter.onEvent(event);
  };
  const { forks, removalsMax } = options;
  const hostMs = () => new Map([...times].map(([host, { first, last }]) => [host, last - first]));
  try {
    const settings = {
      ...fleetSettings(options),
      command: ['hostwright', ...process.argv.slice(2)].join(' '),
      onEvent,
      signal: signals.signal,
      ...(forks === undefined ? {} : { forks }),
      ...(removalsMax === undefined ? {} : { removalsMax }),
    };
    return await work(settings, { reporter, hostMs });
  } finally {
    signals.release();
    reporter.close();
  }
}

function reporterFor(console: Console, { json, color, verbose }: CommandOptions): Reporter {
  const { stdout, stderr, env } = console;
  if (json) return jsonReporter(stdout);
  return terminalReporter({
    stream: stderr,
    isColor: wantsColor(stderr, env, color),
    isLive: isScreen(console),
    isVerbose: verbose,
  });
}

function noteTime(
  times: Map<string, { readonly first: number; last: number }>,
  event: RunEvent,
): void {
  const host = 'step' in event ? event.step.host : 'host' in event ? event.host : undefined;
  if (host === undefined) return;
  const known = times.get(host);
  if (known === undefined) times.set(host, { first: event.at, last: event.at });
  else known.last = event.at;
}

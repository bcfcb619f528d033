import type { RunEvent } from '../model/event.ts';
import type { StepResult } from '../model/outcome.ts';
import { jsonReporter } from '../report/json-reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import { terminalReporter } from '../report/terminal-reporter.ts';
import { type KindTimes, learnTimes } from '../report/time-left.ts';
import type { RunSettings } from '../run/options.ts';
import { type Console, isScreen, wantsColor } from './console.ts';
import { fleetSettings } from './fleet-options.ts';
import { readTimes, timesPath, writeTimes } from './run-times.ts';
import { watchSignals } from './signals.ts';
import { sayStray } from './stray-error.ts';
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
  const path = timesPath(console.env);
  const earlier = readTimes(path);
  const reporter = reporterFor(console, options, earlier);
  const results: StepResult[] = [];
  const times = new Map<string, { readonly first: number; last: number }>();
  const signals = watchSignals({
    first: () => reporter.aside(() => console.stderr.write(firstMessage)),
    second: () => {
      reporter.close();
      console.stderr.write(secondMessage);
    },
    stray: (thrown) => reporter.aside(() => sayStray(console, options, thrown)),
  });
  const onEvent = (event: RunEvent) => {
    noteTime(times, event);
    if (event.type === 'step.finished') results.push(event.step);
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
    if (results.some(({ result }) => result === 'changed')) {
      writeTimes(path, learnTimes(earlier, results));
    }
  }
}

function reporterFor(
  console: Console,
  { json, color, verbose }: CommandOptions,
  earlier: KindTimes,
): Reporter {
  const { stdout, stderr, env } = console;
  if (json) return jsonReporter(stdout);
  return terminalReporter({
    stream: stderr,
    isColor: wantsColor(stderr, env, color),
    isLive: isScreen(console),
    isVerbose: verbose,
    earlier,
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

import type { RunEvent } from '../model/event.ts';
import type { Reporter, ReportStream } from './reporter.ts';

/**
 * Every event as one line of JSON, as it happens: for programs.
 * @example await apply(playbook, { onEvent: jsonReporter(process.stdout).onEvent });
 */
export function jsonReporter(stream: Pick<ReportStream, 'write'>): Reporter {
  return {
    onEvent: (event) => {
      stream.write(jsonLine(event));
    },
    aside: (write) => write(),
    close: () => undefined,
  };
}

/** JSON escapes line feeds in strings, so that one event is one line whatever it carries. */
export function jsonLine(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}

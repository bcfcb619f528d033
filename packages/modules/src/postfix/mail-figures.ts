import { HostwrightError } from '@hostwright/core';

/** What the script read from the queue and the journal of a mail host. */
export interface MailFigures {
  /** Seconds since 1970, by the clock of the host. */
  readonly now: number;
  readonly queue: {
    readonly total: number;
    readonly putOff: number;
    readonly held: number;
    /** Seconds. */
    readonly oldest: number;
    /** Messages that wait for longer than is good; held ones do not count. */
    readonly late: number;
    /** What most of them wait for, the most frequent first. */
    readonly reasons: readonly { readonly count: number; readonly text: string }[];
  };
  /** Recipients. */
  readonly sent: number;
  readonly bounced: number;
  /** Tries that were put off. */
  readonly deferrals: number;
  /** Refused while it was handed in. */
  readonly refused: number;
  /** Stopped by the filter. */
  readonly stopped: number;
  /** By minutes since 1970; minutes without mail are missing. */
  readonly minutes: ReadonlyMap<number, MailMinute>;
  /** Delivery times in seconds, the quickest first, and how many recipients had each. */
  readonly took: readonly { readonly seconds: number; readonly count: number }[];
  /** Verdicts of the filter, as `Passed CLEAN`. */
  readonly filtered: ReadonlyMap<string, number>;
}

/** Messages. */
export interface MailMinute {
  readonly accepted: number;
  /** Left the queue for good. */
  readonly finished: number;
  /** Waits no longer for its first try. */
  readonly left: number;
}

/** Errors: HEALTH_FAILED where a row is missing or says that something could not be read. */
export function parseMailFigures(text: string): MailFigures {
  const rows = text.split('\n').map((row) => row.split(' '));
  const restOf = (word: string) =>
    rows.filter(([first]) => first === word).map(([, ...rest]) => rest);
  const unreadable = restOf('unreadable').map((words) => words.join(' '));
  if (unreadable.length > 0) throw failure(unreadable.join('\n'));
  const numbers = (word: string, count: number) => {
    const [found = []] = restOf(word).map((words) => words.map(Number));
    if (found.length === count && found.every(Number.isFinite)) return found;
    throw failure(text.slice(0, 500));
  };
  const [now = 0] = numbers('now', 1);
  const [total = 0, putOff = 0, held = 0, oldest = 0, late = 0] = numbers('queue', 5);
  const [sent = 0, bounced = 0, deferrals = 0, refused = 0, stopped = 0] = numbers('outcome', 5);
  const counted = (word: string) =>
    restOf(word).map(([count, ...words]) => ({ count: Number(count), text: words.join(' ') }));
  const minutes = restOf('minute').map((words) => words.map(Number));
  return {
    now,
    queue: { total, putOff, held, oldest, late, reasons: counted('reason').map(unescaped) },
    ...{ sent, bounced, deferrals, refused, stopped },
    minutes: new Map(
      minutes.map(([minute = 0, accepted = 0, finished = 0, left = 0]) => [
        minute,
        { accepted, finished, left },
      ]),
    ),
    took: restOf('took')
      .map(([seconds, count]) => ({ seconds: Number(seconds), count: Number(count) }))
      .toSorted((a, b) => a.seconds - b.seconds),
    filtered: new Map(counted('filtered').map(({ text: verdict, count }) => [verdict, count])),
  };
}

/** Reasons come as they stand in JSON, perhaps cut. */
function unescaped({ count, text }: { count: number; text: string }) {
  return { count, text: text.replaceAll(/\\(["\\/])/g, '$1') };
}

function failure(detail: string): HostwrightError {
  return new HostwrightError('HEALTH_FAILED', {
    problem: 'The queue or the journal of the mail host could not be read.',
    detail,
  });
}

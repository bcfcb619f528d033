import {
  defineResource,
  type Errand,
  type ErrandFinding,
  HostwrightError,
  type Sh,
  sh,
} from '@hostwright/core';
import { type Static, type TSchema, Type } from 'typebox';
import { spanText } from './mail-indicators.ts';
import { parseQueue, type QueueEntry } from './queue-entry.ts';

const pattern = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 320, description }));

/** Which messages are meant: those that all of these are true of. */
const properties = {
  id: pattern('Queue id.'),
  sender: pattern('Sender of the envelope; * stands for any text. `<>`: bounces.'),
  recipient: pattern('One of its recipients; * stands for any text.'),
  reason: pattern('A part of what it waits for, as `Connection refused`.'),
  queue: Type.Optional(
    Type.Union(
      (['active', 'incoming', 'deferred', 'hold', 'maildrop'] as const).map((name) =>
        Type.Literal(name),
      ),
      { description: 'The queue it is in.' },
    ),
  ),
  olderThanMinutes: Type.Optional(
    Type.Number({ minimum: 0, description: 'It came in longer ago than that, in minutes.' }),
  ),
};

const anySelection = Type.Object(properties, { additionalProperties: false });

const someSelection = Type.Object(
  { ...properties, all: Type.Optional(Type.Boolean({ description: 'Every message.' })) },
  { additionalProperties: false, minProperties: 1 },
);

type Selection = Readonly<Static<typeof someSelection>>;

/** Rows that are shown; more are counted. */
const shownMax = 20;

/**
 * The queue of Postfix, for what an administrator does to it by hand: `hostwright do site.ts MailQueue.flush`. None of this
 * is ever part of an apply.
 *
 * Identity: once per host.
 * Errands: `list`; `flush`: try again now; `hold` and `release`; `requeue`: through cleanup again, as after a change of
 * maps; `delete`, which asks first. They take `sender`, `recipient`, `reason`, `queue`, `olderThanMinutes`, `id`, or `all`.
 * Units: minutes.
 * Cost: nothing to probe; an errand reads the whole queue, about 300 bytes a message.
 * Limits: what has left the queue between the look and the deed is left alone, as Postfix finds it by its id.
 * Errors: ERRAND_INVALID, ERRAND_FAILED.
 * Source: postqueue(1), postsuper(1).
 * @example MailQueue({})
 */
export const MailQueue = defineResource({
  kind: 'MailQueue',
  schema: Type.Object({}, { additionalProperties: false }),
  keys: [],
  identity: () => 'queue',
  driver: { via: 'nothing' },
  diff: () => [],
  errands: {
    list: errand({ summary: 'Lists messages and what they wait for.', schema: anySelection }),
    flush: errand({
      summary: 'Tries again now to deliver.',
      schema: anySelection,
      act: (ids, given) =>
        Object.keys(given).length === 0
          ? sh`postqueue -f`
          : sh`for id in ${ids}; do postqueue -i "$id" || exit; done`,
    }),
    hold: errand({
      summary: 'Keeps messages in the queue until they are released.',
      schema: someSelection,
      act: (ids) => superText(ids, 'h'),
    }),
    release: errand({
      summary: 'Lets messages go on that were on hold.',
      schema: someSelection,
      act: (ids) => superText(ids, 'H'),
    }),
    requeue: errand({
      summary: 'Sends messages through cleanup again, as after a change of maps.',
      schema: someSelection,
      act: (ids) => superText(ids, 'r'),
    }),
    delete: errand({
      summary: 'Deletes messages for good. Nobody is told.',
      schema: someSelection,
      isFinal: true,
      act: (ids) => superText(ids, 'd'),
    }),
  },
});

interface QueueErrand {
  readonly summary: string;
  readonly schema: TSchema;
  readonly isFinal?: boolean;
  /** Left out: it only looks. */
  readonly act?: (ids: readonly string[], given: object) => Sh;
}

function errand({ summary, schema, isFinal = false, act }: QueueErrand): Errand<unknown> {
  return {
    summary,
    schema,
    isFinal,
    commands: ['postqueue', 'postsuper'],
    look: () => sh`date +%s && postqueue -j`,
    find: (stdout, given) => {
      const end = stdout.indexOf('\n');
      const now = Number(stdout.slice(0, end));
      const entries = parseQueue(stdout.slice(end + 1));
      const selection = given as Selection;
      return finding(selected(entries, selection, now), now, (ids) => act?.(ids, selection));
    },
  };
}

function finding(
  entries: readonly QueueEntry[],
  now: number,
  act: (ids: readonly string[]) => Sh | undefined,
): ErrandFinding {
  const more = entries.length - shownMax;
  const script = entries.length === 0 ? undefined : act(entries.map(({ id }) => id));
  return {
    lines: [
      entries.length === 1 ? '1 message' : `${entries.length} messages`,
      ...entries.slice(0, shownMax).flatMap((entry) => entryLines(entry, now)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
    value: entries.map((entry) => ({
      ...entry,
      recipients: entry.recipients.map((to) => ({ ...to })),
    })),
    ...(script === undefined ? {} : { act: script }),
  };
}

function entryLines(
  { id, queue, arrived, sender, recipients }: QueueEntry,
  now: number,
): readonly string[] {
  const [first, ...others] = recipients;
  const to = `${first?.address ?? 'nobody'}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  const head = `${id}  ${queue}  ${spanText(now - arrived)}  ${sender || '<>'} → ${to}`;
  const reasons = new Set(recipients.map(({ reason }) => reason).filter((reason) => reason !== ''));
  return [head, ...[...reasons].slice(0, 1).map((reason) => `    ${reason}`)];
}

/** Postfix takes the ids from standard input, so that any number of them goes. */
function superText(ids: readonly string[], option: string): Sh {
  return sh`printf '%s\\n' ${ids} | postsuper ${`-${option}`} - 2>&1`;
}

function selected(
  entries: readonly QueueEntry[],
  selection: Selection,
  now: number,
): readonly QueueEntry[] {
  const { id, sender, recipient, reason, queue, olderThanMinutes, all } = selection;
  if (all === false && Object.keys(selection).length === 1) throw nothingSelected();
  return entries.filter(
    (entry) =>
      (id === undefined || entry.id === id) &&
      (queue === undefined || entry.queue === queue) &&
      (sender === undefined || matches(entry.sender || '<>', sender)) &&
      (recipient === undefined || entry.recipients.some((to) => matches(to.address, recipient))) &&
      (reason === undefined || entry.recipients.some((to) => to.reason.includes(reason))) &&
      (olderThanMinutes === undefined || now - entry.arrived > olderThanMinutes * 60),
  );
}

function nothingSelected(): HostwrightError {
  return new HostwrightError('ERRAND_INVALID', {
    problem: '`all=false` selects nothing.',
    remedy: 'Say which messages are meant, or all=true.',
  });
}

/** Upper and lower case are the same, `*` is any text. */
function matches(text: string, wanted: string): boolean {
  const parts = wanted.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(text);
}

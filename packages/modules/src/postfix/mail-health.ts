import { defineResource } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { parseMailFigures } from './mail-figures.ts';
import { healthScript } from './mail-health-script.ts';
import { type MailLimits, mailIndicators } from './mail-indicators.ts';

const percentLimit = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 100, description }));

const schema = Type.Object(
  {
    windowMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        description: 'How far back the journal is read, in minutes. Default: 60.',
      }),
    ),
    queueMax: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'Messages in the queue that are too many. Default: 100.',
      }),
    ),
    ratePerMinuteMin: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description:
          'Messages that leave the queue in a busy minute, at least; a minute with less mail is not busy. Default: 100.',
      }),
    ),
    deliverySecondsMax: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        description: 'How long a delivery may take, in seconds. Default: 300.',
      }),
    ),
    deliveredPercentMin: percentLimit(
      'Recipients in a hundred that are delivered to in that time, at least. Default: 95.',
    ),
    bouncePercentMax: percentLimit(
      'Recipients in a hundred that bounce and are too many. Default: 1.',
    ),
  },
  { additionalProperties: false },
);

type MailHealthSpec = Readonly<Static<typeof schema>>;

/**
 * The four indicators of a Postfix host, read from its queue and its journal by `hostwright health`: messages in the
 * queue, messages a minute while busy, delivery time, bounces. An apply neither reads nor changes anything for it.
 *
 * Identity: once per host.
 * Units: minutes, seconds, recipients in a hundred.
 * Cost: nothing to probe; `health` reads the journal of the window once, some 20 lines a message.
 * Limits: a message that a filter on port 10024 or 10026 hands back is followed by its `orig_queue_id`. The journal must
 * hold the time that is looked at.
 * Errors: HEALTH_FAILED where the queue or the journal cannot be read.
 * Source: postqueue(1), journalctl(1), FILTER_README.
 * @example MailHealth({ queueMax: 500, windowMinutes: 30 })
 */
export const MailHealth = defineResource({
  kind: 'MailHealth',
  schema,
  keys: [],
  identity: () => 'mail',
  driver: { via: 'nothing' },
  diff: () => [],
  health: {
    commands: ['postqueue', 'journalctl', 'awk'],
    script: (spec) => {
      const { windowMinutes: minutes, deliverySecondsMax: lateSeconds } = limitsOf(spec);
      return healthScript({ minutes, lateSeconds });
    },
    read: (stdout, spec) => mailIndicators(parseMailFigures(stdout), limitsOf(spec)),
    timeoutMs: 60_000,
  },
});

function limitsOf(spec: MailHealthSpec): MailLimits {
  const {
    windowMinutes = 60,
    queueMax = 100,
    ratePerMinuteMin = 100,
    deliverySecondsMax = 300,
    deliveredPercentMin = 95,
    bouncePercentMax = 1,
  } = spec;
  return {
    windowMinutes,
    queueMax,
    ratePerMinuteMin,
    deliverySecondsMax,
    deliveredPercentMin,
    bouncePercentMax,
  };
}

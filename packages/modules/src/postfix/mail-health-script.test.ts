import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { type MailFigures, parseMailFigures } from './mail-figures.ts';
import { healthScript } from './mail-health-script.ts';

// The real script in a real shell with a real awk; only the commands that read the host give what they gave there.

const now = 1_790_010_000;

const file = (name: string) => fileURLToPath(new URL(`captured/${name}.stdout`, import.meta.url));

/** Debian has mawk until something brings gawk; amavis does. */
const awks = ['mawk', 'gawk', 'busybox awk'].filter(
  (awk) => spawnSync('/bin/sh', ['-c', `${awk} 'BEGIN { exit 0 }'`]).status === 0,
);

function figuresOf(journal: string, queue: string): MailFigures {
  const all = awks.map((awk) => figuresBy(awk, journal, queue));
  for (const figures of all) expect(figures).toEqual(all[0]);
  return all[0] ?? figuresBy('awk', journal, queue);
}

function figuresBy(awk: string, journal: string, queue: string): MailFigures {
  const { script } = healthScript({ minutes: 60, lateSeconds: 300 });
  const given = `date() { echo ${now}\n}\nawk() { command ${awk} "$@"\n}\njournalctl() { ${journal}\n}\npostqueue() { ${queue}\n}\n`;
  const { stdout, status } = spawnSync('/bin/sh', { input: given + script, encoding: 'utf8' });
  expect(status).toBe(0);
  return parseMailFigures(stdout);
}

const captured = (release: string) =>
  figuresOf(
    `cat '${file(`mail-journal.${release}`)}'`,
    `tail -n +2 '${file(`mail-queue.${release}`)}'`,
  );

// Three messages from outside; two that were made on the host, of which one bounced and one still waits; the report of the
// bounce; two that were refused. The filters looked at all but the report.
test.each(['debian-12', 'debian-13'])(
  'each message counts once, whichever way it took: %s',
  (release) => {
    const { sent, bounced, refused, minutes, took, filtered, queue } = captured(release);
    expect({ sent, bounced, refused }).toEqual({ sent: 4, bounced: 1, refused: 2 });
    const sum = (name: 'accepted' | 'finished' | 'left') =>
      [...minutes.values()].reduce((total, minute) => total + minute[name], 0);
    expect({ accepted: sum('accepted'), finished: sum('finished') }).toEqual({
      accepted: 6,
      finished: 5,
    });
    expect(filtered.get('Passed CLEAN')).toBe(5);
    expect(queue).toMatchObject({ total: 1, putOff: 0, held: 0 });
    // From the first queue id on: scanning alone took longer than five seconds.
    expect(
      took.filter(({ seconds }) => seconds > 5).reduce((all, { count }) => all + count, 0),
    ).toBe(3);
  },
);

test('a delivery is timed from where the message came in, through the filter', () => {
  const at = (seconds: number, line: string) => `1790000${seconds}.5 mx1 ${line}`;
  const lines = [
    at(100, 'postfix/smtpd[1]: OLD1: client=a[192.0.2.1]'),
    at(100, 'postfix/cleanup[2]: OLD1: message-id=<m@a>'),
    at(
      130,
      'postfix/reinject/smtpd[3]: NEW1: client=localhost[127.0.0.1], orig_queue_id=OLD1, orig_client=a',
    ),
    at(130, 'postfix/cleanup[2]: NEW1: message-id=<m@a>'),
    at(
      131,
      'postfix/amavis/smtp[4]: OLD1: to=<b@x>, relay=127.0.0.1[127.0.0.1]:10024, delay=31, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as NEW1)',
    ),
    at(131, 'postfix/qmgr[5]: OLD1: removed'),
    at(
      142,
      'postfix/lmtp[6]: NEW1: to=<"odd, status=bounced"@x>, relay=x, delay=12, dsn=2.0.0, status=sent (250 ok)',
    ),
    at(142, 'postfix/qmgr[5]: NEW1: removed'),
  ];
  const figures = figuresOf(`cat <<'END'\n${lines.join('\n')}\nEND\n`, ':');
  expect(figures).toMatchObject({ sent: 1, bounced: 0, took: [{ seconds: 42, count: 1 }] });
  expect([...figures.minutes.values()]).toEqual([{ accepted: 1, finished: 1, left: 1 }]);
});

test('what is put off leaves the waiting ones once, and what the filter stops is counted as that', () => {
  const at = (line: string) => `1790000100.5 mx1 ${line}`;
  const putOff = at(
    'postfix/smtp[1]: A1: to=<b@x>, relay=none, delay=1, dsn=4.4.1, status=deferred (refused)',
  );
  const lines = [
    at('postfix/smtpd[1]: A1: client=a[192.0.2.1]'),
    putOff,
    putOff,
    at('postfix/smtpd[1]: B1: client=a[192.0.2.1]'),
    at(
      'postfix/amavis/smtp[4]: B1: to=<b@x>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, dsn=2.7.0, status=sent (250 2.7.0 Ok, discarded, id=1 - INFECTED)',
    ),
    at('amavis[9]: (9-1) Blocked INFECTED (Eicar) {DiscardedInbound}, <> -> <b@x>'),
    at('postfix/qmgr[5]: B1: removed'),
    at('postfix/qmgr[5]: A1: from=<a@b>, status=expired, returned to sender'),
  ];
  const figures = figuresOf(`cat <<'END'\n${lines.join('\n')}\nEND\n`, ':');
  expect(figures).toMatchObject({ deferrals: 2, stopped: 1, bounced: 1, sent: 0 });
  expect(figures.filtered).toEqual(new Map([['Blocked INFECTED', 1]]));
  expect([...figures.minutes.values()]).toEqual([{ accepted: 2, finished: 1, left: 2 }]);
});

test('the queue in numbers, with what most of it waits for', () => {
  const entry = (queue: string, age: number, reason: string) =>
    `{"queue_name": "${queue}", "queue_id": "A1", "arrival_time": ${now - age}, "message_size": 1, "sender": "a", "recipients": [{"address": "b", "delay_reason": "${reason}"}]}`;
  const rows = [
    entry('deferred', 4000, 'said: \\"no\\"'),
    entry('deferred', 10, 'said: \\"no\\"'),
    entry('hold', 9000, 'other'),
  ];
  const { queue } = figuresOf(':', `cat <<END\n${rows.join('\n').replaceAll('\\', '\\\\')}\nEND\n`);
  expect(queue).toMatchObject({ total: 3, putOff: 2, held: 1, late: 1, oldest: 9000 });
  expect(queue.reasons).toEqual([
    { count: 2, text: 'said: "no"' },
    { count: 1, text: 'other' },
  ]);
});

test.each([
  ['the queue', ':', 'echo "postqueue: fatal: mail system is down"; false'],
  ['the journal', 'false', ':'],
])('%s that cannot be read is an error, and not an empty one', (_, journal, queue) => {
  expect(() => figuresOf(journal, queue)).toThrow(
    expect.objectContaining({ code: 'HEALTH_FAILED' }),
  );
});

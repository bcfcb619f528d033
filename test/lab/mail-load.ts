import { setTimeout as sleep } from 'node:timers/promises';
import { health, type Playbook } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import type { Lab, LabHost } from './lab.ts';
import { until } from './until.ts';

/** A mail host under load. */
export interface LoadedHost {
  readonly lab: Lab;
  readonly name: string;
  readonly domain: string;
  readonly system: () => Playbook;
}

/** Messages of a load. */
const burst = 100;
const hardTimes = 50;

const testLimitMs = 400_000;
const waitLimitMs = 180_000;

/** Many messages at once, and many while daemons are killed and the plug is pulled. Prints what was measured. */
export function describeLoad({ lab, name, domain, system }: LoadedHost): void {
  const host = () => lab.host(name);
  const to = `ben@${domain}`;
  const delivered = (subject: string) => deliveredLoad(host(), `/var/vmail/${domain}/ben`, subject);
  const indicators = async () => {
    const report = await health(system(), { limit: name });
    const [check] = report.hosts.flatMap((own) => (own.error === undefined ? own.checks : []));
    if (check?.error !== undefined) throw new Error(check.error.problem);
    return Object.fromEntries((check?.indicators ?? []).map((own) => [own.name, own]));
  };

  test(
    'M45 a burst of messages is delivered through the whole chain, once each, and the indicators move',
    async () => {
      const load = { subject: `Burst on ${name}`, count: burst, connections: 10 };
      const began = Date.now();
      const taken = await sendLoad({
        server: host().address,
        from: 'someone@quar.invalid',
        to,
        ...load,
      });
      expect(taken).toHaveLength(burst);
      await until(async () => (await delivered(load.subject)).size === burst);
      const seconds = Math.round((Date.now() - began) / 100) / 10;
      const perMinute = Math.round((burst / seconds) * 60);
      process.stdout.write(
        `  ${name}: ${burst} messages through both filters in ${seconds} s, ${perMinute} a minute\n`,
      );
      await drainQueue(host(), to, waitLimitMs);
      const found = await indicators();
      expect(found.queue?.verdict).toBe('good');
      expect(found.delivery?.value).toBeGreaterThanOrEqual(95);
      expect(found.bounces).toMatchObject({ value: 0, verdict: 'good' });
      expect(Math.max(...(found.rate?.series ?? []))).toBeGreaterThan(burst / 10);
    },
    testLimitMs,
  );

  test(
    'nothing is lost when daemons are killed and the plug is pulled in the middle',
    async () => {
      const load = { subject: `Hard times on ${name}`, count: hardTimes, connections: 10 };
      const sending = sendLoad({
        server: host().address,
        from: 'someone@quar.invalid',
        to,
        ...load,
      });
      const some = async (part: number) => (await delivered(load.subject)).size >= hardTimes * part;
      await until(() => some(0.1));
      await host().exec('pkill -9 -x qmgr; pkill -9 -x lmtp; systemctl kill -s KILL amavis');
      // systemd starts the filter again; what found none waits five minutes by itself: longer than this test.
      await until(async () => {
        await host().exec('postqueue -f');
        return some(0.3);
      });
      await lab.powerOff(name);
      const taken = await sending;
      await lab.start(name);
      await host().exec('systemctl is-system-running --wait');
      await drainQueue(host(), to, waitLimitMs);
      const times = await delivered(load.subject);
      const lost = taken.filter((number) => !times.has(number));
      const twice = [...times.values()].filter((count) => count > 1).length;
      process.stdout.write(
        `  ${name}: ${taken.length} messages were taken, ${times.size} delivered, ${twice} of them twice, ${lost.length} lost\n`,
      );
      expect(taken.length).toBeGreaterThan(hardTimes * 0.3);
      expect(lost).toEqual([]);
    },
    testLimitMs,
  );
}

/** Many messages from a stranger to one mailbox, over several connections at once. */
interface MailLoad {
  readonly server: string;
  readonly from: string;
  readonly to: string;
  /** In every subject; the number of the message follows. */
  readonly subject: string;
  readonly count: number;
  readonly connections: number;
  /** Bytes of each body; 2000 when left out. */
  readonly bytes?: number;
}

const replyLimitMs = 120_000;

/** Hands them over with an empty sender, each once; the numbers of those that the server took. One without an answer is not among them. */
async function sendLoad(load: MailLoad): Promise<readonly number[]> {
  const { server, from, to, subject, count, connections, bytes = 2000 } = load;
  const transport = createTransport({
    host: server,
    port: 25,
    ignoreTLS: true,
    name: 'stranger.strict.lab',
    pool: true,
    maxConnections: connections,
    maxMessages: 1000,
    socketTimeout: replyLimitMs,
  });
  const text = 'All work and no play. '.repeat(Math.ceil(bytes / 22));
  try {
    const taken = await Promise.all(
      Array.from({ length: count }, async (_, number) => {
        try {
          const message = { from, to, subject: `${subject} ${number}`, text };
          await transport.sendMail({ ...message, envelope: { from: '', to: [to] } });
          return [number];
        } catch {
          return [];
        }
      }),
    );
    return taken.flat();
  } finally {
    transport.close();
  }
}

/** How often each number of a load is in the mailbox. */
async function deliveredLoad(
  host: LabHost,
  mailbox: string,
  subject: string,
): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await host.exec(
    `grep -rhs '^Subject: ${subject} ' ${mailbox} | sort | uniq -c || :`,
  );
  const rows = stdout.matchAll(/^ *(\d+) Subject: .* (\d+)\r?$/gm);
  return new Map([...rows].map(([, times, number]) => [Number(number), Number(times)]));
}

/** Waits until nothing in the queue is for this address; what was put off is tried again now. */
async function drainQueue(host: LabHost, to: string, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { stdout } = await host.exec(`postqueue -f; postqueue -j | grep -cF '"${to}"' || :`);
    if (stdout.trim() === '0') return;
    if (Date.now() > deadline) throw new Error(`${stdout.trim()} messages still wait.`);
    await sleep(2000);
  }
}

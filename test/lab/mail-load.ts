import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { LabHost } from './lab.ts';

/** Many messages from a stranger to one mailbox, over several connections at once. */
export interface MailLoad {
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
export async function sendLoad(load: MailLoad): Promise<readonly number[]> {
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
export async function deliveredLoad(
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
export async function drainQueue(host: LabHost, to: string, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { stdout } = await host.exec(`postqueue -f; postqueue -j | grep -cF '"${to}"' || :`);
    if (stdout.trim() === '0') return;
    if (Date.now() > deadline) throw new Error(`${stdout.trim()} messages still wait.`);
    await sleep(2000);
  }
}

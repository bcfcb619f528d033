import { connect } from 'node:tls';
import type { MailAccount } from '../../examples/demo/mail-client.ts';
import { lineDialogue } from './line-dialogue.ts';

/** Logs in, says lines, and returns what was answered. */
export function pop3({ server, user, password }: MailAccount, lines: readonly string[]) {
  const login = [`USER ${user}`, `PASS ${password}`];
  return lineDialogue(
    () => connect({ host: server, port: 995, rejectUnauthorized: false }),
    [...login, ...lines, 'QUIT'],
  );
}

/** The first message in whole, which is deleted afterwards. */
export async function pop3Message({ server, user, password }: MailAccount): Promise<string> {
  const socket = connect({ host: server, port: 995, rejectUnauthorized: false });
  const login = [`USER ${user}`, `PASS ${password}`];
  const ends = [/^\+OK.*\r\n$/, /^\+OK.*\r\n$/, /^\+OK.*\r\n$/, /\r\n\.\r\n$/, /^\+OK.*\r\n$/];
  const lines = [...login, 'RETR 1', 'DELE 1', 'QUIT'];
  const heard: string[] = [''];
  for await (const chunk of socket) {
    const last = heard.length - 1;
    heard[last] += String(chunk);
    const line = lines[last];
    if (!ends[last]?.test(heard[last] ?? '') || line === undefined) continue;
    heard.push('');
    socket.write(`${line}\r\n`);
  }
  return heard[3] ?? '';
}

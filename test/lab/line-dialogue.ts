import type { Socket } from 'node:net';

/**
 * Says one line after each line that the other side says, and returns what it said, its greeting first. For protocols
 * that answer a line with a line; untagged lines of IMAP are left out.
 */
export function lineDialogue(
  open: () => Socket,
  lines: readonly string[],
  limitMs = 60_000,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const replies: string[] = [];
    let pending = '';
    const socket = open();
    socket.setTimeout(limitMs, () => socket.destroy(new Error('Nobody answered in time.')));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const whole = (pending + text).split('\r\n');
      pending = whole.pop() ?? '';
      for (const line of whole) {
        if (replies.length > 0 && line.startsWith('* ')) continue;
        const next = lines[replies.length];
        replies.push(line);
        if (next === undefined) socket.end();
        else socket.write(`${next}\r\n`);
      }
    });
    // A server that has said its last word may be gone before it reads that we are going, and resets the connection.
    const isDone = () => replies.length > lines.length;
    socket.on('error', (error) => (isDone() ? resolve(replies) : reject(error)));
    socket.on('close', () => resolve(replies));
  });
}

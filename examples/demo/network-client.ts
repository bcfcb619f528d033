import { connect } from 'node:net';

/** `open`, `refused` at once, or `filtered` when nothing answers in time. */
export type PortState = 'open' | 'refused' | 'filtered';

export interface PortOptions {
  /** Address of this machine to connect from; any when left out. */
  readonly localAddress?: string;
  /** Milliseconds; 1500 when left out. */
  readonly limitMs?: number;
}

/** What a TCP connection to a port meets. */
export function portState(
  address: string,
  port: number,
  { limitMs = 1500, ...from }: PortOptions = {},
): Promise<PortState> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: limitMs, ...from });
    const finish = (state: PortState): void => {
      socket.destroy();
      resolve(state);
    };
    socket.on('connect', () => finish('open'));
    socket.on('timeout', () => finish('filtered'));
    socket.on('error', () => finish('refused'));
  });
}

export interface SmtpServer {
  readonly address: string;
  readonly port: number;
  /** Address of this machine to connect from; any when left out. */
  readonly localAddress?: string;
}

/**
 * Says line after line to an SMTP server, whatever it answers, and returns the replies, the greeting first. A reply is
 * all its lines.
 * @example await smtpDialogue({ address, port: 25 }, ['EHLO me.example.net', 'QUIT'])
 */
export function smtpDialogue(
  server: SmtpServer,
  lines: readonly string[],
): Promise<readonly string[]> {
  return smtpSession(server, (replies) => lines[replies.length - 1]);
}

/** Talks SMTP in clear: `next` gets the replies so far and says the next line, or nothing to hang up. */
export function smtpSession(
  server: SmtpServer,
  next: (replies: readonly string[]) => string | undefined,
  limitMs = 30_000,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const replies: string[] = [];
    let pending = '';
    const socket = connect({
      host: server.address,
      port: server.port,
      timeout: limitMs,
      ...(server.localAddress === undefined ? {} : { localAddress: server.localAddress }),
    });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      pending += text;
      if (!isWholeReply(pending)) return;
      replies.push(pending.trimEnd());
      pending = '';
      const line = next(replies);
      if (line === undefined) socket.end();
      else socket.write(`${line}\r\n`);
    });
    socket.on('timeout', () => socket.destroy(new Error('The server did not answer.')));
    socket.on('error', reject);
    socket.on('close', () => resolve(replies));
  });
}

/** The last line of a reply has a blank after its code, and the others a hyphen. Source: RFC 5321 §4.2. */
function isWholeReply(text: string): boolean {
  return /^\d{3} [^\n]*\n$/m.test(text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
}

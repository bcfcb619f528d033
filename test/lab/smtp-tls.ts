import { connect as connectTls } from 'node:tls';
import { clearPart, event } from './mail-tls.ts';

export interface TlsDialogue {
  readonly address: string;
  /** 465 begins with TLS, 25 and 587 after STARTTLS. */
  readonly port: 25 | 465 | 587;
  readonly localAddress?: string;
}

/** Talks SMTP within TLS, one line at a time, and returns the reply to each line. A reply is all its lines. */
export async function smtpOverTls(
  { address, port, localAddress }: TlsDialogue,
  lines: readonly string[],
): Promise<readonly string[]> {
  const socket = await clearPart(address, port, localAddress);
  const secure = connectTls({ socket, rejectUnauthorized: false });
  const replies: string[] = [];
  try {
    let text = '';
    let hear: (() => void) | undefined;
    secure.setEncoding('utf8');
    secure.on('data', (chunk: string) => {
      text += chunk;
      if (/^\d{3}( .*)?\r\n$/m.test(text)) hear?.();
    });
    const reply = () =>
      new Promise<string>((resolve, reject) => {
        hear = () => {
          resolve(text.trimEnd());
          text = '';
        };
        secure.once('error', reject);
        secure.once('close', () => reject(new Error(`The server hung up after: ${text}`)));
      });
    const greeting = port === 465 ? reply() : undefined;
    await event(secure, 'secureConnect');
    await greeting;
    for (const line of lines) {
      const heard = reply();
      secure.write(`${line}\r\n`);
      replies.push(await heard);
    }
    return replies;
  } finally {
    secure.destroy();
    socket.destroy();
  }
}

/** Logs in by AUTH PLAIN, in one line. */
export function authPlain(user: string, password: string): string {
  return `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
}

/** Logs in by AUTH LOGIN, in three lines. */
export function authLogin(user: string, password: string): readonly string[] {
  return ['AUTH LOGIN', ...[user, password].map((word) => Buffer.from(word).toString('base64'))];
}

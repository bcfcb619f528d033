import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A user with a mail program that writes rules. */
export interface SieveUser {
  readonly server: string;
  readonly hostname: string;
  /** PEM of the certificate authority, or of the certificate when it signs itself. */
  readonly certificate: string;
  readonly user: string;
  readonly password: string;
}

const limitMs = 30_000;

/** What the server says of itself before TLS, one line each. Source: RFC 5804 §1.7. */
export async function sieveGreeting(server: string): Promise<readonly string[]> {
  const socket = connect({ host: server, port: 4190, timeout: limitMs });
  try {
    return await answer(socket);
  } finally {
    socket.destroy();
  }
}

/** Stores rules and makes them those that count; the answers to login, storing and activating. */
export async function storeRules(user: SieveUser, rules: string): Promise<readonly string[]> {
  const socket = connect({ host: user.server, port: 4190, timeout: limitMs });
  await answer(socket);
  await say(socket, 'STARTTLS');
  const secure = connectTls({ socket, ca: user.certificate, servername: user.hostname });
  try {
    await answer(secure);
    const login = Buffer.from(`\0${user.user}\0${user.password}`).toString('base64');
    const answers = [
      await say(secure, `AUTHENTICATE "PLAIN" "${login}"`),
      await say(secure, `PUTSCRIPT "own" {${Buffer.byteLength(rules)}+}\r\n${rules}`),
      await say(secure, 'SETACTIVE "own"'),
    ];
    return answers.map((lines) => lines.at(-1) ?? '');
  } finally {
    secure.destroy();
    socket.destroy();
  }
}

function say(socket: Socket, line: string): Promise<readonly string[]> {
  const heard = answer(socket);
  socket.write(`${line}\r\n`);
  return heard;
}

/** The lines up to the one that ends an answer. */
function answer(socket: Socket): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void) => {
      socket.off('data', take).off('error', fail).off('close', close);
      settle();
    };
    const take = (chunk: Buffer) => {
      text += String(chunk);
      if (!/^(OK|NO|BYE)\b.*\r\n$/m.test(text)) return;
      finish(() => resolve(text.trimEnd().split('\r\n')));
    };
    const fail = (error: Error) => finish(() => reject(error));
    const close = () => fail(new Error(`The server hung up after: ${text}`));
    socket.on('data', take).on('error', fail).on('close', close);
  });
}

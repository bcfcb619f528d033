import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';

/** What is said in clear before TLS begins, and the line that says it may; a port that is not here begins with TLS. */
const upgrades: Readonly<
  Record<number, { readonly lines: readonly string[]; readonly go: RegExp }>
> = {
  25: { lines: ['EHLO client.example.net', 'STARTTLS'], go: /^220 2\.0\.0 Ready/m },
  587: { lines: ['EHLO client.example.net', 'STARTTLS'], go: /^220 2\.0\.0 Ready/m },
  143: { lines: ['a STARTTLS'], go: /^a OK/m },
};

/** All ports of a mail server that speak TLS. */
export const tlsPorts = [25, 465, 587, 143, 993, 995] as const;

const limitMs = 20_000;

export interface TlsAnswer {
  readonly protocol: string | null;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  readonly names: string;
}

export interface TlsOptions {
  readonly version?: SecureVersion;
  /** PEM; with it the certificate must verify for `servername`. */
  readonly ca?: string;
  readonly servername?: string;
}

/** Begins TLS on a port of a mail server, after STARTTLS where the port wants that. Rejects where the server refuses. */
export async function tlsAnswer(
  host: string,
  port: number,
  { version, ca, servername }: TlsOptions = {},
): Promise<TlsAnswer> {
  const socket = await clearPart(host, port);
  const secure = connectTls({
    socket,
    // Level 0, so that it is the server that refuses old versions and not this client.
    ciphers: 'DEFAULT:@SECLEVEL=0',
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
    ...(servername === undefined ? {} : { servername }),
  });
  try {
    await event(secure, 'secureConnect');
    const { fingerprint256: fingerprint, subjectaltname: names = '' } = secure.getPeerCertificate();
    return { protocol: secure.getProtocol(), fingerprint, names };
  } finally {
    secure.destroy();
    socket.destroy();
  }
}

/** A connection on which TLS may begin. */
export async function clearPart(
  host: string,
  port: number,
  localAddress?: string,
): Promise<Socket> {
  const from = localAddress === undefined ? {} : { localAddress };
  const socket = connect({ host, port, timeout: limitMs, ...from });
  socket.on('timeout', () => socket.destroy(new Error('Nobody answered in time.')));
  await event(socket, 'connect');
  const upgrade = upgrades[port];
  if (upgrade === undefined) return socket;
  await said(socket, /^(220 |\* OK)/m);
  for (const line of upgrade.lines) {
    socket.write(`${line}\r\n`);
    await said(socket, line.endsWith('STARTTLS') ? upgrade.go : /^250 /m);
  }
  return socket;
}

/** Waits for an event of a connection; rejects when it ends before. */
export function event(socket: Socket | TLSSocket, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(name, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The server hung up.')));
  });
}

function said(socket: Socket, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk: Buffer) => {
      text += String(chunk);
      if (!wanted.test(text)) return;
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
    socket.once('close', () => reject(new Error(`The server hung up after: ${text}`)));
  });
}
